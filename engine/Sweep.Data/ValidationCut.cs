using Sweep.Models;
using Sweep.Models.Numerics;

namespace Sweep.Data;

/// <summary>Which training images train and which validate.</summary>
/// <param name="Training">Positions in the training file, ascending.</param>
/// <param name="Validation">Positions in the training file, ascending.</param>
public sealed record ValidationCut(IReadOnlyList<int> Training, IReadOnlyList<int> Validation)
{
    /// <summary>
    /// Cuts <paramref name="validation"/> images, equally many of each class; what does not divide goes one each to the lowest class numbers.
    /// </summary>
    /// <exception cref="StageFaultException">InvalidRecipe: a class has too few images.</exception>
    public static ValidationCut Of(IReadOnlyList<int> labels, int classes, int validation, long seed)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (validation < 0 || validation >= labels.Count)
        {
            throw StageFaultException.InvalidRecipe($"0 <= validation < training images must hold, but validation is {validation} of {labels.Count}.");
        }

        var positions = Enumerable.Range(0, labels.Count).ToLookup(i => labels[i]); // once: a thousand classes have a million images
        var chosen = new HashSet<int>();
        for (var c = 0; c < classes; c++)
        {
            var members = positions[c].ToArray();
            var wanted = validation / classes + (c < validation % classes ? 1 : 0);
            if (wanted > members.Length)
            {
                throw StageFaultException.InvalidRecipe(
                    $"The validation cut takes {wanted} images of class {c}, but the training set has only {members.Length} of it.");
            }

            chosen.UnionWith(new SeededRandom(seed, "validation", c).Draw(members.Length, wanted).Select(i => members[i]));
        }

        return new ValidationCut(
            [.. Enumerable.Range(0, labels.Count).Where(i => !chosen.Contains(i))],
            [.. chosen.Order()]);
    }
}
