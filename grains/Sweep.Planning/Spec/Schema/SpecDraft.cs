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

    public SpaceAxis<BudgetTarget>? Target { get; init; }

    public SpaceAxis<double>? Lambda { get; init; }

    public SpaceAxis<double>? Rho { get; init; }

    public SpaceAxis<long>? Seed { get; init; }

    public SpaceAxis<long>? FinetuneSeed { get; init; }

    public SpaceAxis<int>? FinetuneEpochs { get; init; }

    public SpaceAxis<double>? FinetuneLearningRate { get; init; }

    public SearchSpec? Search { get; init; }

    public StoppingSpec? Stopping { get; init; }

    public LimitsSpec? Limits { get; init; }

    public IReadOnlyList<Objective>? Objectives { get; init; }

    public PruningBudget? Budget { get; init; }

    public GohspSpec? Gohsp { get; init; }

    public SompSpec? Somp { get; init; }

    public SgmpSpec? Sgmp { get; init; }

    public GmpSpec? Gmp { get; init; }

    public TaylorSpec? Taylor { get; init; }

    public SspSpec? Ssp { get; init; }

    public S2viteSpec? S2vite { get; init; }

    public RandomGroupsSpec? Random { get; init; }

    /// <returns>Null when the model or the data is unusable.</returns>
    public ImageSet? Images => Data is null ? null : ImageSet.Of(Data);

    /// <returns>Null when the model or the data is unusable.</returns>
    public ViTShape? Shape => Model is { } model && Images is { } images ? ModelPreset.Find(model.Preset, images.Channels, images.Classes) : null;

    /// <summary>Training images that validation leaves.</summary>
    /// <returns>Null when the data is unusable, or a class would have no image on one of the sides.</returns>
    public int? TrainingSplit =>
        Data is { } spec && Images is { } images
        && spec.Validation >= images.Classes && spec.Validation <= images.TrainingImages - images.Classes
            ? images.TrainingImages - spec.Validation
            : null;

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

        T? Options<T>(string path)
            where T : class, new() => Section<T>(path) ?? (faults.IsBroken(path) ? null : new T());

        var training = new Dictionary<string, TrainingSpec>(StringComparer.Ordinal);
        foreach (var key in new[] { "pretrain", "sparsify" })
        {
            if (Section<TrainingSpec>(key) is { } section)
            {
                training.Add(key, section);
            }
        }

        if (Section<FinetuneSpec>("finetune") is { } finetune)
        {
            training.Add("finetune", finetune);
        }

        return new SpecDraft
        {
            Model = Section<ModelSpec>("model"),
            Data = Section<DataSpec>("data"),
            Training = training,
            Present = root.Select(member => member.Key).ToHashSet(StringComparer.Ordinal),
            Method = Section<SpaceAxis<PruningMethod>>("space.method"),
            Sparsity = Section<SpaceAxis<double>>("space.sparsity"),
            Target = Section<SpaceAxis<BudgetTarget>>("space.target"),
            Lambda = Section<SpaceAxis<double>>("space.lambda"),
            Rho = Section<SpaceAxis<double>>("space.rho"),
            Seed = Section<SpaceAxis<long>>("space.seed"),
            FinetuneSeed = Section<SpaceAxis<long>>("space.finetuneSeed"),
            FinetuneEpochs = Section<SpaceAxis<int>>("space.finetuneEpochs"),
            FinetuneLearningRate = Section<SpaceAxis<double>>("space.finetuneLearningRate"),
            Search = Options<SearchSpec>("search"),
            Stopping = Section<StoppingSpec>("stopping"),
            Limits = Section<LimitsSpec>("limits"),
            Objectives = Section<IReadOnlyList<Objective>>("objectives"),
            Budget = Section<PruningBudget>("budget"),
            Gohsp = Options<GohspSpec>("gohsp"),
            Somp = Options<SompSpec>("somp"),
            Sgmp = Options<SgmpSpec>("sgmp"),
            Gmp = Options<GmpSpec>("gmp"),
            Taylor = Options<TaylorSpec>("taylor"),
            Ssp = Options<SspSpec>("ssp"),
            S2vite = Options<S2viteSpec>("s2vite"),
            Random = Options<RandomGroupsSpec>("random"),
        };
    }
}
