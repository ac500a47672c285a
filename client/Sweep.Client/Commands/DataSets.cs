using Sweep.Data;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Commands;

/// <summary>Whether the engine will find the images; it reads them, the client only looks.</summary>
internal static class DataSets
{
    /// <returns>The folder that holds every file of a data set, plain or with <c>.gz</c>; null when there is none.</returns>
    public static string? Find(KnownData data, string? named, Func<string, string?> variable) =>
        DataSetFolder.TryFind(data, Searched(named, variable)) is [var first, ..] ? Path.GetDirectoryName(first) : null;

    /// <summary>Said before anything starts, rather than by the first stage that fails.</summary>
    /// <exception cref="ClientException">No folder has it.</exception>
    public static void Require(DataSpec spec, string? named, Func<string, string?> variable)
    {
        var searched = Searched(named, variable);
        if (spec.Folder is not null)
        {
            _ = DataSetFolder.TryFindPhotographs(spec.Name, searched)
                ?? throw new ClientException(ExitCode.Error, DataSetFolder.MissingPhotographs(spec.Name, searched));
        }
        else if (KnownData.Find(spec.Name) is { } data && DataSetFolder.TryFind(data, searched) is null)
        {
            throw new ClientException(ExitCode.Error, DataSetFolder.Missing(data, searched), DataSetFolder.HowToPlace(data));
        }
    }

    /// <summary>The folders that the engine will search, in its order.</summary>
    public static IReadOnlyList<string> Searched(string? named, Func<string, string?> variable) => DataSetFolder.SearchedIn(named is null ? [] : [named], variable);
}
