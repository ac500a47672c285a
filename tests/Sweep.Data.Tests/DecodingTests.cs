using Sweep.Data.Decoding;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Data.Tests;

public sealed class DecodingTests
{
    private readonly PhotographDecoder _decoder = new();

    [Theory]
    [InlineData("odd-sides.jpg")]
    [InlineData("progressive.jpeg")]
    [InlineData("grey.jpg")]
    [InlineData("inks.jpg")]
    [InlineData("larger.jpg")]
    [InlineData("palette.png")]
    [InlineData("see-through.png")]
    public void Pixels_are_those_of_Pillow(string name)
    {
        var expected = Fixture.Pillow.GetProperty("decoded").GetProperty(name);

        using var image = _decoder.Decode(Fixture.PathOf(name), Full);

        Assert.Equal((expected.GetProperty("width").GetInt32(), expected.GetProperty("height").GetInt32(), 3), (image.Width, image.Height, image.Channels));
        var values = expected.GetProperty("every11thByte").EnumerateArray().Select(value => value.GetInt32()).ToArray();
        Assert.Equal((image.Pixels.Length + 10) / 11, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            // Equal with the same libjpeg-turbo; another version may round its chroma upsampling otherwise.
            Assert.InRange(image.Pixels[11 * i], values[i] - 2, values[i] + 2);
        }
    }

    [Theory]
    [InlineData(150, 200, 150)]
    [InlineData(76, 200, 150)]
    [InlineData(75, 100, 75)]
    [InlineData(38, 50, 38)]
    [InlineData(19, 25, 19)]
    [InlineData(1, 25, 19)]
    [InlineData(1000, 200, 150)]
    public void A_photograph_is_decoded_near_the_needed_size(int leastSide, int width, int height)
    {
        using var image = _decoder.Decode(Fixture.PathOf("larger.jpg"), (_, _) => leastSide);

        Assert.Equal((width, height, 200, 150), (image.Width, image.Height, image.FullWidth, image.FullHeight));
    }

    [Fact]
    public void A_photograph_decoded_at_half_its_size_looks_like_itself()
    {
        using var full = _decoder.Decode(Fixture.PathOf("larger.jpg"), Full);
        using var half = _decoder.Decode(Fixture.PathOf("larger.jpg"), (_, _) => 75);

        double difference = 0;
        for (var y = 0; y < half.Height; y++)
        {
            for (var x = 0; x < half.Width; x++)
            {
                for (var c = 0; c < 3; c++)
                {
                    var sum = 0;
                    for (var k = 0; k < 4; k++)
                    {
                        sum += full.Pixels[((2 * y + k / 2) * full.Width + 2 * x + k % 2) * 3 + c];
                    }

                    difference += Math.Abs(half.Pixels[(y * half.Width + x) * 3 + c] - sum / 4.0);
                }
            }
        }

        Assert.InRange(difference / half.Pixels.Length, 0, 2);
    }

    [Fact]
    public void The_needed_size_may_depend_on_the_full_one()
    {
        (int, int) seen = default;

        using var image = _decoder.Decode(Fixture.PathOf("larger.jpg"), (width, height) =>
        {
            seen = (width, height);
            return height / 2;
        });

        Assert.Equal((200, 150), seen);
        Assert.Equal(75, image.Height);
    }

    [Theory]
    [InlineData("truncated.jpg", "remature end")]
    [InlineData("truncated.png", "")]
    public void A_truncated_file_is_refused_by_name_and_reason(string name, string reason)
    {
        var message = Fixture.BadData(() => _decoder.Decode(Fixture.PathOf(name), Full)).Message;

        Assert.StartsWith($"{Fixture.PathOf(name)}: the file must be a whole JPEG or PNG photograph: ", message);
        Assert.Contains(reason, message);
        Assert.DoesNotContain("photograph: .", message);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("474946383961", "first bytes are 474946383961, which is neither JPEG nor PNG")]
    [InlineData("FFD8FFE000104A46", "")]
    [InlineData("89504E470D0A1A0A", "")]
    public void What_is_no_photograph_is_refused(string bytes, string reason)
    {
        var message = Fixture.BadData(() => _decoder.Decode("x.jpg", Convert.FromHexString(bytes), Full)).Message;

        Assert.StartsWith("x.jpg: ", message);
        Assert.Contains(reason, message);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        const int End = 12; // the end chunk of PNG, which no pixel needs
        foreach (var name in new[] { "odd-sides.jpg", "progressive.jpeg", "inks.jpg", "see-through.png" })
        {
            var whole = Fixture.Bytes(name);
            for (var length = 0; length <= whole.Length - End; length += 7)
            {
                Fixture.BadData(() => _decoder.Decode(name, whole.AsSpan(0, length), Full).Dispose());
            }
        }
    }

    [Theory]
    [InlineData("odd-sides.jpg")]
    [InlineData("progressive.jpeg")]
    [InlineData("inks.jpg")]
    [InlineData("see-through.png")]
    [InlineData("palette.png")]
    public void Random_damage_is_refused_or_decoded_and_never_worse(string name)
    {
        var random = new Random(7);
        var refused = 0;
        for (var i = 0; i < 500; i++)
        {
            var bytes = Fixture.Bytes(name);
            for (var k = random.Next(1, 5); k > 0; k--)
            {
                bytes[random.Next(8, bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                using var image = _decoder.Decode(name, bytes, Full);
                Assert.Equal(image.Width * image.Height * 3, image.Pixels.Length);
            }
            catch (StageFaultException e) when (e.Reason is FailureReason.BadData)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 500);
    }

    [Fact]
    public void Foreign_bytes_between_markers_are_no_damage()
    {
        // An extra byte before the end marker: libjpeg warns of it, and every pixel is there.
        var whole = Fixture.Bytes("odd-sides.jpg");
        byte[] odd = [.. whole[..^2], 0x55, .. whole[^2..]];

        using var image = _decoder.Decode("odd.jpg", odd, Full);
        using var clean = _decoder.Decode("odd.jpg", whole, Full);

        Assert.True(image.Pixels.SequenceEqual(clean.Pixels));
    }

    [Fact]
    public void A_file_that_claims_too_many_pixels_is_refused_before_it_takes_memory()
    {
        var png = Fixture.Bytes("see-through.png");
        png.AsSpan(16, 8).Fill(0x7F); // width and height of the header

        Fixture.BadData(() => _decoder.Decode("huge.png", png, Full));
        var jpeg = Fixture.Bytes("odd-sides.jpg");
        var frame = jpeg.AsSpan().IndexOf<byte>([0xFF, 0xC0]);
        jpeg.AsSpan(frame + 5, 4).Fill(0xFA);
        Assert.Contains("at most 200000000 pixels, but is 64250 x 64250", Fixture.BadData(() => _decoder.Decode("huge.jpg", jpeg, Full)).Message);
    }

    [Fact]
    public void A_photograph_that_went_away_is_named() =>
        Assert.StartsWith("/nowhere/a.jpg: ", Fixture.BadData(() => _decoder.Decode("/nowhere/a.jpg", Full)).Message);

    [Fact]
    public async Task Many_threads_decode_at_once()
    {
        string[] names = ["odd-sides.jpg", "progressive.jpeg", "larger.jpg", "see-through.png"];
        var expected = names.Select(name => Decode(name)).ToArray();

        var decoded = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => (i % 4, Decode(names[i % 4])))));

        Assert.All(decoded, one => Assert.Equal(expected[one.Item1], one.Item2));
    }

    private byte[] Decode(string name)
    {
        using var image = _decoder.Decode(Fixture.PathOf(name), Full);
        return image.Pixels.ToArray();
    }

    private static int Full(int width, int height) => int.MaxValue;
}
