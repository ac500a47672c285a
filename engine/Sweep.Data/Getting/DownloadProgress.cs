namespace Sweep.Data;

/// <summary>How far a download is.</summary>
/// <param name="Name">What is downloaded.</param>
/// <param name="Bytes">On disk.</param>
/// <param name="Of">Bytes that it has.</param>
public readonly record struct DownloadProgress(string Name, long Bytes, long Of);
