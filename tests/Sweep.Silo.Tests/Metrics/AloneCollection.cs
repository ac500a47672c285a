namespace Sweep.Silo.Tests.Metrics;

/// <summary>A meter provider hears every meter of the process by name, so nothing else may measure while one of these tests does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
