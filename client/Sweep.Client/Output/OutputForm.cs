namespace Sweep.Client.Output;

/// <summary>How a result is written. Tables are for people; the others are a contract.</summary>
internal enum OutputForm
{
    Table,

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
    /// <exception cref="ClientException">No form has this name.</exception>
    public static OutputForm Parse(string name, string source) =>
        Enum.GetNames<OutputForm>().Any(form => form.Equals(name, StringComparison.OrdinalIgnoreCase))
            ? Enum.Parse<OutputForm>(name, ignoreCase: true)
            : throw ClientException.BadSetting(source, "must be one of table, json, jsonl, yaml, csv", name);
}
