namespace Sweep.Silo.Settings;

/// <summary>How a silo learns that its machine is about to be taken away, and what it does then.</summary>
public sealed record SpotSettings
{
    /// <summary>A file whose appearance is the notice, or the http(s) address that a cloud tells it at; null for none.</summary>
    public string? Notice { get; init; }

    /// <summary>From the notice on, time for running epochs to finish. Clouds give 30 s and mean it: some are kept for the last words.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How often is asked for it.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The address; null when the notice is a file.</summary>
    public Uri? Address => Notice is { } notice && IsAddress(notice) && Uri.TryCreate(notice, UriKind.Absolute, out var address) ? address : null;

    public IEnumerable<string> Faults()
    {
        if (Notice is { } notice && IsAddress(notice) && Address is null)
        {
            yield return $"--spot-notice must be a file or an http(s) address, but is '{notice}'.";
        }

        if (Limit <= TimeSpan.Zero)
        {
            yield return $"--spot-limit must be longer than 0, but is {Limit}.";
        }
    }

    private static bool IsAddress(string notice) =>
        notice.StartsWith("http://", StringComparison.Ordinal) || notice.StartsWith("https://", StringComparison.Ordinal);
}
