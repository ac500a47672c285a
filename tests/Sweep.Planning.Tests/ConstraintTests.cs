using Sweep.Recipes;

namespace Sweep.Planning;

public sealed class ConstraintTests
{
    private static readonly DenseCosts s_dense = new(1_000_000, 2_000_000);

    private static readonly PredictedCosts s_costs = new()
    {
        Parameters = PredictedCost.Exact(400_000),
        Flops = new PredictedCost(900_000, 850_000, 950_000),
    };

    private static readonly TrialSettings s_gohsp = new()
    {
        Method = PruningMethod.Gohsp,
        Sparsity = 0.6,
        Target = BudgetTarget.Parameters,
        Lambda = 1e-4,
        Rho = 1e-2,
        Seed = 7,
        FinetuneSeed = 3,
        FinetuneEpochs = 27,
        FinetuneLearningRate = 1e-3,
    };

    private static readonly TrialSettings s_vtp = s_gohsp with { Method = PruningMethod.Vtp, Rho = null };

    private static bool Allows(string constraint, TrialSettings? settings = null) =>
        ConstraintSet.Parse([constraint]).Allows(settings ?? s_gohsp, s_costs, s_dense);

    private static ConstraintException Fault(string constraint) => Assert.Throws<ConstraintException>(() => Constraint.Parse(constraint));

    [Theory]
    [InlineData("predicted.flops <= 9e5", true)]
    [InlineData("predicted.flops < 9e5", false)]
    [InlineData("predicted.flops <= 2.5e9", true)]
    [InlineData("predicted.parameters < 0.5 * dense.parameters", true)]
    [InlineData("predicted.parameters < 0.4 * dense.parameters", false)]
    [InlineData("predicted.flops / dense.flops == 0.45", true)]
    [InlineData("sparsity >= 0.3 or method == 'vtp'", true)]
    [InlineData("sparsity >= 0.7 or method == 'vtp'", false)]
    [InlineData("lambda * rho < 1e-4", true)]
    [InlineData("lambda * rho < 1e-6", false)]
    [InlineData("not (sparsity < 0.3)", true)]
    [InlineData("not sparsity > 0.3", false)]
    [InlineData("method != \"gohsp\"", false)]
    [InlineData("target == 'parameters' and method == 'gohsp'", true)]
    [InlineData("seed == 7 and finetuneSeed == 3 and finetuneEpochs == 27 and finetuneLearningRate == .001", true)]
    public void Allows_WhatTheConstraintSays(string constraint, bool allowed) => Assert.Equal(allowed, Allows(constraint));

    /// <summary>Each line would come out otherwise if operators bound in another order, or arithmetic went from the right.</summary>
    [Theory]
    [InlineData("seed + 2 * 3 == 13", true)]
    [InlineData("(seed + 2) * 3 == 27", true)]
    [InlineData("seed - 2 - 3 == 2", true)]
    [InlineData("seed / 2 / 7 == 0.5", true)]
    [InlineData("-seed + 10 == 3", true)]
    [InlineData("- -seed == 7", true)]
    [InlineData("2 * -seed == -14", true)]
    [InlineData("seed == 7 or seed == 8 and seed == 9", true)]
    [InlineData("(seed == 7 or seed == 8) and seed == 9", false)]
    [InlineData("not seed == 8 and seed == 9", false)]
    [InlineData("not (seed == 8 and seed == 9)", true)]
    [InlineData("not not seed == 7", true)]
    public void Operators_BindAsInArithmetic(string constraint, bool allowed) => Assert.Equal(allowed, Allows(constraint));

    [Theory]
    [InlineData("0.5 <= sparsity < 0.7", true)]
    [InlineData("0.5 <= sparsity < 0.6", false)]
    [InlineData("0.7 <= sparsity < 0.9", false)]
    [InlineData("1 < finetuneSeed < 5 < seed < 8", true)]
    [InlineData("1 < finetuneSeed < 5 < seed < 7", false)]
    public void Chain_HoldsWhereEveryLinkDoes(string constraint, bool allowed) => Assert.Equal(allowed, Allows(constraint));

    /// <summary>
    /// ρ under VTP: a comparison with it says nothing, and nothing is refused for its sake, turned round or not. What does not depend on
    /// it decides still.
    /// </summary>
    [Theory]
    [InlineData("rho > 1", true)]
    [InlineData("rho <= 1", true)]
    [InlineData("not (rho > 1)", true)]
    [InlineData("not (rho <= 1)", true)]
    [InlineData("lambda * rho < 1e-9", true)]
    [InlineData("0 < rho < 1e-9", true)]
    [InlineData("rho > 1 and sparsity > 0.9", false)]
    [InlineData("rho > 1 and sparsity < 0.9", true)]
    [InlineData("rho > 1 or sparsity > 0.9", true)]
    [InlineData("not (rho > 1 or sparsity < 0.9)", false)]
    [InlineData("method == 'vtp' and rho > 1", true)]
    [InlineData("method != 'vtp' and rho > 1", false)]
    public void Allows_WhereAParameterDoesNotExist_AsFarAsTheRestDoes(string constraint, bool allowed) =>
        Assert.Equal(allowed, Allows(constraint, s_vtp));

    [Theory]
    [InlineData("sparsity / (seed - seed) > 1", true)]
    [InlineData("-sparsity / (seed - seed) > 1", false)]
    [InlineData("(seed - seed) / (seed - seed) > 1", false)]
    [InlineData("(seed - seed) / (seed - seed) <= 1", false)]
    [InlineData("seed * 1e308 * 10 > 1", true)]
    public void Evaluation_IsTotal(string constraint, bool allowed) => Assert.Equal(allowed, Allows(constraint));

    [Theory]
    [InlineData("predictd.flops < 1", 1, "predicted.flops'?")]
    [InlineData("sparsity < 0.3 and lamda > 1", 20, "did you mean 'lambda'?")]
    [InlineData("method == 'vpt'", 11, "did you mean 'vtp'?")]
    [InlineData("method == vtp", 11, "a word stands in quotes: 'vtp'")]
    [InlineData("method == 3", 11, "a word is compared with a word, but this is a number")]
    [InlineData("sparsity == 'vtp'", 1, "a word is compared with a word, but this is a number")]
    [InlineData("method < 'vtp'", 8, "words have no order")]
    [InlineData("sparsity", 1, "must be true or false, as a comparison is, but is a number")]
    [InlineData("not sparsity", 5, "must be true or false, as a comparison is, but is a number")]
    [InlineData("sparsity < 0.3 and rho", 20, "each side of and must be true or false")]
    [InlineData("sparsity + method < 3", 12, "each side of + must be a number, but is a word")]
    [InlineData("(sparsity < 0.3) + 1 < 2", 2, "each side of + must be a number, but is true or false")]
    [InlineData("sparsity < ", 12, "but is the end")]
    [InlineData("", 1, "but is the end")]
    [InlineData("(sparsity < 0.3", 16, "the ( of column 1 must be closed by ), but there is the end")]
    [InlineData("sparsity < 0.3)", 15, "but goes on with ')'")]
    [InlineData("sparsity 0.3", 10, "but goes on with '0.3'")]
    [InlineData("sparsity < 0.3 && rho < 1", 16, "writes and, but this one writes &&")]
    [InlineData("sparsity = 0.3", 10, "writes ==, but this one writes =")]
    [InlineData("!(sparsity < 0.3)", 1, "writes not, but this one writes !")]
    [InlineData("sparsity < 0.3 ; rho < 1", 16, "but this one has ';'")]
    [InlineData("predicted.flops < 2.5G", 19, "neither unit nor prefix")]
    [InlineData("predicted.flops < 1e999", 19, "must be a finite number")]
    [InlineData("method == 'vtp", 11, "must end with '")]
    [InlineData("1 < 2", 1, "names a setting or a cost")]
    public void Fault_NamesColumnRuleAndValue(string constraint, int column, string says)
    {
        var fault = Fault(constraint);

        Assert.Equal(column, fault.Column);
        Assert.Contains(says, fault.Rule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("not ", "")]
    [InlineData("not (", ")")]
    public void Depth_IsBounded(string open, string close)
    {
        string Nested(int levels) => string.Concat(Enumerable.Repeat(open, levels)) + "sparsity < 1" + string.Concat(Enumerable.Repeat(close, levels));

        Assert.True(Allows(Nested(10).Replace("not ", "not not ", StringComparison.Ordinal)));
        Assert.Contains("levels deep", Fault(Nested(100)).Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Length_IsBounded()
    {
        var longest = "sparsity < 1" + new string(' ', Constraint.Longest - "sparsity < 1".Length);

        Assert.True(Allows(longest));
        Assert.Equal(Constraint.Longest + 1, Fault(longest + " ").Column);
    }

    [Fact]
    public void Refusal_NamesTheConstraintAndItsFigures()
    {
        var constraints = ConstraintSet.Parse(["sparsity < 0.9", "predicted.flops <= 0.4 * dense.flops"]);

        Assert.Equal(
            "The constraint 'predicted.flops <= 0.4 * dense.flops' must hold, but does not: "
            + "predicted.flops is 900000 (an estimate between 850000 and 950000), dense.flops is 2000000.",
            constraints.Refusal(s_gohsp, s_costs, s_dense));
        Assert.Null(ConstraintSet.Parse(["predicted.flops <= 0.5 * dense.flops"]).Refusal(s_gohsp, s_costs, s_dense));
    }

    [Fact]
    public void Refusal_SaysWhatDoesNotExist() => Assert.Equal(
        "The constraint 'rho > 1 and sparsity > 0.9' must hold, but does not: there is no rho, sparsity is 0.6.",
        ConstraintSet.Parse(["rho > 1 and sparsity > 0.9"]).Refusal(s_vtp, s_costs, s_dense));

    /// <summary>Whatever somebody writes is a constraint or a fault with a column in it; and what is a constraint has an answer.</summary>
    [Fact]
    public void Nonsense_IsAFault()
    {
        string[] pieces =
        [
            "sparsity", "rho", "method", "'vtp'", "predicted.flops", "dense.flops", "0.5", "1e9", "and", "or", "not", "(", ")", "<", "<=", "==", "!=", "+", "-", "*", "/",
            "'", "..", "1e", "é", "\t",
        ];
        var random = new Random(5);
        var sound = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Join(random.Next(4) == 0 ? "" : " ", Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                var constraint = ConstraintSet.Parse([text]);
                sound++;
                Assert.Equal(constraint.Allows(s_vtp, s_costs, s_dense), constraint.Refusal(s_vtp, s_costs, s_dense) is null);
            }
            catch (ConstraintException e)
            {
                Assert.InRange(e.Column, 1, text.Length + 1);
            }
        }

        Assert.InRange(sound, 20, 5_000);
    }

    private static string Constrained(params string[] constraints) =>
        SpecText.Sound + "\nconstraints:\n" + string.Concat(constraints.Select(constraint => $"  - \"{constraint}\"\n"));

    private static SweepSpec Read(params string[] constraints) => SweepSpecReader.Read(Constrained(constraints), "sweep.yaml");

    [Fact]
    public void Grid_PassesOverWhatIsRefused()
    {
        var settings = GridSearcher.Propose(Read("sparsity <= 0.4 or method == 'vtp'", "not (method == 'gohsp' and rho > 0.05)"));

        Assert.DoesNotContain(settings, one => one is { Sparsity: 0.6, Method: not PruningMethod.Vtp });
        Assert.DoesNotContain(settings, one => one.Rho > 0.05);
        Assert.Equal(2 * 2 + 3 * 2 + 2, settings.Count); // gohsp 2 sparsities × 2 ρ; vtp 3 × 2 λ; somp 2
    }

    [Fact]
    public void Grid_IsAskedByPredictedCosts()
    {
        var spec = Read("predicted.parameters <= 0.7 * dense.parameters");

        Assert.All(GridSearcher.Propose(spec), settings => Assert.NotEqual(0.2, settings.Sparsity));
        Assert.Equal(12, GridSearcher.Propose(spec).Count);
    }

    /// <summary>Where the space says nothing, the rest of the spec does.</summary>
    [Fact]
    public void Filter_KnowsTheSpecsOwnSettings() =>
        Assert.Equal(18, GridSearcher.Propose(Read("seed == 7 and finetuneSeed == 7 and finetuneEpochs == 3 and finetuneLearningRate == 1e-3 and target == 'parameters'")).Count);

    [Fact]
    public void Tally_SaysWhichConstraintRefusesHowMany()
    {
        var spec = Read("sparsity >= 0.3", "rho != 0.01");

        var tally = RefusalTally.Of(spec, GridSearcher.Everything(spec))!;

        Assert.Equal((18, 8), (tally.Settings, tally.RefusedInAll));
        Assert.Equal([("sparsity >= 0.3", 6), ("rho != 0.01", 2)], tally.Refused.Select(one => (one.Constraint, one.Settings)));
        Assert.Equal("sparsity is 0.2", tally.Refused[0].Example);
    }

    [Fact]
    public void Spec_FaultsNameLineColumnAndThePlaceInTheConstraint()
    {
        var fault = Assert.Single(SpecText.Faults(Constrained("sparsity >= 0.3", "sparsty < 0.9")));

        Assert.Equal(("constraints[1]", SpecText.Sound.Count(c => c == '\n') + 4, 5), (fault.Path, fault.Line, fault.Column));
        Assert.Contains("column 1 of the constraint", fault.Rule, StringComparison.Ordinal);
        Assert.Contains("did you mean 'sparsity'?", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Spec_ThatAllowsNothing_IsAFaultWithCounts()
    {
        var fault = Assert.Single(SpecText.Faults(Constrained("method != 'gohsp'", "sparsity > 0.7")));

        Assert.Equal("constraints", fault.Path);
        Assert.Contains("refuse all 18: 'method != 'gohsp'' refuses 9 (for the first, method is gohsp); 'sparsity > 0.7' refuses 9 (for the first, sparsity is 0.2)", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Spec_KeepsConstraintsAsWritten()
    {
        var spec = Read("sparsity >= 0.3 or method == 'vtp'");

        Assert.Equal(["sparsity >= 0.3 or method == 'vtp'"], SweepSpecReader.Read(CanonicalJson.SerializeIndented(spec), "again").Constraints);
        Assert.Empty(SweepSpecValidator.Check(spec));
    }
}
