using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>
/// The tables of one account. Here it is made and handed on, and says where it points to; it reads and writes nothing, and nothing in the
/// stand-ins asks it to.
/// </summary>
public class TableServiceClient
{
    /// <exception cref="FormatException">The text is no connection string.</exception>
    public TableServiceClient(string connectionString)
        : this(connectionString, null)
    {
    }

    /// <inheritdoc cref="TableServiceClient(string)"/>
    public TableServiceClient(string connectionString, TableClientOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        Uri = TableConnectionString.Endpoint(connectionString);
    }

    /// <param name="endpoint">With a shared access signature as its query.</param>
    public TableServiceClient(Uri endpoint, TableClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        Uri = endpoint;
    }

    public TableServiceClient(Uri endpoint, AzureSasCredential credential, TableClientOptions? options = null)
        : this(endpoint, options)
    {
        ArgumentNullException.ThrowIfNull(credential);
    }

    /// <exception cref="ArgumentException">The endpoint is not HTTPS: a token would travel in clear text.</exception>
    public TableServiceClient(Uri endpoint, TokenCredential tokenCredential, TableClientOptions? options = null)
        : this(endpoint, options)
    {
        ArgumentNullException.ThrowIfNull(tokenCredential);
        if (endpoint.Scheme != Uri.UriSchemeHttps)
        {
            throw new ArgumentException("Cannot use TokenCredential without HTTPS.", nameof(endpoint));
        }
    }

    /// <summary>For tests that play the service.</summary>
    protected TableServiceClient() => Uri = null!;

    /// <summary>Where the account's tables are.</summary>
    public virtual Uri Uri { get; }
}
