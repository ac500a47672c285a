namespace Sweep.Recipes;

/// <summary>Which images, and how they are split. The validation split is cut from the training images.</summary>
public sealed record DataRecipe
{
    /// <summary>The registered name, for example <c>fashion-mnist</c>.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 over the data set's files; the engine refuses other bytes.</summary>
    public required string Digest { get; init; }

    /// <summary>Images cut from the training set for validation, equally many of each class as far as they divide.</summary>
    public required int Validation { get; init; }

    /// <summary>Seed of the validation cut.</summary>
    public required long SplitSeed { get; init; }
}
