using Microsoft.AspNetCore.Http;
using Sweep.Planning.Report;
using Sweep.Silo.Http;

namespace Sweep.Silo.Web;

/// <summary>What every page has around what it shows: the way through the site, and how fresh it is.</summary>
internal static class Layout
{
    /// <summary>Loads the silo's own style and script and talks to nobody else. Bars are as long as an attribute says.</summary>
    private const string Policy = "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src data:";

    /// <param name="title">In the window's title and the heading of the tab.</param>
    /// <param name="body">The page, between the landmarks.</param>
    /// <param name="visitor">Who looks.</param>
    /// <param name="events">Where the silo tells what has changed; null for a page that stays as it is.</param>
    /// <param name="status">Of HTTP.</param>
    public static IResult Page(string title, Html body, Visitor visitor, string? events = null, int status = StatusCodes.Status200OK) => new Page(
        Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title} · Sweep</title>
            <link rel="stylesheet" href="{Assets.Style}">
            <link rel="icon" href="data:,">
            <script src="{Assets.Script}" defer></script>
            </head>
            <body{Html.If(events is not null, () => Html.Of($" data-events=\"{events}\""))}>
            <a class="skip" href="#main">Skip to the content</a>
            <header class="bar-top">
            <nav aria-label="Site"><a class="brand" href="/">Sweep</a><a href="/">Experiments</a><a href="/cluster">Cluster</a></nav>
            <p id="link" class="link" role="status"></p>
            <button type="button" id="keys-open" class="quiet" hidden aria-label="Keys">?</button>
            {Html.If(visitor.HasToken, () => new Html("<form method=\"post\" action=\"/sign-out\"><button class=\"quiet\">Sign out</button></form>"))}
            </header>
            <main id="main" tabindex="-1">
            {body}
            </main>
            <p id="said" class="unseen" role="status" aria-live="polite"></p>
            <div id="tip" hidden></div>
            {Keys}
            <dialog id="ask" aria-label="Please confirm"></dialog>
            </body>
            </html>

            """).Text,
        status,
        Policy);

    /// <summary>A page that says one thing.</summary>
    public static IResult Message(string title, string text, Visitor visitor, int status) => Page(
        title, Html.Of($"""<h1>{title}</h1><p class="empty">{text}</p><p><a href="/">All experiments</a></p>"""), visitor, status: status);

    /// <summary>A part of a page that is asked for anew when its version changes.</summary>
    /// <param name="name">Of <see cref="Sight"/>.</param>
    /// <param name="version">What it shows.</param>
    /// <param name="source">Where it is asked for.</param>
    /// <param name="body">What it shows.</param>
    public static Html Part(string name, string version, string source, Html body) => Html.Of($"""
        <div class="part part-{name}" data-part="{name}" data-version="{version}" data-src="{source}">{body}</div>
        """);

    private static Html Keys { get; } = new("""
        <dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2><dl class="keys">
        <div><dt><kbd>/</kbd></dt><dd>filter</dd></div><div><dt><kbd>j</kbd> <kbd>k</kbd> or <kbd>↓</kbd> <kbd>↑</kbd></dt><dd>next and previous row</dd></div>
        <div><dt><kbd>Enter</kbd></dt><dd>open the row, or the point of a plot</dd></div><div><dt><kbd>n</kbd> <kbd>p</kbd></dt><dd>next and previous page</dd></div>
        <div><dt><kbd>e</kbd> <kbd>c</kbd></dt><dd>experiments, cluster</dd></div><div><dt><kbd>Esc</kbd></dt><dd>close, leave a field</dd></div><div><dt><kbd>?</kbd></dt><dd>this list</dd></div></dl>
        <form method="dialog"><button>Close</button></form></dialog>
        """);
}
