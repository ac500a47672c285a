using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sweep.Planning.Report;

namespace Sweep.Silo.Web;

/// <summary>How a list is sorted, filtered and paged, as its address says: whoever gets the link sees the same.</summary>
internal sealed class ListAddress
{
    private const int LongestText = 100;
    private const int LastPage = 1_000_000;

    private readonly IQueryCollection _query;
    private readonly string _default;

    private ListAddress(IQueryCollection query, string sort, string first) => (_query, Sort, _default) = (query, sort, first);

    /// <summary>A column's key.</summary>
    public string Sort { get; }

    public bool Descending { get; private init; }

    /// <summary>From 0.</summary>
    public int Page { get; private init; }

    /// <summary>What must occur; empty for anything.</summary>
    public string Text { get; private init; } = "";

    /// <param name="query">Of the request. What is not understood counts as not said.</param>
    /// <param name="columns">Keys that it can be sorted by.</param>
    /// <param name="first">The key where nothing is said.</param>
    public static ListAddress Of(IQueryCollection query, IEnumerable<string> columns, string first)
    {
        var sort = query["sort"].ToString();
        var text = query["text"].ToString().Trim();
        return new ListAddress(query, columns.Contains(sort) ? sort : first, first)
        {
            Descending = query.ContainsKey("desc"),
            Page = int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Clamp(page - 1, 0, LastPage) : 0,
            Text = text.Length > LongestText ? text[..LongestText] : text,
        };
    }

    /// <summary>What a form has to say besides its fields.</summary>
    public Html Hidden(params ReadOnlySpan<string> keys)
    {
        var fields = new List<Html>();
        foreach (var key in keys)
        {
            if (_query.ContainsKey(key))
            {
                fields.Add(Html.Of($"""<input type="hidden" name="{key}" value="{_query[key].ToString()}">"""));
            }
        }

        return Html.Join(fields);
    }

    /// <summary>The head of a column: a link that sorts by it, upwards at first.</summary>
    public Html Head(string key, string title, bool number)
    {
        var isSorted = Sort == key;
        var sorted = isSorted ? Descending ? " aria-sort=\"descending\"" : " aria-sort=\"ascending\"" : "";
        return Html.Of($"""<th scope="col"{(number ? new Html(" class=\"num\"") : Html.Empty)}{new Html(sorted)}><a href="{With(("sort", key), ("desc", isSorted && !Descending ? "" : null), ("page", null))}" data-swap>{title}</a></th>""");
    }

    /// <summary>Which part of the list this is, and the way to the others.</summary>
    public Html Pager(int fitting, int size, string noun)
    {
        var pages = Math.Max(1, (fitting + size - 1) / size);
        Html Link(int page, string text, string key, bool exists) => exists
            ? Html.Of($"""<a href="{With(("page", (page + 1).ToString(CultureInfo.InvariantCulture)))}" data-swap data-page="{key}">{text}</a>""")
            : Html.Of($"""<span aria-disabled="true">{text}</span>""");
        return Html.If(fitting > size, () => Html.Of($"""
            <nav class="pager" aria-label="Pages">{Link(Page - 1, "← previous", "previous", Page > 0)}<span>{Words.Count(Math.Min(fitting, Page * (long)size + 1))}–{Words.Count(Math.Min(fitting, (Page + 1L) * size))} of {Words.Count(fitting)} {noun}s</span>{Link(Page + 1, "next →", "next", Page + 1 < pages)}{Link(0, "first", "first", Page > 0)}{Link(pages - 1, "last", "last", Page + 1 < pages)}</nav>
            """));
    }

    /// <summary>This address with other values; null takes one away.</summary>
    public string With(params ReadOnlySpan<(string Key, string? Value)> changes)
    {
        var text = new StringBuilder();
        var values = _query.Where(value => value.Key != "have").ToDictionary(value => value.Key, value => (string?)value.Value.ToString(), StringComparer.Ordinal);
        foreach (var (key, value) in changes)
        {
            values[key] = value;
        }

        if (values.GetValueOrDefault("sort") == _default && values.GetValueOrDefault("desc") is null)
        {
            values.Remove("sort");
        }

        foreach (var (key, value) in values.Where(value => value.Value is not null && (value.Value.Length > 0 || value.Key == "desc")).OrderBy(value => value.Key, StringComparer.Ordinal))
        {
            text.Append(text.Length == 0 ? '?' : '&').Append(Uri.EscapeDataString(key)).Append(value!.Length > 0 ? "=" + Uri.EscapeDataString(value) : "");
        }

        return text.Length == 0 ? "?" : text.ToString();
    }
}
