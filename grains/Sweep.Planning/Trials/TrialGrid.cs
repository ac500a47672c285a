using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// Every combination of the axes by its number, in the order of <see cref="GridSearcher"/>, without any of them being laid out.
/// </summary>
public sealed class TrialGrid
{
    private readonly IReadOnlyList<long?> _seeds;
    private readonly Block[] _blocks;
    private readonly long _perSeed;

    public TrialGrid(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var space = spec.Space;
        _seeds = space.Seed?.Values.Select(seed => (long?)seed).ToList() ?? [null];
        _blocks =
        [
            .. space.Method.Values.Select(method => new Block(
                method,
                space.Sparsity.Values,
                Along(space.Target, method, method.IsStructured(), null),
                Along(space.Lambda, method, method.HasLambda(), TrialSpace.DefaultLambda(spec, method)),
                Along(space.Rho, method, method.HasRho(), TrialSpace.DefaultRho(spec, method)),
                Along(space.FinetuneSeed, method, true, null),
                Along(space.FinetuneEpochs, method, true, null),
                Along(space.FinetuneLearningRate, method, true, null))),
        ];
        _perSeed = _blocks.Sum(block => block.Count);
        Count = checked((int)(_perSeed * _seeds.Count));
    }

    public int Count { get; }

    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such combination.</exception>
    public TrialSettings this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            var rest = index % _perSeed;
            var block = 0;
            for (; rest >= _blocks[block].Count; block++)
            {
                rest -= _blocks[block].Count;
            }

            return _blocks[block].At(rest, _seeds[(int)(index / _perSeed)]);
        }
    }

    private static IReadOnlyList<T?> Along<T>(SpaceAxis<T>? axis, PruningMethod method, bool knows, T? otherwise)
        where T : struct => knows && axis?.AppliesTo(method) == true ? [.. axis.Values.Select(value => (T?)value)] : [otherwise];

    /// <summary>The combinations of one method; the last axis runs fastest.</summary>
    private sealed record Block(
        PruningMethod Method,
        IReadOnlyList<double> Sparsities,
        IReadOnlyList<BudgetTarget?> Targets,
        IReadOnlyList<double?> Lambdas,
        IReadOnlyList<double?> Rhos,
        IReadOnlyList<long?> FinetuneSeeds,
        IReadOnlyList<int?> FinetuneEpochs,
        IReadOnlyList<double?> FinetuneLearningRates)
    {
        public long Count { get; } = (long)Sparsities.Count * Targets.Count * Lambdas.Count * Rhos.Count
            * FinetuneSeeds.Count * FinetuneEpochs.Count * FinetuneLearningRates.Count;

        public TrialSettings At(long index, long? seed)
        {
            T Take<T>(IReadOnlyList<T> axis)
            {
                var value = axis[(int)(index % axis.Count)];
                index /= axis.Count;
                return value;
            }

            // The fastest first.
            var learningRate = Take(FinetuneLearningRates);
            var epochs = Take(FinetuneEpochs);
            var finetuneSeed = Take(FinetuneSeeds);
            var rho = Take(Rhos);
            var lambda = Take(Lambdas);
            var target = Take(Targets);
            return new TrialSettings
            {
                Method = Method,
                Sparsity = Take(Sparsities),
                Target = target,
                Lambda = lambda,
                Rho = rho,
                Seed = seed,
                FinetuneSeed = finetuneSeed,
                FinetuneEpochs = epochs,
                FinetuneLearningRate = learningRate,
            };
        }
    }
}
