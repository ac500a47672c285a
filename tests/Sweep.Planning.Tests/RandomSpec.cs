using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>Sound specs of random axes and lengths.</summary>
internal static class RandomSpec
{
    public static SweepSpec Next(Random random)
    {
        SpaceAxis<double>? Axis(double scale, params PruningMethod[] known) => random.Next(3) == 0 ? null : new SpaceAxis<double>
        {
            Values = [.. Enumerable.Range(1, random.Next(1, 4)).Select(i => i * scale)],
            When = random.Next(2) == 0 ? null : new AxisCondition { Method = [.. known.Take(random.Next(1, known.Length + 1))] },
        };

        PruningMethod[] methods = [.. new[] { PruningMethod.Gohsp, PruningMethod.Vtp, PruningMethod.Somp }.OrderBy(_ => random.Next()).Take(random.Next(1, 4))];
        return SpecText.Spec with
        {
            Seed = random.Next(3),
            Pretrain = new TrainingSpec { Epochs = random.Next(1, 9) },
            Sparsify = new TrainingSpec { Epochs = random.Next(1, 5) },
            Finetune = new TrainingSpec { Epochs = random.Next(1, 5) },
            Space = new SpaceSpec
            {
                Method = new() { Values = methods },
                Sparsity = new() { Values = [.. Enumerable.Range(1, random.Next(1, 6)).Select(i => i / 10.0)] },
                Lambda = Axis(1e-4, PruningMethod.Vtp, PruningMethod.Gohsp),
                Rho = Axis(1e-2, PruningMethod.Gohsp),
            },
        };
    }
}
