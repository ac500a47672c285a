using System.Text.Json.Nodes;
using Sweep.Recipes;

namespace Sweep.Planning.Schema;

/// <summary>The sections of a sweep file that have a usable value, for rules between keys; null for the others.</summary>
internal sealed record SpecDraft
{
    public ModelSpec? Model { get; init; }

    public DataSpec? Data { get; init; }

    /// <summary>By the name of its key: pretrain, sparsify, finetune.</summary>
    public required IReadOnlyDictionary<string, TrainingSpec> Training { get; init; }

    /// <summary>Whether the file has a section of this name, usable or not.</summary>
    public required IReadOnlySet<string> Present { get; init; }

    public SpaceAxis<PruningMethod>? Method { get; init; }

    public SpaceAxis<double>? Sparsity { get; init; }

    public SpaceAxis<double>? Lambda { get; init; }

    public SpaceAxis<double>? Rho { get; init; }

    public IReadOnlyList<Objective>? Objectives { get; init; }

    public GohspSpec? Gohsp { get; init; }

    public VtpSpec? Vtp { get; init; }

    public SompSpec? Somp { get; init; }

    public static SpecDraft From(JsonObject root, FaultList faults)
    {
        T? Section<T>(string path)
            where T : class
        {
            JsonNode? node = root;
            foreach (var key in path.Split('.'))
            {
                node = node?[key];
            }

            return node is null || faults.IsBroken(path) ? null : CanonicalJson.Deserialize<T>(node.ToJsonString());
        }

        var training = new Dictionary<string, TrainingSpec>(StringComparer.Ordinal);
        foreach (var key in new[] { "pretrain", "sparsify", "finetune" })
        {
            if (Section<TrainingSpec>(key) is { } section)
            {
                training.Add(key, section);
            }
        }

        return new SpecDraft
        {
            Model = Section<ModelSpec>("model"),
            Data = Section<DataSpec>("data"),
            Training = training,
            Present = root.Select(member => member.Key).ToHashSet(StringComparer.Ordinal),
            Method = Section<SpaceAxis<PruningMethod>>("space.method"),
            Sparsity = Section<SpaceAxis<double>>("space.sparsity"),
            Lambda = Section<SpaceAxis<double>>("space.lambda"),
            Rho = Section<SpaceAxis<double>>("space.rho"),
            Objectives = Section<IReadOnlyList<Objective>>("objectives"),
            Gohsp = Section<GohspSpec>("gohsp") ?? (faults.IsBroken("gohsp") ? null : new GohspSpec()),
            Vtp = Section<VtpSpec>("vtp") ?? (faults.IsBroken("vtp") ? null : new VtpSpec()),
            Somp = Section<SompSpec>("somp") ?? (faults.IsBroken("somp") ? null : new SompSpec()),
        };
    }
}
