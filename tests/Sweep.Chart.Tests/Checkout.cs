namespace Sweep.Chart.Tests;

/// <summary>Where the chart, the documents and the test tools lie.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string Chart { get; } = Path.Combine(Root, "helm", "sweep");

    public static string Tests { get; } = Path.Combine(Root, "tests", "Sweep.Chart.Tests");

    public static string Tools { get; } = Path.Combine(Root, "artifacts", "test-tools");

    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path]));

    /// <returns>Null when the program is neither among the test tools nor in PATH.</returns>
    public static string? Program(string name, params string[] folderOfTools) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Prepend(Path.Combine([Tools, .. folderOfTools]))
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sweep.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"The tests must run inside a checkout, but no folder above '{AppContext.BaseDirectory}' has Sweep.sln.");
    }
}
