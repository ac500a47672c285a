namespace Sweep.Client.Watching.Screens;

/// <summary>Where somebody is in a list of which a part is shown.</summary>
/// <param name="At">The chosen row, from 0.</param>
/// <param name="Top">The first row shown.</param>
internal readonly record struct ListCursor(int At, int Top)
{
    /// <returns>Null for a key that does not move.</returns>
    public ListCursor? Move(Key key, int count, int rows) => key switch
    {
        { Name: KeyName.Up } or { Character: 'k' } => To(At - 1, count),
        { Name: KeyName.Down } or { Character: 'j' } => To(At + 1, count),
        { Name: KeyName.PageUp } => To(At - Math.Max(rows, 1), count),
        { Name: KeyName.PageDown } or { Character: ' ' } => To(At + Math.Max(rows, 1), count),
        { Name: KeyName.Home } or { Character: 'g' } => To(0, count),
        { Name: KeyName.End } or { Character: 'G' } => To(count - 1, count),
        _ => null,
    };

    /// <summary>The chosen row is there, is shown, and no row stays empty that could be filled.</summary>
    public ListCursor Fit(int count, int rows)
    {
        var at = Math.Clamp(At, 0, Math.Max(count - 1, 0));
        var shown = Math.Max(rows, 1);
        var top = Math.Clamp(Top, at - shown + 1, at);
        return new ListCursor(at, Math.Clamp(top, 0, Math.Max(count - shown, 0)));
    }

    /// <summary>Of a text that fills the screen: the lines that are scrolled away after a key, once fitted to the text.</summary>
    /// <returns>Null for a key that closes it.</returns>
    public static int? Scrolled(int line, Key key, int rows) => key switch
    {
        { Name: KeyName.Escape } or { Character: '?' or 'h' } => null,
        _ => new ListCursor(line, 0).Move(key, int.MaxValue, rows)?.At ?? line,
    };

    private ListCursor To(int at, int count) => this with { At = Math.Clamp(at, 0, Math.Max(count - 1, 0)) };
}
