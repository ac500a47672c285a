using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sweep.Grains;
using Sweep.Recipes;

namespace Sweep.Silo.Web;

/// <summary>One look at an experiment, and what of it each part of its pages shows.</summary>
/// <param name="Status">Where it stands.</param>
/// <param name="Left">Time to the last epoch; null when not known.</param>
internal sealed record Sight(ExperimentStatus Status, TimeSpan? Left)
{
    public const string Head = "head";
    public const string Running = "running";
    public const string Front = "front";
    public const string Failures = "failures";
    public const string Trials = "trials";
    public const string Analysis = "analysis";
    public const string Trial = "trial";

    private readonly Lazy<IReadOnlyDictionary<string, string>> _versions = new(() => VersionsOf(Status));

    /// <summary>By part: changes when what the part shows has changed, and is the same on every silo.</summary>
    public IReadOnlyDictionary<string, string> Versions => _versions.Value;

    private static Dictionary<string, string> VersionsOf(ExperimentStatus status) => new(StringComparer.Ordinal)
    {
        [Head] = Of(status with { Front = [], Running = [], EpochsDone = Math.Round(status.EpochsDone, 1) }, status.Front.Count),
        [Running] = Of(status.Running, status.State),
        [Front] = Of(status.Front, status.Dense, status.Trials.Complete),
        [Failures] = Of(status.Trials.Failed),
        [Trials] = Of(status.Trials, status.Front, status.State, status.StagesDone),
        [Analysis] = Of(status.StagesDone, status.State),
        [Trial] = Of(status.Trials, status.State, status.StagesDone, status.Running),
    };

    public static string Of(params IReadOnlyList<object?> shown)
    {
        var text = string.Join('\n', shown.Select(value => value is string or int or Enum ? Convert.ToString(value, CultureInfo.InvariantCulture) : CanonicalJson.Serialize(value)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6));
    }
}
