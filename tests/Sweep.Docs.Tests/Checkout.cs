namespace Sweep.Docs.Tests;

/// <summary>Where the documents, the test tools and the build outputs lie, those of the configuration that the tests were built in.</summary>
internal static class Checkout
{
    private static readonly DirectoryInfo s_framework = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    public static string Root { get; } = FindRoot();

    public static string Docs { get; } = Path.Combine(Root, "docs");

    public static string Tools { get; } = Path.Combine(Root, "artifacts", "test-tools");

    public static string Client { get; } = Output("client", "Sweep.Client", "sweep");

    public static string Silo { get; } = Output("silo", "Sweep.Silo", "sweep-silo");

    public static string Engine { get; } = Output("engine", "Sweep.Engine", "sweep-engine");

    /// <summary>The .NET that runs the tests: three folders above its core library.</summary>
    public static string DotnetRoot { get; } =
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));

    private static string Output(string part, string project, string executable) =>
        Path.Combine(Root, part, project, "bin", s_framework.Parent!.Name, s_framework.Name, executable);

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
