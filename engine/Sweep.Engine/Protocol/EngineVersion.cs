using System.Reflection;
using static TorchSharp.torch;

namespace Sweep.Engine.Protocol;

/// <summary>What this engine is made of.</summary>
public static class EngineVersion
{
    public static string Engine { get; } = Describe(typeof(EngineVersion).Assembly);

    /// <summary>Version of libtorch, and what bound it: TorchSharp, or its stand-in.</summary>
    public static string Torch { get; } =
        $"libtorch {__version__} by {typeof(TorchSharp.torch).Assembly.GetCustomAttribute<AssemblyTitleAttribute>()?.Title ?? "TorchSharp"} {Describe(typeof(TorchSharp.torch).Assembly)}";

    private static string Describe(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? assembly.GetName().Version?.ToString()
        ?? "unknown";
}
