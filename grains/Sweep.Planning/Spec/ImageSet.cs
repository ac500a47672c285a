using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>What planning needs to know of a data set, registered or a folder.</summary>
public sealed record ImageSet
{
    /// <summary>Photographs have colours.</summary>
    private const int PhotographChannels = 3;

    /// <summary>Side of the images as they are stored, in pixels; null for photographs, which have no size in common.</summary>
    public int? OwnSize { get; private init; }

    /// <summary>Side of the images that a net reads, in pixels; null while a folder's is not said.</summary>
    public int? ReadSize { get; private init; }

    public required int Channels { get; init; }

    public required int Classes { get; init; }

    public required int TrainingImages { get; init; }

    public required int TestImages { get; init; }

    /// <summary>What <see cref="DataRecipe.Digest"/> is to be.</summary>
    public required string Digest { get; init; }

    /// <returns>Null when the name is not registered and there is no folder.</returns>
    public static ImageSet? Of(DataSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Folder is { } folder)
        {
            return new ImageSet
            {
                ReadSize = spec.ImageSize,
                Channels = PhotographChannels,
                Classes = folder.Classes,
                TrainingImages = folder.TrainingImages,
                TestImages = folder.TestImages,
                Digest = spec.Digest ?? ImageFolderIdentity.Declared(spec.Name, folder),
            };
        }

        return KnownData.Find(spec.Name) is not { } known ? null : new ImageSet
        {
            OwnSize = known.ImageSize,
            ReadSize = spec.ImageSize ?? known.ImageSize,
            Channels = known.Channels,
            Classes = known.Classes,
            TrainingImages = known.TrainingImages,
            TestImages = known.TestImages,
            Digest = known.Digest,
        };
    }

    /// <summary>The dense shape of a spec.</summary>
    /// <exception cref="ArgumentException">The spec is not a sound one: its data or its preset is unknown.</exception>
    public static ViTShape DenseShape(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var images = Of(spec.Data)
            ?? throw new ArgumentException($"The data must be registered or a folder, but '{spec.Data.Name}' is neither.", nameof(spec));
        return ModelPreset.Find(spec.Model.Preset, images.Channels, images.Classes)
            ?? throw new ArgumentException($"The model must be a preset, but '{spec.Model.Preset}' is none.", nameof(spec));
    }
}
