using System.ComponentModel;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Sweep.Testing;

/// <summary>What an implementation needs to be tested, said on the class that subclasses a conformance suite.</summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class NeedsAttribute : Attribute
{
    /// <summary>Why the tests of this class are skipped here; null where they run.</summary>
    public abstract string? Missing { get; }
}

/// <summary>A fact of a conformance suite: skipped, with the reason, where what a subclass <see cref="NeedsAttribute"/> is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Sweep.Testing.ConformanceFactDiscoverer", "Sweep.Testing")]
public sealed class ConformanceFactAttribute : FactAttribute;

/// <summary>Finds <see cref="ConformanceFactAttribute"/>s.</summary>
public sealed class ConformanceFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute)
    {
        ArgumentNullException.ThrowIfNull(testMethod);
        var missing = testMethod.TestClass.Class.GetCustomAttributes(typeof(NeedsAttribute))
            .Select(need => need.GetNamedArgument<string?>(nameof(NeedsAttribute.Missing)))
            .FirstOrDefault(reason => reason is not null);
        return missing is null
            ? base.CreateTestCase(discoveryOptions, testMethod, factAttribute)
            : new SkippedTestCase(
                DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod, missing);
    }
}

/// <summary>A test that is not run, and says why.</summary>
public sealed class SkippedTestCase : XunitTestCase
{
    private string _reason = "";

    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("Called by the deserializer alone.")]
    public SkippedTestCase()
    {
    }

    public SkippedTestCase(IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method, string reason)
        : base(diagnostics, display, options, method) => _reason = reason;

    public override void Serialize(IXunitSerializationInfo data)
    {
        ArgumentNullException.ThrowIfNull(data);
        base.Serialize(data);
        data.AddValue(nameof(_reason), _reason);
    }

    public override void Deserialize(IXunitSerializationInfo data)
    {
        ArgumentNullException.ThrowIfNull(data);
        _reason = data.GetValue<string>(nameof(_reason));
        base.Deserialize(data);
    }

    protected override string GetSkipReason(IAttributeInfo factAttribute) => _reason;
}
