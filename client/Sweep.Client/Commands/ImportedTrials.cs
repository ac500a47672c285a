using Sweep.Client.Output;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Commands;

/// <summary>Trials of files that a search is to start from.</summary>
internal static class ImportedTrials
{
    /// <summary>What each file gives, said to standard error file by file: how many trials are used, and why others are not.</summary>
    /// <exception cref="ClientException">There is no such file, it cannot be read, or nothing in it can be used.</exception>
    public static IReadOnlyList<KnownTrial> Read(IReadOnlyList<string> files, SweepSpec spec, Surroundings surroundings)
    {
        var known = new List<KnownTrial>();
        foreach (var file in files)
        {
            var import = TrialImport.Of(ReadFile(file), spec);
            surroundings.Error.WriteLine($"{file}: {Words.Many(import.Known.Count, "trial")} to start from.");
            foreach (var (reason, trials, first) in import.Refused)
            {
                surroundings.Error.WriteLine($"  left out, {Words.Many(trials, "trial")}: {reason} (the first: {VisibleText.OfLine(first)})");
            }

            if (import.Known.Count == 0)
            {
                throw new ClientException(
                    ExitCode.InvalidSpec, $"A file of trials must have one that fits the space and the objectives of '{spec.Name}', but '{file}' has none.", "The lines above say why, trial by trial.");
            }

            known.AddRange(import.Known.Except(known));
        }

        return known.Count <= KnownTrials.Most ? known
            : throw new ClientException(ExitCode.InvalidSpec, FormattableString.Invariant($"A spec holds at most {KnownTrials.Most} trials from elsewhere, but these files have {known.Count} that fit."));
    }

    /// <summary>They and those that the spec has already, for <see cref="Settings.SpecOverrides"/>.</summary>
    /// <inheritdoc cref="Read"/>
    public static string Override(IReadOnlyList<string> files, SweepSpec spec, Surroundings surroundings)
    {
        IReadOnlyList<KnownTrial> all = [.. (spec.Search.Known ?? []).Union(Read(files, spec, surroundings))];
        return $"search.known={CanonicalJson.Serialize(all)}";
    }

    private static IReadOnlyList<ForeignTrial> ReadFile(string file)
    {
        try
        {
            return ForeignTrials.Read(File.ReadAllText(file), file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ClientException(ExitCode.NotFound, $"There is no file of trials '{file}'.");
        }
        catch (InvalidDataException e)
        {
            throw new ClientException(ExitCode.Usage, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ExitCode.Error, $"A file of trials must be readable, but '{file}' is not: {e.Message}");
        }
    }
}
