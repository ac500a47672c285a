namespace Sweep.Client.Watching.Screens;

internal enum KeyName
{
    /// <summary>See <see cref="Key.Character"/>.</summary>
    Character,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    Enter,
    Escape,
    Tab,
    BackTab,
    Backspace,
}

/// <summary>A key that somebody pressed.</summary>
internal readonly record struct Key(KeyName Name, char Character = '\0')
{
    public static Key Of(char character) => new(KeyName.Character, character);

    /// <returns>Null for a key that means nothing here.</returns>
    public static Key? Of(ConsoleKeyInfo pressed) => pressed.Key switch
    {
        ConsoleKey.UpArrow => new(KeyName.Up),
        ConsoleKey.DownArrow => new(KeyName.Down),
        ConsoleKey.PageUp => new(KeyName.PageUp),
        ConsoleKey.PageDown => new(KeyName.PageDown),
        ConsoleKey.Home => new(KeyName.Home),
        ConsoleKey.End => new(KeyName.End),
        ConsoleKey.Enter => new(KeyName.Enter),
        ConsoleKey.Escape => new(KeyName.Escape),
        ConsoleKey.Tab => new(pressed.Modifiers.HasFlag(ConsoleModifiers.Shift) ? KeyName.BackTab : KeyName.Tab),
        ConsoleKey.Backspace => new(KeyName.Backspace),
        _ when !char.IsControl(pressed.KeyChar) && !pressed.Modifiers.HasFlag(ConsoleModifiers.Alt) => Of(pressed.KeyChar),
        _ => null,
    };
}
