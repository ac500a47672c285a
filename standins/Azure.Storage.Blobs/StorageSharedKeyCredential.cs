using System.Security.Cryptography;
using System.Text;

namespace Azure.Storage;

/// <summary>An account's name and one of its two keys. (Azure.Storage.Common's, which the package brings along.)</summary>
public class StorageSharedKeyCredential
{
    private byte[] _key;

    /// <exception cref="FormatException">The key is not Base64.</exception>
    public StorageSharedKeyCredential(string accountName, string accountKey)
    {
        ArgumentNullException.ThrowIfNull(accountName);
        AccountName = accountName;
        _key = Decode(accountKey);
    }

    public string AccountName { get; }

    /// <summary>Takes another key, from the next attempt on: keys are rotated while clients live.</summary>
    public void SetAccountKey(string accountKey) => Volatile.Write(ref _key, Decode(accountKey));

    internal string Sign(string message) =>
        Convert.ToBase64String(HMACSHA256.HashData(Volatile.Read(ref _key), Encoding.UTF8.GetBytes(message)));

    private static byte[] Decode(string accountKey)
    {
        ArgumentNullException.ThrowIfNull(accountKey);
        return Convert.FromBase64String(accountKey);
    }
}
