using System.CommandLine;
using Sweep.Client.Cluster;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary>The experiment a command is about.</summary>
internal static class ExperimentArgument
{
    public static Argument<string> Create() => new("experiment") { Description = "Its name, or the beginning of it that no other has; 'sweep list' tells them." };

    /// <summary>Of a command that only reads results.</summary>
    public static Argument<string> OrFile() => new("experiment") { Description = "Its name, or the beginning of it that no other has, which 'sweep list' tells; or a result file, which 'sweep export --format json' writes." };

    /// <summary>Of a command that one may give several to.</summary>
    public static Argument<string[]> Several() => new("experiment")
    {
        Description = "Names, or beginnings that no other has; - for those on standard input, one a line, as 'sweep list -o name' writes them.",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>With standard input's in the place of a hyphen.</summary>
    /// <exception cref="ClientException">There are none.</exception>
    public static IReadOnlyList<string> Names(IReadOnlyList<string> typed, Surroundings surroundings)
    {
        IReadOnlyList<string> names = [.. typed.SelectMany(name => name == "-" ? surroundings.Input.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [name]).Distinct()];
        return names.Count > 0 ? names : throw new ClientException(ExitCode.Usage, "Standard input must name an experiment, but is empty.");
    }

    /// <summary>
    /// Asks about the experiment of this name, else about the only one whose name begins so. Says which names there are when there is none, or more
    /// than one.
    /// </summary>
    /// <exception cref="ClientException">No experiment, or more than one, is meant.</exception>
    public static async Task<T> Named<T>(ISweepApi api, string name, Func<string, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(name);
        }
        catch (ExperimentNotFoundException e)
        {
            var names = (await api.List(cancellationToken)).Select(status => status.Name).ToList();
            var meant = names.FindAll(known => known.StartsWith(name, StringComparison.Ordinal));
            if (meant is [var only])
            {
                return await ask(only);
            }

            if (meant.Count > 1)
            {
                throw new ClientException(ExitCode.NotFound, $"The beginning of a name must be that of one experiment, but '{name}' begins {string.Join(", ", meant.Select(known => $"'{known}'"))}.");
            }

            var close = names.Where(known => Spelling.IsClose(name, known)).ToList();
            throw new ClientException(
                ExitCode.NotFound,
                e.Message,
                close.Count > 0 ? $"Did you mean {string.Join(" or ", close.Select(known => $"'{known}'"))}?"
                : names.Count > 0 ? $"Known are: {string.Join(", ", names)}."
                : "No experiment was submitted to this cluster yet.");
        }
    }

    /// <summary>The result of an experiment, or in a file.</summary>
    public static async Task<ExperimentResult> Result(
        Settings.CommonSettings settings, Surroundings surroundings, string name, CancellationToken cancellationToken) => ResultFile.Is(name)
            ? ResultFile.Show(name, surroundings).Result
            : await Ask(settings, surroundings, name, (api, known) => api.GetResult(known, cancellationToken), cancellationToken);

    /// <summary>The same, with the training of the first nets on its front.</summary>
    public static async Task<ExperimentResult> Kept(
        Settings.CommonSettings settings, Surroundings surroundings, string name, CancellationToken cancellationToken) => ResultFile.Is(name)
            ? ResultFile.Show(name, surroundings).Result
            : await Ask(settings, surroundings, name, async (api, known) => await Curves.Add(api, await api.GetResult(known, cancellationToken), cancellationToken), cancellationToken);

    /// <summary>Runs a question on a cluster that runs already, or on a silo started for the moment of it.</summary>
    public static async Task<T> Ask<T>(
        Settings.CommonSettings settings, Surroundings surroundings, string name, Func<ISweepApi, string, Task<T>> ask, CancellationToken cancellationToken)
    {
        await using var session = await ClusterSession.Ask(settings, surroundings, cancellationToken);
        return await Named(session.Api, name, known => ask(session.Api, known), cancellationToken);
    }
}
