namespace Sweep.Recipes;

/// <summary>Named dense shapes. The number of classes and the channels come from the data set.</summary>
public static class ModelPreset
{
    private sealed record Entry(int ImageSize, int PatchSize, int Width, int Depth, int Heads, int MlpRatio, bool Distilled = false);

    private static readonly SortedDictionary<string, Entry> s_entries = new(StringComparer.Ordinal)
    {
        ["vit-nano-28"] = new(28, 7, 64, 4, 4, 2),
        ["vit-micro-28"] = new(28, 4, 96, 6, 4, 2),
        ["deit-tiny"] = new(224, 16, 192, 12, 3, 4),
        ["deit-small"] = new(224, 16, 384, 12, 6, 4),
        ["deit-base"] = new(224, 16, 768, 12, 12, 4),
        ["deit-tiny-distilled"] = new(224, 16, 192, 12, 3, 4, Distilled: true),
        ["deit-small-distilled"] = new(224, 16, 384, 12, 6, 4, Distilled: true),
        ["deit-base-distilled"] = new(224, 16, 768, 12, 12, 4, Distilled: true),
        ["vit-nano-32"] = new(32, 8, 64, 4, 4, 2),
        ["vit-micro-32"] = new(32, 4, 96, 6, 4, 2),
        ["vit-tiny-32"] = new(32, 4, 192, 12, 3, 4),
        ["vit-small-32"] = new(32, 4, 384, 12, 6, 4),
        ["vit-small-224"] = new(224, 16, 384, 12, 6, 4),
    };

    public static IReadOnlyCollection<string> Names => s_entries.Keys;

    /// <returns>Null when no preset has this name.</returns>
    public static ViTShape? Find(string name, int channels, int classes) => s_entries.TryGetValue(name, out var e)
        ? ViTShape.Dense(e.ImageSize, channels, e.PatchSize, classes, e.Width, e.Depth, e.Heads, e.MlpRatio) with { Distilled = e.Distilled ? true : null }
        : null;
}
