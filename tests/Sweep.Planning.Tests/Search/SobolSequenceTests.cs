namespace Sweep.Planning;

public sealed class SobolSequenceTests
{
    /// <summary>As published: the program and figures of Joe and Kuo, here from scipy 1.10.1, scipy.stats.qmc.Sobol(8, scramble=False).random(16).</summary>
    private static readonly double[][] s_published =
    [
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
        [0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75],
        [0.25, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.25],
        [0.375, 0.375, 0.625, 0.875, 0.375, 0.125, 0.375, 0.875],
        [0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375],
        [0.625, 0.125, 0.875, 0.625, 0.625, 0.875, 0.125, 0.125],
        [0.125, 0.625, 0.375, 0.125, 0.125, 0.375, 0.625, 0.625],
        [0.1875, 0.3125, 0.9375, 0.4375, 0.5625, 0.3125, 0.4375, 0.9375],
        [0.6875, 0.8125, 0.4375, 0.9375, 0.0625, 0.8125, 0.9375, 0.4375],
        [0.9375, 0.0625, 0.6875, 0.1875, 0.3125, 0.5625, 0.1875, 0.1875],
        [0.4375, 0.5625, 0.1875, 0.6875, 0.8125, 0.0625, 0.6875, 0.6875],
        [0.3125, 0.1875, 0.3125, 0.5625, 0.9375, 0.4375, 0.0625, 0.0625],
        [0.8125, 0.6875, 0.8125, 0.0625, 0.4375, 0.9375, 0.5625, 0.5625],
        [0.5625, 0.4375, 0.0625, 0.8125, 0.1875, 0.6875, 0.3125, 0.8125],
        [0.0625, 0.9375, 0.5625, 0.3125, 0.6875, 0.1875, 0.8125, 0.3125],
    ];

    [Fact]
    public void Sequence_HasThePublishedPoints()
    {
        for (var dimensions = 1; dimensions <= 8; dimensions++)
        {
            var sequence = new SobolSequence(dimensions, seed: null);
            Assert.All(s_published.Index(), point => Assert.Equal(point.Item[..dimensions], sequence.At((uint)point.Index)));
        }
    }

    /// <summary>Points 1000, 5000 and 8191 of scipy's sequence in 64 dimensions.</summary>
    [Fact]
    public void Sequence_HasThePublishedPointsInManyDimensions()
    {
        var sequence = new SobolSequence(64, seed: null);

        Assert.Equal(
            [
                0.2197265625, 0.0966796875, 0.5185546875, 0.6767578125, 0.2802734375, 0.9072265625, 0.0458984375, 0.8994140625, 0.5009765625, 0.0693359375,
                0.0849609375, 0.2548828125, 0.1611328125, 0.3837890625, 0.1435546875, 0.3701171875, 0.7197265625, 0.3447265625, 0.9912109375, 0.7255859375,
                0.5224609375,
            ],
            sequence.At(1000)[..21]);
        Assert.Equal([0.7965087890625, 0.2310791015625, 0.1007080078125, 0.5247802734375], Later(sequence.At(5000)));
        Assert.Equal([0.5858154296875, 0.2913818359375, 0.5838623046875, 0.9986572265625], Later(sequence.At(8191)));

        static double[] Later(double[] point) => [point[20], point[21], point[40], point[63]];
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(17L)]
    public void Sequence_HasOnePointInEachSliceOfEachCoordinate(long? seed)
    {
        var sequence = new SobolSequence(SobolSequence.MostDimensions, seed);
        for (var k = 0; k <= 10; k++)
        {
            var points = Enumerable.Range(0, 1 << k).Select(i => sequence.At((uint)i)).ToList();
            for (var d = 0; d < SobolSequence.MostDimensions; d++)
            {
                Assert.Equal(1 << k, points.Select(point => (int)(point[d] * (1 << k))).Distinct().Count());
            }
        }
    }

    /// <summary>The first two coordinates are a (0, 2)-sequence: 2ᵏ points hit each rectangle of volume 2⁻ᵏ once, whatever its sides.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(17L)]
    public void Sequence_HasOnePointInEachElementaryRectangle(long? seed)
    {
        var sequence = new SobolSequence(2, seed);
        for (var k = 0; k <= 10; k++)
        {
            var points = Enumerable.Range(0, 1 << k).Select(i => sequence.At((uint)i)).ToList();
            for (var across = 0; across <= k; across++)
            {
                Assert.Equal(1 << k, points.Select(point => ((int)(point[0] * (1 << across)), (int)(point[1] * (1 << k - across)))).Distinct().Count());
            }
        }
    }

    /// <summary>Means of x over the seeds for one point of the sequence: scrambling makes each point uniform.</summary>
    [Fact]
    public void Scrambling_MakesEachPointUniform()
    {
        foreach (var index in new uint[] { 0, 1, 100 })
        {
            var drawn = Enumerable.Range(0, 4000).Select(seed => new SobolSequence(3, seed).At(index)).ToList();
            for (var d = 0; d < 3; d++)
            {
                Assert.Equal(0.5, drawn.Average(point => point[d]), 0.02);
                Assert.Equal(1 / 12.0, drawn.Average(point => Math.Pow(point[d] - 0.5, 2)), 0.005);
            }

            Assert.Equal(0, drawn.Average(point => (point[0] - 0.5) * (point[1] - 0.5)), 0.006);
        }
    }

    /// <summary>∫ Π (1 + (x_d − ½) / 2) = 1, which random points miss by about 0.01.</summary>
    [Fact]
    public void Sequence_IntegratesBetterThanRandomPoints()
    {
        var sequence = new SobolSequence(6, seed: 3);
        var random = new SearchRandom(3, 0, "integral");
        var even = Math.Abs(Enumerable.Range(0, 1024).Average(i => Product(sequence.At((uint)i))) - 1);
        var drawn = Enumerable.Range(0, 20).Average(_ => Math.Abs(Enumerable.Range(0, 1024).Average(_ => Product(random.NextDoubles(6))) - 1));

        Assert.True(even < drawn / 20, $"Sobol is off by {even}, random points by {drawn}.");

        static double Product(double[] point) => point.Aggregate(1.0, (product, x) => product * (1 + (x - 0.5) / 2));
    }
}
