using Sweep.Engine.Measuring;
using Sweep.Models;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Tests;

public sealed class BenchmarkTests
{
    private static readonly PretrainRecipe s_pretrain = new()
    {
        Shape = TestNets.WideShape,
        Data = StageBench.Data,
        Training = StageBench.Training with { Epochs = 1 },
    };

    private static readonly HardPruneRecipe s_pruned = new() { Parent = s_pretrain.Id, Method = PruningMethod.Somp, Sparsity = 0.4 };

    private static readonly BenchmarkRecipe s_benchmark = new()
    {
        Parent = s_pruned.Id,
        Dense = s_pretrain.Id,
        DeviceModel = "cpu",
        Batches = [1, 8],
        Runs = 6,
        WarmUp = 2,
    };

    private static StageBench Prepared(TimeProvider? time = null)
    {
        var bench = new StageBench { Time = time ?? TimeProvider.System };
        bench.Run(s_pretrain);
        bench.Run(s_pruned);
        return bench;
    }

    [Fact]
    public void Benchmark_TellsTimesMemoryAndTheFlopsRatio_OfBothNets()
    {
        using var bench = Prepared();

        var result = bench.Run(s_benchmark);

        var benchmark = result.Benchmark!;
        Assert.Equal(("cpu", 1), (benchmark.DeviceModel, benchmark.Threads));
        Assert.Equal((double)ViTCost.Flops(TestNets.WideShape) / ViTCost.Flops(result.Shape!), benchmark.FlopsRatio);
        Assert.True(benchmark.FlopsRatio > 1);
        Assert.Equal([1, 8], benchmark.Batches.Select(batch => batch.Batch));
        Assert.All(benchmark.Batches, batch =>
        {
            Assert.True(batch.SpeedUp > 0);
            foreach (var pass in new[] { batch.Net, batch.Dense })
            {
                Assert.True(pass.P50 > 0);
                Assert.True(pass.P95 >= pass.P50);
                Assert.Equal(batch.Batch / pass.P50, pass.Throughput);
                Assert.True(pass.PeakMemory is null or >= 0);
            }
        });
    }

    [Fact]
    public void Benchmark_TimesEachPassOnce_AndNothingElse()
    {
        var clock = new CountingClock();
        using var bench = Prepared(clock);
        var before = clock.Readings;

        var batches = bench.Run(s_benchmark).Benchmark!.Batches;

        // Two readings a pass, two nets, warm-up included; two more for the length of the attempt.
        Assert.Equal(2 * 2 * (2 + 6) * 2 + 2, clock.Readings - before);
        Assert.All(batches, batch => Assert.Equal((1, 1, batch.Batch, 1), (batch.Net.P50, batch.Dense.P95, batch.Net.Throughput, batch.SpeedUp)));
    }

    [Fact]
    public void Benchmark_OfTheDenseNetItself_HasAFlopsRatioOf1()
    {
        using var bench = Prepared();

        var benchmark = bench.Run(s_benchmark with { Parent = s_pretrain.Id }).Benchmark!;

        Assert.Equal(1, benchmark.FlopsRatio);
    }

    [Theory]
    [InlineData(0, 0, 1, "runs >= 1 must hold, but runs is 0.")]
    [InlineData(1, -1, 1, "warmUp >= 0 must hold, but warmUp is -1.")]
    [InlineData(1, 0, 0, "batches have sizes >= 1 must hold, but batch is 0.")]
    public void Recipe_MustKeepTheRules(int runs, int warmUp, int batch, string message)
    {
        using var bench = Prepared();
        var fault = Assert.Throws<StageFaultException>(
            () => bench.Run(s_benchmark with { Runs = runs, WarmUp = warmUp, Batches = [batch] }));
        Assert.Equal((FailureReason.InvalidRecipe, message), (fault.Reason, fault.Message));
    }

    [Fact]
    public void Recipe_MustHaveABatchSize()
    {
        using var bench = Prepared();
        var fault = Assert.Throws<StageFaultException>(() => bench.Run(s_benchmark with { Batches = [] }));
        Assert.Contains("at least one batch size", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DeviceModel_MustBeTheDevices()
    {
        using var bench = Prepared();
        bench.Execution = new() { DeviceModels = ["cpu", "Lovelace 2"] };
        var fault = Assert.Throws<StageFaultException>(() => bench.Run(s_benchmark with { DeviceModel = "Babbage 1" }));
        Assert.Equal(FailureReason.InvalidRecipe, fault.Reason);
        Assert.StartsWith("A benchmark must run on the device model it names, but deviceModel is 'Babbage 1' and cpu here is 'cpu' or 'Lovelace 2'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelled_EndsBeforeTheNextPass()
    {
        using var bench = Prepared();
        Assert.Throws<OperationCanceledException>(() => bench.Run(s_benchmark, cancelled: new CancellationToken(true)));
        Assert.False(Directory.Exists(bench.Folder(s_benchmark)));
    }

    [Fact]
    public void InterleavedRuns_WarmUp_ThenAlternateWhoGoesFirst()
    {
        var clock = new CountingClock { Tick = TimeSpan.Zero };
        var order = "";
        var times = InterleavedRuns.Take(() => Run("a", 2), () => Run("b", 6), warmUp: 1, pairs: 3, clock, () => order += ".");

        Assert.Equal(".a.b.a.b.b.a.a.b", order);
        Assert.Equal([2, 2, 2], times.First);
        Assert.Equal([6, 6, 6], times.Second);
        Assert.Equal([3, 3, 3], times.Ratios);

        void Run(string name, int seconds)
        {
            order += name;
            clock.Pass(TimeSpan.FromSeconds(seconds));
        }
    }

    [Theory]
    [InlineData(new double[] { 3 }, 3, 3)]
    [InlineData(new double[] { 4, 1, 2, 3 }, 2.5, 4)]
    [InlineData(new double[] { 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 }, 10.5, 19)]
    public void Quantile_OfAFewNumbers(double[] values, double median, double p95) =>
        Assert.Equal((median, p95), (Quantile.Median(values), Quantile.At(0.95, values)));

    [Fact]
    public void ResidentMemory_SeesWhatWorkHeldAtOnce()
    {
        const long Floats = 16L << 20;
        var peak = ResidentMemory.PeakDuring(() =>
        {
            using var first = ones(Floats);
            first.Dispose();
            using var second = ones(Floats);
        });

        // Null in a sandbox that does not tell; else one of the two, never both.
        Assert.True(peak is null or (>= 4 * Floats * 9 / 10 and < 4 * Floats * 3 / 2), $"{peak}");
    }

    /// <summary>A clock that goes on by one tick at each reading, and when it is told to.</summary>
    private sealed class CountingClock : TimeProvider
    {
        private TimeSpan _now;

        public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);

        public int Readings { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time) => _now += time;

        public override long GetTimestamp()
        {
            Readings++;
            var now = _now.Ticks;
            _now += Tick;
            return now;
        }
    }
}
