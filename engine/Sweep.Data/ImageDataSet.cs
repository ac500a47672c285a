namespace Sweep.Data;

/// <summary>A data set as its files have it.</summary>
/// <param name="Training">Pixels and labels; of photographs in files the labels alone.</param>
/// <param name="Test">Pixels and labels; of photographs in files the labels alone.</param>
public sealed record ImageDataSet(LabelledImages Training, LabelledImages Test, PixelStatistics Statistics, int Classes)
{
    /// <summary>The training images where they are photographs in files, in the order of <see cref="Training"/>'s labels; else null.</summary>
    public IImageFiles? TrainingFiles { get; init; }

    /// <summary>The test images where they are photographs in files, in the order of <see cref="Test"/>'s labels; else null.</summary>
    public IImageFiles? TestFiles { get; init; }
}

/// <summary>Mean and standard deviation of a data set's training pixels per channel, of values in [0, 1].</summary>
public sealed record PixelStatistics(IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation)
{
    /// <summary>The constants of ImageNet, which nets for photographs are customarily trained with, whatever the photographs are.</summary>
    public static PixelStatistics Photographs { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);
}
