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

        PruningMethod[] methods = [.. Enum.GetValues<PruningMethod>().OrderBy(_ => random.Next()).Take(random.Next(1, 4))];
        return SpecText.Spec with
        {
            Seed = random.Next(3),
            Pretrain = new TrainingSpec { Epochs = random.Next(1, 9) },
            Sparsify = new TrainingSpec { Epochs = random.Next(1, 5) },
            Finetune = new FinetuneSpec { Epochs = random.Next(1, 5), Distillation = random.Next(3) == 0 ? new DistillationSpec() : null },
            Budget = random.Next(3) == 0 ? new PruningBudget { Target = BudgetTarget.Flops, MultipleOf = 8 } : null,
            S2vite = new S2viteSpec { Start = (DynamicStart)random.Next(2) },
            Benchmark = random.Next(3) == 0 ? new BenchmarkSpec { Device = "cpu" } : null,
            Space = new SpaceSpec
            {
                Method = new() { Values = methods },
                Sparsity = new() { Values = [.. Enumerable.Range(1, random.Next(1, 6)).Select(i => i / 10.0)] },
                Lambda = Axis(1e-4, PruningMethod.Vtp, PruningMethod.Gohsp),
                Rho = Axis(1e-2, PruningMethod.Gohsp),
                Target = random.Next(3) == 0 ? new() { Values = [BudgetTarget.Parameters, BudgetTarget.Flops] } : null,
                Seed = random.Next(3) == 0 ? new() { Values = [0, 1, 2] } : null,
            },
        };
    }
}
