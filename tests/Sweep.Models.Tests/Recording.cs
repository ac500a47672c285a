namespace Sweep.Models.Tests;

/// <summary>Files that PyTorch wrote (<c>Recorded/record.py</c>).</summary>
internal static class Recording
{
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Recorded", name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));
}

/// <summary>A folder of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sweep-models-tests-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
