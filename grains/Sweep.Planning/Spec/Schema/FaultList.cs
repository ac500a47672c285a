using System.Text;

namespace Sweep.Planning.Schema;

/// <summary>Every fault of one file, and which of its parts are unusable because of them.</summary>
internal sealed class FaultList(string file)
{
    /// <summary>A file of nothing but nonsense would bury the reader.</summary>
    private const int MostFaults = 100;

    private const int LongestValue = 60;

    private readonly List<SpecFault> _faults = [];
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);

    public bool Any => _faults.Count > 0;

    /// <summary>The faults in the order of the file.</summary>
    public IReadOnlyList<SpecFault> InOrder =>
        [.. _faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Column).ThenBy(fault => fault.Path, StringComparer.Ordinal)];

    /// <summary>Notes a broken rule; the value at the path is there and usable, or belongs to nothing.</summary>
    public void Add(Place place, string path, string rule)
    {
        if (_faults.Count < MostFaults)
        {
            _faults.Add(new SpecFault(file, place.Line, place.Column, path, rule));
        }
    }

    /// <summary>Notes a broken rule that leaves the path without a value.</summary>
    public void AddBroken(Place place, string path, string rule)
    {
        _broken.Add(path);
        Add(place, path, rule);
    }

    /// <summary>Whether the path, or anything below it, has no usable value.</summary>
    public bool IsBroken(string path) => _broken.Any(broken =>
        broken.StartsWith(path, StringComparison.Ordinal)
        && (broken.Length == path.Length || path.Length == 0 || broken[path.Length] is '.' or '['));

    /// <summary>A user's value as a message shows it: quoted, on one line, not too long.</summary>
    public static string Show(string value)
    {
        var text = new StringBuilder("'");
        foreach (var c in value.Length > LongestValue ? value[..LongestValue] : value)
        {
            text.Append(char.IsControl(c) ? $"\\u{(int)c:x4}" : c);
        }

        return text.Append(value.Length > LongestValue ? "…'" : "'").ToString();
    }

    /// <summary>What a node is, for the end of a message.</summary>
    public static string Show(SpecNode node) => node switch
    {
        SpecScalar { IsNull: true } => "empty",
        SpecScalar { Quoted: true } scalar => $"the text {Show(scalar.Text)}",
        SpecScalar scalar => Show(scalar.Text),
        SpecList => "a list",
        SpecMap => "a map",
        _ => "refused",
    };
}
