using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Sweep.Silo.Settings;

namespace Sweep.Silo.Storage;

/// <summary>
/// Clients for one account of Azure Storage, from what <c>--azure</c> says: a connection string with a key or a shared access signature; the
/// address of the account's blobs with a signature as its query; or that address alone, which is opened with the identity that the environment
/// gives (workload identity, managed identity, <c>az login</c>). Messages never tell the value, which is secret.
/// </summary>
public sealed class AzureClients
{
    private const string Rule =
        "--azure must be a connection string of Azure Storage, or the address of an account's blobs (https://NAME.blob.core.windows.net)";

    private readonly string? _connectionString;
    private readonly Uri? _address;
    private readonly bool _signed;

    private AzureClients(string? connectionString, Uri? address)
    {
        _connectionString = connectionString;
        _address = address;
        _signed = address is not null && address.Query.Split('?', '&').Any(part => part.StartsWith("sig=", StringComparison.Ordinal));
    }

    /// <exception cref="UsageException">The settings name no account, or not in one of the three ways.</exception>
    public static AzureClients For(StorageSettings storage)
    {
        ArgumentNullException.ThrowIfNull(storage);
        return Parse(storage.Azure ?? throw new UsageException("--azure (SWEEP_AZURE) must name an account of Azure Storage, but is missing."));
    }

    /// <returns>The rule that the value of <c>--azure</c> breaks; null for none.</returns>
    public static string? Fault(string azure)
    {
        try
        {
            Parse(azure);
            return null;
        }
        catch (UsageException e)
        {
            return e.Message;
        }
    }

    private static AzureClients Parse(string azure)
    {
        if (!Uri.TryCreate(azure, UriKind.Absolute, out var address))
        {
            try
            {
                _ = new BlobServiceClient(azure);
                return new AzureClients(azure, null);
            }
            catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
            {
                throw new UsageException($"{Rule}, but is neither: {e.GetType().Name}.");
            }
        }

        if (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        {
            throw new UsageException($"{Rule} over HTTPS, but its scheme is '{address.Scheme}'.");
        }

        var clients = new AzureClients(null, address);
        return clients._signed || address.Scheme == Uri.UriSchemeHttps
            ? clients
            : throw new UsageException("--azure must be an HTTPS address when it holds no signature, because a token would travel in clear text, but it is http.");
    }

    /// <param name="options">Retries and time limits; a conditional write whose answer was lost is told from a conflict whatever they are.</param>
    public BlobServiceClient Blobs(BlobClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AddPolicy(new LostAnswerPolicy(options.Transport), HttpPipelinePosition.PerCall);
        return _address is null ? new BlobServiceClient(_connectionString!, options)
            : _signed ? new BlobServiceClient(_address, options)
            : new BlobServiceClient(_address, new DefaultAzureCredential(), options);
    }

    /// <exception cref="UsageException">The address of blobs does not tell the address of tables.</exception>
    public TableServiceClient Tables() =>
        _address is null ? new TableServiceClient(_connectionString!)
        : _signed ? new TableServiceClient(TableAddress(_address))
        : new TableServiceClient(TableAddress(_address), new DefaultAzureCredential());

    /// <summary><c>https://name.blob.core.windows.net/?sig</c> to <c>https://name.table.core.windows.net/?sig</c>.</summary>
    /// <exception cref="UsageException">No such part is in the host name.</exception>
    private static Uri TableAddress(Uri blobs)
    {
        const string Blob = ".blob.";
        var at = blobs.Host.IndexOf(Blob, StringComparison.OrdinalIgnoreCase);
        return at < 0
            ? throw new UsageException(
                "--azure must tell where the account's tables are when --membership is azure: as a connection string with TableEndpoint, "
                + $"or as an address NAME.blob.SUFFIX, but the host is '{blobs.Host}'.")
            : new UriBuilder(blobs) { Host = $"{blobs.Host[..at]}.table.{blobs.Host[(at + Blob.Length)..]}" }.Uri;
    }
}
