namespace Sweep.Client.Settings;

/// <summary>Where a cluster answers HTTP.</summary>
/// <param name="Address">With a slash at its end, so that routes are relative to it.</param>
internal sealed record ServerAddress(Uri Address)
{
    /// <param name="text"><c>https://host[:port][/base]</c>, or http.</param>
    /// <param name="source">Who said so, for the message.</param>
    /// <exception cref="ClientException">The text is no such address.</exception>
    public static ServerAddress Parse(string text, string source)
    {
        // What a user wrote before @ may be a secret: it is refused without being shown.
        return Uri.TryCreate(text.Trim().TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0
            ? address is { UserInfo: "", Query: "", Fragment: "" }
                ? new ServerAddress(address)
                : throw new ClientException(ExitCode.Usage, $"{source} must be an address without user, query and fragment, but has one.", "Tokens come from --token-file or SWEEP_TOKEN.")
            : throw ClientException.BadSetting(source, "must be an http:// or https:// address, for example https://sweep.example", text);
    }

    public override string ToString() => Address.ToString().TrimEnd('/');
}
