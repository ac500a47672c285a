namespace Sweep.Recipes.Tests;

public class StageHistoryTests
{
    private static readonly StageId s_stage = StageId.Parse("pretrain-1-" + new string('0', 26));

    private static EpochRecord[] Curve(int epochs, int from = 0) =>
        [.. Enumerable.Range(from, epochs).Select(epoch => new EpochRecord { Epoch = epoch, Loss = 1.0 / (epoch + 1), LearningRate = 1e-3 })];

    private static EpochTime[] Times(int epochs) =>
        [.. Enumerable.Range(0, epochs).Select(epoch => new EpochTime { Epoch = epoch, Seconds = 2, LoaderSeconds = 0.5, Images = 640 })];

    private static StageResult Result(int epochs) => new()
    {
        Stage = s_stage,
        Curve = Curve(epochs),
        Provenance = new Provenance { Device = "cpu", Threads = 1, Torch = "t", Engine = "e", Seconds = 1, EpochTimes = Times(epochs) },
    };

    [Theory]
    [InlineData(1)]
    [InlineData(StageHistory.MostEpochs)]
    public void Thinned_LeavesAShortHistoryAlone(int epochs)
    {
        var result = Result(epochs);
        Assert.Same(result, StageHistory.Thinned(result));
    }

    [Theory]
    [InlineData(65)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Thinned_KeepsTheEndsAndEvenDistances(int epochs)
    {
        var thin = StageHistory.Thinned(Result(epochs));
        var kept = thin.Curve!.Select(epoch => epoch.Epoch).ToList();

        Assert.Equal(StageHistory.MostEpochs, kept.Count);
        Assert.Equal((0, epochs - 1), (kept[0], kept[^1]));
        var gaps = kept.Zip(kept.Skip(1), (a, b) => b - a).Distinct().Order().ToList();
        Assert.True(gaps is [>= 1] or [>= 1, _] && gaps[^1] - gaps[0] <= 1);
        Assert.Equal(kept, thin.Provenance.EpochTimes!.Select(time => time.Epoch));
        Assert.Same(thin, StageHistory.Thinned(thin));
    }

    [Fact]
    public void Thinned_KeepsOnlyTheTimesThereAre()
    {
        var result = Result(100);
        var half = StageHistory.Thinned(result with { Provenance = result.Provenance with { EpochTimes = [.. Times(100).Skip(50)] } });

        Assert.Equal(half.Curve!.Select(epoch => epoch.Epoch).Where(epoch => epoch >= 50), half.Provenance.EpochTimes!.Select(time => time.Epoch));
    }

    [Fact]
    public void AThinnedResult_IsOfBoundedSize()
    {
        var long64 = CanonicalJson.Serialize(StageHistory.Thinned(Result(10_000))).Length;
        Assert.InRange(long64, 1, 16 << 10);
    }

    public static TheoryData<string, EpochRecord[]> Broken { get; } = new()
    {
        { "null", [null!] },
        { "comes first", [Curve(1)[0] with { Epoch = -1 }] },
        { "comes after 0", [.. Curve(1), .. Curve(1)] },
        { "comes after 1", [.. Curve(1, 1), .. Curve(1)] },
        { "16777216", [Curve(1)[0] with { Epoch = int.MaxValue }] },
        { "loss must be finite, but is NaN", [Curve(1)[0] with { Loss = double.NaN }] },
        { "loss must be finite", [Curve(1)[0] with { Loss = double.PositiveInfinity }] },
        { "learningRate", [Curve(1)[0] with { LearningRate = -1e-9 }] },
        { "learningRate", [Curve(1)[0] with { LearningRate = double.NaN }] },
        { "primalResidual", [Curve(1)[0] with { PrimalResidual = double.PositiveInfinity }] },
        { "doomedNormRatio", [Curve(1)[0] with { DoomedNormRatio = double.NaN }] },
        { "meanGate", [Curve(1)[0] with { MeanGate = -1 }] },
        { "sparsity", [Curve(1)[0] with { Sparsity = 1.5 }] },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Curve_ThatIsNone_IsNamed(string word, EpochRecord[] curve) => Assert.Contains(word, HistoryRules.Fault(curve), StringComparison.Ordinal);

    public static TheoryData<string, EpochTime[]> BrokenTimes { get; } = new()
    {
        { "null", [null!] },
        { "comes after 0", [Times(1)[0], Times(1)[0]] },
        { "seconds", [Times(1)[0] with { Seconds = double.NaN }] },
        { "seconds", [Times(1)[0] with { Seconds = -1 }] },
        { "loaderSeconds", [Times(1)[0] with { LoaderSeconds = double.PositiveInfinity }] },
        { "images", [Times(1)[0] with { Images = -1 }] },
    };

    [Theory]
    [MemberData(nameof(BrokenTimes))]
    public void Times_ThatAreNone_AreNamed(string word, EpochTime[] times) => Assert.Contains(word, HistoryRules.Fault(times), StringComparison.Ordinal);

    [Fact]
    public void SoundHistories_Pass()
    {
        var history = new StageHistory { Stage = s_stage, Length = 9, Finished = true, Epochs = Curve(6, from: 3), Times = Times(3) };
        Assert.Null(HistoryRules.Fault(history));
        Assert.Null(HistoryRules.Fault((IReadOnlyList<EpochRecord>?)null));
        Assert.NotNull(HistoryRules.Fault(history with { Length = -1 }));
        Assert.NotNull(HistoryRules.Fault(history with { Stage = default }));
        Assert.NotNull(HistoryRules.Fault(history with { Times = [null!] }));
    }
}
