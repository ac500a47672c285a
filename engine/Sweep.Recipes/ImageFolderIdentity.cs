using System.Security.Cryptography;
using System.Text;

namespace Sweep.Recipes;

/// <summary>Names a folder of photographs by what a person states of it, where no digest of its files is known.</summary>
public static class ImageFolderIdentity
{
    /// <returns>SHA-256 of the canonical JSON of name and folder, lower-case hexadecimal.</returns>
    public static string Declared(string name, ImageFolder folder)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(folder);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson.Serialize(new { Name = name, Folder = folder }))));
    }
}
