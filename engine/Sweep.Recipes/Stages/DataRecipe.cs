namespace Sweep.Recipes;

/// <summary>Which images, and how they are split. The validation split is cut from the training images.</summary>
public sealed record DataRecipe
{
    /// <summary>The registered name, for example <c>fashion-mnist</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Registered: <see cref="KnownData.Digest"/>. A folder: the SHA-256 of its manifest, or <see cref="ImageFolderIdentity.Declared"/>
    /// where no bytes are pinned. The engine refuses other images.
    /// </summary>
    public required string Digest { get; init; }

    /// <summary>Images cut from the training set for validation, equally many of each class as far as they divide.</summary>
    public required int Validation { get; init; }

    /// <summary>Side of the images the net reads, in pixels, where it is not the data set's own: images are resized bicubically.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Evaluation of photographs: the centre crop's share of the resized shorter side; null for 0.875.</summary>
    public double? CropRatio { get; init; }

    /// <summary>A folder of photographs, one subfolder a class; null for a registered data set.</summary>
    public ImageFolder? Folder { get; init; }

    /// <summary>Seed of the validation cut.</summary>
    public required long SplitSeed { get; init; }
}

/// <summary>What a person states of folders <c>train/CLASS/*.jpg</c> and <c>val/CLASS/*.jpg</c>; the engine refuses other counts.</summary>
public sealed record ImageFolder
{
    public required int Classes { get; init; }

    /// <summary>Photographs under <c>train</c>.</summary>
    public required int TrainingImages { get; init; }

    /// <summary>Photographs under <c>val</c>: the test split.</summary>
    public required int TestImages { get; init; }
}
