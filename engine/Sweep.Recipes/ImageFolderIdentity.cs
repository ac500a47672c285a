using System.Security.Cryptography;
using System.Text;

namespace Sweep.Recipes;

/// <summary>
/// What a recipe's digest names when its images are a folder of photographs: the bytes, by the SHA-256 of the folder's manifest, or,
/// where nobody pinned them, no more than the name and the counts that a person declares.
/// </summary>
public static class ImageFolderIdentity
{
    /// <summary>The digest of a folder that is not pinned.</summary>
    /// <returns>SHA-256 of the canonical JSON of name and folder, lower-case hexadecimal.</returns>
    public static string Declared(string name, ImageFolder folder)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(folder);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson.Serialize(new { Name = name, Folder = folder }))));
    }

    /// <returns>Whether the digest names the bytes of a manifest, and the engine must compare them.</returns>
    public static bool IsPinned(DataRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.Folder is { } folder && recipe.Digest != Declared(recipe.Name, folder);
    }
}
