using Sweep.Recipes;

namespace Sweep.Planning;

public sealed class SweepSpecValidatorTests
{
    [Fact]
    public void CanonicalJson_OfASpecIsASweepFileThatMeansTheSame()
    {
        var json = CanonicalJson.Serialize(SpecText.Spec);

        Assert.Equal(json, CanonicalJson.Serialize(SweepSpecReader.Read(json, "spec.json")));
        Assert.Equal(json, CanonicalJson.Serialize(CanonicalJson.Deserialize<SweepSpec>(json)));
    }

    [Fact]
    public void Validator_AcceptsWhatTheReaderRead() => SweepSpecValidator.Validate(SpecText.Spec);

    [Fact]
    public void Validator_FindsWhatTheWireBroke()
    {
        var spec = SpecText.Spec with
        {
            Name = "../etc",
            Pretrain = SpecText.Spec.Pretrain! with { LearningRate = double.NaN, Epochs = 0 },
            Data = SpecText.Spec.Data with { Validation = 60_000 },
            Sparsify = null,
            Space = SpecText.Spec.Space with { Sparsity = new() { Values = [1.0] } },
        };

        var faults = Assert.Throws<SweepSpecException>(() => SweepSpecValidator.Validate(spec)).Faults;

        Assert.Equal(
            ["data.validation", "name", "pretrain.epochs", "pretrain.learningRate", "space.sparsity.values[0]", "sparsify"],
            faults.Select(fault => fault.Path).Order(StringComparer.Ordinal));
    }
}
