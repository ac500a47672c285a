using Sweep.Models.Weights;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Commands;

/// <summary>The file of weights that a sweep file starts from: whether the engine will find it, and what it will make of it.</summary>
internal static class TrainedWeights
{
    /// <summary>Said before anything starts, rather than by the first stage that fails.</summary>
    /// <returns>What will be replaced or resized, one sentence each; nothing for a sweep file without weights.</returns>
    /// <exception cref="ClientException">No folder has the file, or its tensors do not fit the model.</exception>
    public static IReadOnlyList<string> Require(SweepSpec spec, string? named, Func<string, string?> variable)
    {
        if (TrialOutlook.Of(spec).Plan.Dense.Stages.OfType<LoadWeightsRecipe>().FirstOrDefault() is not { } recipe)
        {
            return [];
        }

        var folders = DataSets.Searched(named, variable);
        try
        {
            return WeightsFile.Find(recipe.File, recipe.Digest, folders).Fit(recipe.Shape, recipe.Seed).Adapted;
        }
        catch (InvalidDataException e)
        {
            throw new ClientException(ExitCode.Error, e.Message, "Place the file in a folder that --data or SWEEP_DATA names; model.digest is what sha256sum prints for it.");
        }
    }
}
