namespace Sweep.Planning.Report;

/// <summary>How to take the results, or a net, out of Sweep.</summary>
internal static class ExportSection
{
    public static Html Draw(ExperimentResult result)
    {
        (string What, string Command)[] commands =
        [
            ("Every trial as a table, for spreadsheets", $"sweep export {result.Experiment} --format csv"),
            ("Every trial as typed columns, for DuckDB, pandas and Arrow", $"sweep export {result.Experiment} --format parquet"),
            ("Spec and whole result; Sweep reads it again", $"sweep export {result.Experiment} --format json"),
            ("A study for Optuna", $"sweep export {result.Experiment} --format optuna"),
            ("A file store for MLflow", $"sweep export {result.Experiment} --format mlflow"),
            .. result.Front.Count > 0
                ? new[]
                {
                    ("One net: weights, ONNX, and the proof of what it costs", $"sweep export {result.Experiment} {result.Front[0]} --format all"),
                    ("Every net of the front, a folder each", $"sweep export {result.Experiment} --front"),
                }
                : [],
        ];
        return Html.Of($"""
            <div id="downloads" hidden="hidden"><p>Out of this file, without a network: <button type="button" data-download="csv">Trials as CSV</button> <button type="button" data-download="json">Trials as JSON</button> <button type="button" data-download="result" hidden="hidden">Result document</button></p></div>
            <div class="scroll" tabindex="0" role="region" aria-label="Commands"><table class="commands"><thead><tr><th scope="col">What</th><th scope="col">Command</th></tr></thead><tbody>{Html.Join(commands.Select(command => Html.Of(
                $"""<tr><th scope="row">{command.What}</th><td><code>{command.Command}</code></td></tr>""")))}</tbody></table></div>
            """);
    }
}
