namespace Sweep.Cluster.Tests;

/// <summary>Where this checkout's build outputs lie, of the configuration that the tests were built in.</summary>
internal static class Checkout
{
    private static readonly DirectoryInfo s_framework = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    /// <summary>The .NET that runs the tests: three folders above its core library.</summary>
    public static string DotnetRoot { get; } =
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));

    public static string Silo => Output("silo", "Sweep.Silo", "sweep-silo");

    public static string Client => Output("client", "Sweep.Client", "sweep");

    public static string NoOpEngine => Output("tests", "Sweep.NoOpEngine", "no-op-engine");

    private static string Output(string part, string project, string executable)
    {
        var root = s_framework.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(root, part, project, "bin", s_framework.Parent.Name, s_framework.Name, executable);
    }
}
