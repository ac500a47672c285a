using System.Text;
using System.Text.RegularExpressions;
using Sweep.Recipes;
using Sweep.Testing;

namespace Sweep.Planning.Tests;

/// <summary>Sweep files as they come out of a bad disk, a bad editor and a bad mind: each is a spec, or faults with file and line.</summary>
public sealed partial class SpecFuzzTests : IDisposable
{
    private static readonly string[] s_samples =
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "samples"), "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void MutatedText_IsASpec_OrFaultsWithTheirPlaces(int seed)
    {
        var (read, refused) = (0, 0);
        Mutations.Try(seed, rounds: 150, mutations =>
        {
            var text = mutations.Text(mutations.Pick(s_samples));
            try
            {
                var spec = SweepSpecReader.Read(text, "sweep.yaml");
                Assert.Empty(SweepSpecValidator.Check(spec));
                read++;
            }
            catch (SweepSpecException e)
            {
                AssertPlaced(e, "sweep.yaml", text);
                refused++;
            }
        });

        // Neither is all the same: what is tried reaches the rules.
        Assert.True(read > 1 && refused > 20, FormattableString.Invariant($"{read} read, {refused} refused"));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void MutatedFile_IsASpec_OrFaultsWithTheirPlaces(int seed) => Mutations.Try(seed, rounds: 200, mutations =>
    {
        var bytes = mutations.Bytes(Encoding.UTF8.GetBytes(mutations.Pick(s_samples)));
        File.WriteAllBytes(_file, bytes);
        try
        {
            SweepSpecReader.ReadFile(_file);
        }
        catch (SweepSpecException e)
        {
            AssertPlaced(e, _file, Encoding.UTF8.GetString(bytes));
        }
    });

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public void MutatedStructure_IsASpec_OrFaultsWithTheirPlaces(int seed)
    {
        var sound = CanonicalJson.Serialize(SweepSpecReader.Read(s_samples[0], "sweep.yaml"));
        Mutations.Try(seed, rounds: 150, mutations =>
        {
            var text = mutations.Json(sound);
            try
            {
                SweepSpecReader.Read(text, "sweep.yaml");
            }
            catch (SweepSpecException e)
            {
                AssertPlaced(e, "sweep.yaml", text);
            }
        });
    }

    [Theory]
    [InlineData("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n")]
    [InlineData("? [a, b]\n: c\n")]
    [InlineData("!!python/object/apply:os.system ['id']\n")]
    [InlineData("%YAML 9.9\n---\n")]
    [InlineData("%TAG ! tag:x,2000:\n--- !y\n")]
    [InlineData("<<: {a: b}\n")]
    [InlineData("\"\\ud800\": 1\n")]
    [InlineData("\"\\UFFFFFFFF\"\n")]
    [InlineData("a: |\n")]
    [InlineData("- - - - - - - - - - - - - - - - - - - - a\n")]
    public void KnownTricks_AreFaults(string text) =>
        AssertPlaced(Assert.Throws<SweepSpecException>(() => SweepSpecReader.Read(text, "sweep.yaml")), "sweep.yaml", text);

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    [InlineData('-')]
    [InlineData('?')]
    [InlineData('&')]
    [InlineData('"')]
    [InlineData(' ')]
    [InlineData('#')]
    public void AQuarterMegabyteOfOneCharacter_IsAFault(char character)
    {
        var text = new string(character, 256 * 1024);
        AssertPlaced(Assert.Throws<SweepSpecException>(() => SweepSpecReader.Read(text, "sweep.yaml")), "sweep.yaml", text);
    }

    private static void AssertPlaced(SweepSpecException e, string file, string text)
    {
        var lines = text.Split('\n').Length;
        Assert.NotEmpty(e.Faults);
        Assert.All(e.Faults, fault =>
        {
            Assert.Equal(file, fault.File);
            Assert.InRange(fault.Line, 1, lines + 1);
            Assert.InRange(fault.Column, 1, text.Length + 2);
            Assert.False(string.IsNullOrWhiteSpace(fault.Rule));
            Assert.False(Terminal().IsMatch(fault.Rule), fault.Rule);
            Assert.InRange(fault.Rule.Length, 1, 2000);
        });
    }

    [GeneratedRegex(@"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")]
    private static partial Regex Terminal();
}
