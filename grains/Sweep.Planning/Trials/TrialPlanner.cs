using System.Globalization;

namespace Sweep.Planning;

/// <summary>
/// Turns one trial's settings into the recipes of its stages, whatever the number of trials: planning costs as much as the path is long. Pure: equal
/// specs and settings give equal ids.
/// </summary>
public sealed class TrialPlanner
{
    /// <summary>The id of the first seed's unpruned net.</summary>
    public const string DenseId = "dense";

    private readonly SweepSpec _spec;
    private readonly Dictionary<long, StageChain> _chains;

    public TrialPlanner(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        _spec = spec;
        IReadOnlyList<long> seeds = spec.Space.Seed?.Values ?? [spec.Seed];
        // Each unpruned net belongs to the first trial where nothing is shared: of one seed, it then costs no training of its own.
        _chains = seeds.ToDictionary(seed => seed, seed => new StageChain(spec, seed, OwnerOf(0)));
        Dense =
        [
            .. seeds.Select((seed, index) => new TrialPlan
            {
                Id = index == 0 ? DenseId : string.Create(CultureInfo.InvariantCulture, $"{DenseId}-seed-{seed}"),
                Seed = seed,
                Stages = _chains[seed].ForDense(),
            }),
        ];
    }

    /// <summary>The unpruned net of each seed.</summary>
    public IReadOnlyList<TrialPlan> Dense { get; }

    /// <summary>For example <c>t0001</c> for number 0.</summary>
    public static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"t{number + 1:0000}");

    /// <returns>Null for what is no id of a trial.</returns>
    public static int? NumberOf(string id) =>
        id is ['t', ..] && int.TryParse(id.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1 && IdOf(count - 1) == id
            ? count - 1
            : null;

    /// <summary>Most epochs after the cut that a trial of the spec can have.</summary>
    public static int LongestFineTune(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var longest = spec.Space.FinetuneEpochs is { } axis ? (int)(axis.Range?[1] ?? axis.Values.Max()) : spec.Finetune.Epochs;
        return !spec.Finetune.EqualEpochs ? longest
            : TrainingLength.Joined(spec.Finetune with { Epochs = longest }, spec.Sparsify, ImageSet.Of(spec.Data)!.TrainingImages - spec.Data.Validation).Epochs;
    }

    /// <param name="number">The trial's number, from 0, in the order the searcher proposes.</param>
    /// <param name="settings">A point of the spec's space.</param>
    public TrialPlan Plan(int number, TrialSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var seed = settings.Seed ?? _spec.Seed;
        var chain = number == 0 || OwnerOf(number) is not { } owner ? _chains[seed] : new StageChain(_spec, seed, owner);
        return new TrialPlan { Id = IdOf(number), Settings = settings, Seed = seed, Stages = chain.For(settings) };
    }

    /// <returns>Null where stages are shared.</returns>
    private string? OwnerOf(int number) => _spec.Sharing == Sharing.Off ? $"{_spec.Name}/{IdOf(number)}" : null;
}
