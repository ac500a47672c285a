namespace Sweep.Bench.Stopping;

/// <summary>
/// Pruned nets that are fine-tuned, made up: accuracy after e epochs is a(1 − damage·(1 + e/τ)^−γ) with noise, its asymptote a falls with the sparsity, differently for
/// each of three methods, and with the distance of the learning rate from the best one. Those that learn slowly (large τ) end a little higher, so that curves cross.
/// Parameters and Flops are known from the settings. Trial n of seed s is the same whoever asks.
/// </summary>
internal sealed class LearningCurves(int seed)
{
    public const int Epochs = 27;

    private static readonly (double Knee, double Loss, double Flops)[] Methods = [(0.75, 0.10, 0.95), (0.60, 0.06, 1.10), (0.85, 0.16, 1.00)];

    /// <returns>Accuracy, and the fractions saved of parameters and Flops, [3].</returns>
    public double[] Gains(int trial, int epochs)
    {
        var draws = new Draws(seed, trial, 0);
        var method = Methods[(int)(draws.Uniform() * Methods.Length)];
        var sparsity = 0.1 + 0.8 * draws.Uniform();
        var offset = 2 * draws.Uniform() - 1;
        var slowness = draws.Uniform();
        var luck = 0.004 * draws.Normal();

        var asymptote = 0.90 - method.Loss * sparsity - 0.35 * Math.Max(0, sparsity - method.Knee) - 0.08 * offset * offset + 0.02 * (slowness - 0.5) + luck;
        var damage = 0.1 + 0.6 * sparsity * sparsity;
        var tau = 0.3 + 2.5 * slowness;
        var noise = 0.004 * new Draws(seed, trial, epochs).Normal();
        var accuracy = asymptote * (1 - damage * Math.Pow(1 + epochs / tau, -1.3)) + noise;
        return [Math.Clamp(accuracy, 0, 1), sparsity, 1 - Math.Pow(1 - sparsity, method.Flops)];
    }

    /// <summary>Random numbers that a key starts: SplitMix64.</summary>
    private sealed class Draws(int seed, int trial, int epochs)
    {
        private ulong _state = Mix(Mix(Mix((ulong)seed) + (ulong)trial) + (ulong)epochs);

        public double Uniform()
        {
            _state += 0x9E3779B97F4A7C15;
            return (Mix(_state) >> 11) * (1.0 / (1UL << 53));
        }

        public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

        private static ulong Mix(ulong z)
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
