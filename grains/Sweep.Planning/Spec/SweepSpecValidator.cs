using Sweep.Planning.Schema;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// Checks a spec that came over the wire by the same rules as a file: its canonical JSON is read as a sweep file again.
/// </summary>
public static class SweepSpecValidator
{
    /// <returns>Every broken rule; lines and columns are those of the spec's indented canonical JSON.</returns>
    public static IReadOnlyList<SpecFault> Check(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var faults = new FaultList($"spec of {FaultList.Show(spec.Name ?? "")}");
        _ = SweepSpecReader.Read(CanonicalJson.SerializeIndented(spec), faults);
        return faults.InOrder;
    }

    /// <exception cref="SweepSpecException">The spec breaks rules; the exception has all of them.</exception>
    public static void Validate(SweepSpec spec)
    {
        var faults = Check(spec);
        if (faults.Count > 0)
        {
            throw new SweepSpecException(faults);
        }
    }
}
