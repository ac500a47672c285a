using System.CommandLine;
using Sweep.Client.Cluster;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary>The experiment a command is about.</summary>
internal static class ExperimentArgument
{
    public static Argument<string> Create() => new("experiment") { Description = "Its name; 'sweep list' tells them." };

    /// <summary>Of a command that only reads results.</summary>
    public static Argument<string> OrFile() => new("experiment") { Description = "Its name, which 'sweep list' tells, or a result file, which 'sweep export --format json' writes." };

    /// <summary>Says which names there are when the given one is not among them.</summary>
    /// <exception cref="ClientException">No experiment has this name.</exception>
    public static async Task<T> Named<T>(ISweepApi api, string name, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (ExperimentNotFoundException e)
        {
            var names = (await api.List(cancellationToken)).Select(status => status.Name).ToList();
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
            : await Ask(settings, surroundings, name, api => api.GetResult(name, cancellationToken), cancellationToken);

    /// <summary>Runs a question on a cluster that runs already, or on a silo started for the moment of it.</summary>
    public static async Task<T> Ask<T>(
        Settings.CommonSettings settings, Surroundings surroundings, string name, Func<ISweepApi, Task<T>> ask, CancellationToken cancellationToken)
    {
        await using var session = await ClusterSession.Ask(settings, surroundings, cancellationToken);
        return await Named(session.Api, name, () => ask(session.Api), cancellationToken);
    }
}
