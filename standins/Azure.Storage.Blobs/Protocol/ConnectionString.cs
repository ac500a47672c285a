namespace Azure.Storage.Blobs.Protocol;

/// <summary>The settings of a connection string that a client of blobs reads. Messages name settings, never their values: keys are secret.</summary>
/// <param name="BlobEndpoint">With the shared access signature, if any, as its query.</param>
internal sealed record ConnectionString(Uri BlobEndpoint, StorageSharedKeyCredential? SharedKey)
{
    private const string Development = "UseDevelopmentStorage";
    private const string Proxy = "DevelopmentStorageProxyUri";
    private const string Protocol = "DefaultEndpointsProtocol";
    private const string Account = "AccountName";
    private const string Key = "AccountKey";
    private const string Suffix = "EndpointSuffix";
    private const string Endpoint = "BlobEndpoint";
    private const string Signature = "SharedAccessSignature";

    // Azurite's published account.
    private const string DevelopmentAccount = "devstoreaccount1";
    private const string DevelopmentKey =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    // What other services of the account read.
    private static readonly string[] Others =
    [
        "BlobSecondaryEndpoint", "QueueEndpoint", "QueueSecondaryEndpoint", "TableEndpoint", "TableSecondaryEndpoint",
        "FileEndpoint", "FileSecondaryEndpoint",
    ];

    private static readonly string[] Known = [Development, Proxy, Protocol, Account, Key, Suffix, Endpoint, Signature, .. Others];

    /// <exception cref="FormatException">A setting is not name=value, stands twice, is unknown or invalid, or they name no account.</exception>
    public static ConnectionString Parse(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(string.IsNullOrEmpty(connectionString) ? null : connectionString, nameof(connectionString));
        var settings = Settings(connectionString);
        return settings.ContainsKey(Development) ? OfDevelopment(settings) : OfAccount(settings);
    }

    private static Dictionary<string, string> Settings(string connectionString)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = setting.IndexOf('=');
            if (equals <= 0)
            {
                throw new FormatException(
                    $"Settings of a storage connection string must be of the form \"name=value\"; setting {settings.Count + 1} is not.");
            }

            var name = setting[..equals];
            if (!Known.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw new FormatException($"A storage connection string knows no setting '{name}'.");
            }

            if (!settings.TryAdd(name, setting[(equals + 1)..]))
            {
                throw new FormatException($"A setting must stand once in a storage connection string; '{name}' stands twice.");
            }
        }

        return settings;
    }

    private static ConnectionString OfDevelopment(Dictionary<string, string> settings)
    {
        if (!bool.TryParse(settings[Development], out var use) || !use)
        {
            throw new FormatException($"{Development} must be true where it stands in a storage connection string.");
        }

        if (settings.Keys.FirstOrDefault(name => !Is(name, Development) && !Is(name, Proxy)) is { } other)
        {
            throw new FormatException($"{Development}=true names the whole account; '{other}' must not stand beside it.");
        }

        var host = settings.TryGetValue(Proxy, out var proxy) ? Absolute(Proxy, proxy) : new Uri("http://127.0.0.1");
        var endpoint = new UriBuilder(host.Scheme, host.Host, 10000, DevelopmentAccount).Uri;
        return new(endpoint, new StorageSharedKeyCredential(DevelopmentAccount, DevelopmentKey));
    }

    private static ConnectionString OfAccount(Dictionary<string, string> settings)
    {
        var account = settings.GetValueOrDefault(Account);
        var signature = settings.GetValueOrDefault(Signature)?.TrimStart('?');
        if (signature is not null && settings.ContainsKey(Key))
        {
            throw new FormatException($"A storage connection string must have one of {Key} and {Signature}, but has both.");
        }

        if (settings.ContainsKey(Key) && account is null)
        {
            throw new FormatException($"A storage connection string with {Key} must have {Account}.");
        }

        Uri endpoint;
        if (settings.TryGetValue(Endpoint, out var given))
        {
            endpoint = Absolute(Endpoint, given);
        }
        else if (account is not null && (settings.ContainsKey(Key) || signature is not null))
        {
            var protocol = settings.GetValueOrDefault(Protocol, "https");
            if (!Is(protocol, "http") && !Is(protocol, "https"))
            {
                throw new FormatException($"{Protocol} must be http or https.");
            }

            endpoint = Absolute(Account, $"{protocol}://{account}.blob.{settings.GetValueOrDefault(Suffix, "core.windows.net")}");
        }
        else
        {
            throw new FormatException(
                "No valid combination of account information found in the storage connection string: it must have "
                + $"{Account} with {Key} or {Signature}, or {Endpoint}, or {Development}=true.");
        }

        if (signature is not null)
        {
            endpoint = new UriBuilder(endpoint) { Query = signature }.Uri;
        }

        return new(endpoint, settings.TryGetValue(Key, out var key) ? Credential(account!, key) : null);
    }

    private static StorageSharedKeyCredential Credential(string account, string key)
    {
        try
        {
            return new StorageSharedKeyCredential(account, key);
        }
        catch (FormatException)
        {
            throw new FormatException($"{Key} must be Base64.");
        }
    }

    private static Uri Absolute(string setting, string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new FormatException($"{setting} must name an http or https address.");

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
