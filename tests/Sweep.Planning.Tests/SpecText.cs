namespace Sweep.Planning;

/// <summary>A sound sweep file, and what is read from a changed one.</summary>
internal static class SpecText
{
    public const string Sound = """
        apiVersion: sweep/v1
        name: try-out
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist, validation: 5000 }
        pretrain: { epochs: 6, learningRate: 1e-3, batch: 128 }
        space:
          method:   { values: [gohsp, vtp, somp] }
          sparsity: { values: [0.2, 0.4, 0.6] }
          lambda:   { values: [1e-4, 1e-3], when: { method: [vtp] } }
          rho:      { range: [1e-3, 1e-1], scale: log, count: 3, when: { method: [gohsp] } }
        sparsify: { epochs: 2 }
        finetune: { epochs: 3 }
        search:   { algorithm: grid }
        objectives:
          - { metric: accuracy,   goal: maximize }
          - { metric: parameters, goal: minimize }
          - { metric: flops,      goal: minimize }
        seed: 7
        parallelism: 4
        """;

    public static SweepSpec Spec { get; } = SweepSpecReader.Read(Sound, "sweep.yaml");

    /// <summary>The sound file with one piece of text replaced, which must be there.</summary>
    public static string With(string old, string @new)
    {
        Assert.Contains(old, Sound, StringComparison.Ordinal);
        return Sound.Replace(old, @new, StringComparison.Ordinal);
    }

    public static IReadOnlyList<SpecFault> Faults(string yaml) =>
        Assert.Throws<SweepSpecException>(() => SweepSpecReader.Read(yaml, "sweep.yaml")).Faults;

    public static string Sample(string name) => Path.Combine(AppContext.BaseDirectory, "samples", name);
}
