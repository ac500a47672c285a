using System.Globalization;
using System.Text;

namespace Sweep.Docs.Tests;

/// <summary>The shell blocks of a page as one script, in their order, in one shell: what a block exports, the next one has.</summary>
internal static class PageScript
{
    /// <summary>The blocks that run: up to the first one whose tool is not there, since what follows may need what it does.</summary>
    /// <param name="page">Whose blocks.</param>
    /// <param name="hasTool">Whether a tool that a block needs beside Sweep is there.</param>
    public static IReadOnlyList<Block> Blocks(Page page, Func<string, bool> hasTool) =>
        [.. page.Blocks.Where(block => block.Runs).TakeWhile(block => block.Tool is null || hasTool(block.Tool))];

    public static string Of(IEnumerable<Block> blocks)
    {
        var script = new StringBuilder("""
            set -eu
            # Silos that the page has started end with it. This script leads a process group of its own.
            trap 'code=$?; trap "" TERM; kill -TERM 0 2>/dev/null || :; wait; exit $code' EXIT

            """.ReplaceLineEndings("\n"));
        foreach (var block in blocks)
        {
            script.Append(CultureInfo.InvariantCulture, $"\nprintf '\\n== {block} ==\\n'\n");
            script.Append(block switch
            {
                { InBackground: true } => $$"""
                    rm -f .ready; mkfifo .ready; exec 9<>.ready
                    {
                    (
                    {{block.Text}}) || :
                    echo ended
                    } >.ready &
                    read -r ready <&9
                    case $ready in *'"ready":true'*) ;; *) echo "{{block}} should have become ready, but said: $ready"; exit 1 ;; esac

                    """.ReplaceLineEndings("\n"),
                { ExitCode: > 0 and var code } => $$"""
                    set +e
                    (
                    set -e
                    {{block.Text}})
                    code=$?
                    set -e
                    [ $code -eq {{code.ToString(CultureInfo.InvariantCulture)}} ] || { echo "{{block}} should have ended with {{code.ToString(CultureInfo.InvariantCulture)}}, but ended with $code"; exit 1; }

                    """.ReplaceLineEndings("\n"),
                _ => block.Text,
            });
        }

        return script.Append("\nprintf '\\n== end ==\\n'\n").ToString();
    }
}
