using Sweep.Client.Commands;

namespace Sweep.Client.Output;

/// <summary>How a result is written. Tables are for people; the others are a contract.</summary>
internal enum OutputForm
{
    Table,

    /// <summary>A table with every column there is, however wide the terminal.</summary>
    Wide,

    /// <summary>What each item is called, one a line, for a pipe into another command.</summary>
    Name,

    /// <summary>One document, indented.</summary>
    Json,

    /// <summary>One item a line.</summary>
    Jsonl,

    Yaml,

    /// <summary>RFC 4180, one item a line below a heading.</summary>
    Csv,
}

internal static class OutputForms
{
    public static bool IsForPeople(this OutputForm form) => form is OutputForm.Table or OutputForm.Wide;

    /// <exception cref="ClientException">No form has this name.</exception>
    public static OutputForm Parse(string name, string source) =>
        Enum.GetNames<OutputForm>().Any(form => form.Equals(name, StringComparison.OrdinalIgnoreCase))
            ? Enum.Parse<OutputForm>(name, ignoreCase: true)
            : throw ClientException.BadSetting(
                source,
                "must be one of table, wide, name, json, jsonl, yaml, csv",
                name,
                Enum.GetNames<OutputForm>().Select(form => form.ToLowerInvariant()).FirstOrDefault(form => Spelling.IsClose(name, form)) is { } close ? $"Did you mean '{close}'?" : null);
}
