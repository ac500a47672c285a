using System.Text;

namespace Sweep.Docs.Tests;

/// <summary>
/// Commands of a shell text, as lists of words: as much of the shell's grammar as the documents use. Quotes, comments, continued lines, here-documents,
/// redirections and separators are known; what is inside <c>$( )</c> stays one word.
/// </summary>
internal static class ShellText
{
    private static readonly string[] s_reserved = ["if", "then", "else", "do", "while", "!", "{", "exec", "nohup"];

    /// <summary>Its calls of one of these programs, each without assignments in front.</summary>
    public static IEnumerable<IReadOnlyList<string>> CallsOf(string text, params string[] programs)
    {
        foreach (var command in Commands(text))
        {
            var words = command.SkipWhile(word => s_reserved.Contains(word) || IsAssignment(word)).ToList();
            if (words is [var program, ..] && programs.Contains(program))
            {
                yield return words;
            }
        }
    }

    public static IReadOnlyList<IReadOnlyList<string>> Commands(string text)
    {
        var reader = new Reader(text);
        reader.Read();
        return reader.Commands;
    }

    private static bool IsAssignment(string word) =>
        word.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && word.AsSpan(0, at).IndexOfAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") < 0;

    private sealed class Reader(string text)
    {
        private readonly List<string> _words = [];
        private readonly StringBuilder _word = new();
        private readonly Queue<string> _hereDocuments = new();
        private bool _inWord;
        private bool _redirected;
        private int _at;

        public List<IReadOnlyList<string>> Commands { get; } = [];

        public void Read()
        {
            for (; _at < text.Length; _at++)
            {
                Take(text[_at]);
            }

            EndCommand();
        }

        private void Take(char letter)
        {
            switch (letter)
            {
                case '\\' when _at + 1 < text.Length:
                    _at++;
                    if (text[_at] != '\n')
                    {
                        Append(text[_at]);
                    }

                    break;
                case '\'' or '"':
                    var end = text.IndexOf(letter, _at + 1);
                    Append(text[(_at + 1)..(end < 0 ? text.Length : end)]);
                    _at = end < 0 ? text.Length : end;
                    break;
                case '$' when _at + 1 < text.Length && text[_at + 1] == '(':
                    var from = _at;
                    for (var depth = 0; _at < text.Length; _at++)
                    {
                        depth += text[_at] == '(' ? 1 : text[_at] == ')' ? -1 : 0;
                        if (depth == 0 && text[_at] == ')')
                        {
                            break;
                        }
                    }

                    Append(text[from..Math.Min(_at + 1, text.Length)]);
                    break;
                case '#' when !_inWord:
                    _at = Math.Max(_at, text.IndexOf('\n', _at) is var line and >= 0 ? line - 1 : text.Length);
                    break;
                case '<' when text.AsSpan(_at).StartsWith("<<"):
                    EndWord();
                    var name = text[(_at + 2)..].TrimStart('-').Split(['\n', ' ', ';', '>', '|'], 2)[0];
                    _hereDocuments.Enqueue(name.Trim('\'', '"'));
                    _at += 1 + name.Length;
                    break;
                case '<' or '>':
                    // A number of a stream in front belongs to it.
                    if (_inWord && _word.ToString().All(char.IsAsciiDigit))
                    {
                        _word.Clear();
                        _inWord = false;
                    }

                    EndWord();
                    _redirected = true;
                    break;
                case '&' when _redirected && !_inWord:
                    Append(letter);
                    break;
                case ' ' or '\t':
                    EndWord();
                    break;
                case '\n':
                    EndCommand();
                    SkipHereDocuments();
                    break;
                case ';' or '|' or '&' or '(' or ')':
                    EndCommand();
                    break;
                default:
                    Append(letter);
                    break;
            }
        }

        private void Append(char letter)
        {
            _word.Append(letter);
            _inWord = true;
        }

        private void Append(string letters)
        {
            _word.Append(letters);
            _inWord = true;
        }

        private void EndWord()
        {
            if (!_inWord)
            {
                return;
            }

            if (!_redirected)
            {
                _words.Add(_word.ToString());
            }

            _redirected = false;
            _word.Clear();
            _inWord = false;
        }

        private void EndCommand()
        {
            EndWord();
            if (_words.Count > 0)
            {
                Commands.Add([.. _words]);
                _words.Clear();
            }
        }

        private void SkipHereDocuments()
        {
            while (_hereDocuments.TryDequeue(out var mark))
            {
                var end = text.IndexOf($"\n{mark}\n", _at, StringComparison.Ordinal);
                _at = end < 0 ? text.Length - 1 : end + mark.Length + 1;
            }
        }
    }
}
