using System.Text.Json.Nodes;
using Sweep.Recipes;

namespace Sweep.Planning.Schema;

/// <summary>What to do about failures of one reason: the word of an action, or a map of the action and its limits.</summary>
internal sealed record FailurePolicyRule : SpecRule
{
    private const int MostAttempts = 1000;
    private const double LongestBackOff = 86_400;

    private static readonly ChoiceRule s_action = ChoiceRule.Of<FailureAction>();

    private static readonly MapRule s_map = new(
    [
        new("action", s_action, "What to do.", Required: true),
        new("limit", new IntegerRule(1, MostAttempts), "retry: failures in a row before the stage fails; excludeWorker: slots excluded before it does. The cluster's own limit if absent."),
        new("backOff", new NumberRule(0, LongestBackOff, LeastExcluded: true), "retry: seconds before the next attempt, doubled by each failure in a row; the cluster's own if absent."),
    ]);

    /// <summary>The section failurePolicies.</summary>
    public static MapRule Section { get; } = new(
    [
        .. Enum.GetValues<FailureReason>().Select(reason => new KeyRule(
            NameOf(reason), new FailurePolicyRule(), FormattableString.Invariant($"{MeaningOf(reason)}; {NameOf(FailurePolicies.DefaultFor(reason))} if absent."))),
    ]);

    public override string Statement => $"must be one of {string.Join(", ", s_action.Choices)}, or a map with the keys action, limit, backOff";

    protected override JsonNode? ReadValue(SpecNode node, string path, SpecReading reading)
    {
        if (node is SpecScalar { IsNull: false } scalar)
        {
            return s_action.Choices.Contains(scalar.Text)
                ? new JsonObject { ["action"] = scalar.Text }
                : Refuse(node, path, reading, Spelling.DidYouMean(scalar.Text, s_action.Choices));
        }

        if (node is not SpecMap map)
        {
            return Refuse(node, path, reading);
        }

        var read = s_map.Read(node, path, reading);
        if (read?["action"] is { } action)
        {
            Check(map, path, (string)action!, reading);
        }

        return read;
    }

    public override JsonObject ToJsonSchema() => new() { ["anyOf"] = new JsonArray(s_action.ToJsonSchema(), s_map.ToJsonSchema()) };

    private static void Check(SpecMap map, string path, string action, SpecReading reading)
    {
        Only("limit", "counts retries or excluded workers", NameOf(FailureAction.Retry), NameOf(FailureAction.ExcludeWorker));
        Only("backOff", "belongs to retry", NameOf(FailureAction.Retry));

        void Only(string key, string rule, params string[] actions)
        {
            if (map.Find(key) is { } entry && !actions.Contains(action))
            {
                reading.Faults.AddBroken(entry.Place, SpecPath.Key(path, key), $"{rule}, but the action is {action}");
            }
        }
    }

    private static string NameOf<T>(T value)
        where T : struct, Enum => CanonicalJson.Serialize(value).Trim('"');

    private static string MeaningOf(FailureReason reason) => reason switch
    {
        FailureReason.NonFiniteLoss => "The loss became infinite or no number",
        FailureReason.InvalidRecipe => "The recipe cannot be run",
        FailureReason.BadData => "The data are not what the file says",
        FailureReason.UnreachableSparsity => "The net cannot lose so much",
        FailureReason.OutOfMemory => "The device had no memory left",
        FailureReason.DiskFull => "The worker's disk was full",
        FailureReason.DamagedArtifact => "A file of the artifact store was not what it was written as",
        FailureReason.EngineCrashed => "The engine process ended by itself",
        FailureReason.EngineHung => "The engine process made no progress for too long",
        FailureReason.WorkerLost => "The worker fell silent",
        FailureReason.StoreUnavailable => "The artifact store did not answer",
        FailureReason.Unexpected => "Something that nobody foresaw",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "There is no such reason for a failure."),
    };
}
