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

    /// <summary>By part: changes when what the part shows has changed, and is the same on every silo.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Head] = Of(Status with { Front = [], Running = [], EpochsDone = Math.Round(Status.EpochsDone, 1) }, Status.Front.Count),
        [Running] = Of(Status.Running, Status.State),
        [Front] = Of(Status.Front, Status.Dense, Status.Trials.Complete),
        [Failures] = Of(Status.Trials.Failed),
        [Trials] = Of(Status.Trials, Status.Front, Status.State),
        [Analysis] = Of(Status.StagesDone, Status.State),
        [Trial] = Of(Status.Trials, Status.State, Status.StagesDone, Status.Running),
    };

    public static string Of(params IReadOnlyList<object?> shown)
    {
        var text = string.Join('\n', shown.Select(value => value is string or int or Enum ? Convert.ToString(value, CultureInfo.InvariantCulture) : CanonicalJson.Serialize(value)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6));
    }
}
