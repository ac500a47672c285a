namespace Sweep.Planning.Schema;

/// <summary>A position in a file, both from 1.</summary>
internal readonly record struct Place(int Line, int Column);

/// <summary>A YAML node as far as a sweep file may use YAML: no anchors, aliases or tags.</summary>
internal abstract record SpecNode(Place Place);

internal sealed record SpecScalar(Place Place, string Text, bool Quoted) : SpecNode(Place)
{
    /// <summary>Whether YAML reads it as nothing: an absent value, <c>~</c> or <c>null</c>.</summary>
    public bool IsNull => !Quoted && Text is "" or "~" or "null" or "Null" or "NULL";
}

internal sealed record SpecList(Place Place, IReadOnlyList<SpecNode> Items) : SpecNode(Place);

internal sealed record SpecMap(Place Place, IReadOnlyList<SpecEntry> Entries) : SpecNode(Place)
{
    public SpecEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);
}

internal sealed record SpecEntry(string Key, Place Place, SpecNode Value);

/// <summary>A node that a fault has been written for already: rules say no more about it.</summary>
internal sealed record SpecRefused(Place Place) : SpecNode(Place);
