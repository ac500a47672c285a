using Sweep.Planning;

namespace Sweep.Cluster.Tests;

/// <summary>Every method once, on a few hundred real images, with a first stage long enough to be caught in its middle on a fast machine.</summary>
internal static class SmallSweep
{
    public const string Name = "small";

    public static SweepSpec Spec { get; } = SweepSpecReader.Read(
        """
        apiVersion: sweep/v1
        name: small
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist, validation: 500 }
        pretrain: { epochs: 16, imagesPerEpoch: 640, learningRate: 1e-3, batch: 32 }
        space:
          method:   { values: [gohsp, vtp, somp] }
          sparsity: { values: [0.4] }
        sparsify: { epochs: 2, imagesPerEpoch: 320, learningRate: 1e-3, batch: 32 }
        finetune: { epochs: 2, imagesPerEpoch: 320, learningRate: 1e-3, batch: 32 }
        gohsp:    { images: 64 }
        """,
        "small.yaml");

    /// <summary>The same with epochs that take longer than anybody waits for one.</summary>
    public static SweepSpec LongEpochs { get; } = Spec with { Pretrain = Spec.Pretrain! with { ImagesPerEpoch = 50_000 } };

    /// <summary>Four fine-tunings of nets of one shape, each with a step that fills memory.</summary>
    public static SweepSpec LargeBatches { get; } = SweepSpecReader.Read(
        """
        apiVersion: sweep/v1
        name: small
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist, validation: 500 }
        pretrain: { epochs: 1, imagesPerEpoch: 640, learningRate: 1e-3, batch: 32 }
        space:
          method:   { values: [somp] }
          sparsity: { values: [0.4] }
          seed:     { values: [0, 1, 2, 3] }
        finetune: { epochs: 1, imagesPerEpoch: 6144, learningRate: 1e-3, batch: 3072 }
        """,
        "large.yaml");
}
