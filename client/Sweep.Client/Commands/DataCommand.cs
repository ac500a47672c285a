using System.CommandLine;
using System.Globalization;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Data;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Client.Commands;

/// <summary><c>sweep data</c>: what images this machine has, fetching them, checking them.</summary>
internal static class DataCommand
{
    public static Command Create(CommonOptions common, Surroundings surroundings)
    {
        var data = new Option<string?>("--data")
        {
            Description = "Folder of data sets: searched first, and where 'get' places. Environment: SWEEP_DATA.",
            HelpName = "folder",
            Recursive = true,
        };
        return new Command("data", "List, fetch and verify the images that nets are trained on.")
        {
            List(common, data, surroundings),
            Get(common, data, surroundings),
            DataVerification.Create(common, data, surroundings),
            data,
        };
    }

    /// <summary>A registered data set's name.</summary>
    /// <exception cref="ClientException">There is no such set.</exception>
    public static KnownData Known(string name) => KnownData.Find(name) ?? throw new ClientException(
        ExitCode.NotFound,
        $"A data set must be one of {string.Join(", ", KnownData.All.Select(known => known.Name))}, but is '{name}'.",
        "Photographs, ImageNet's among them, are placed by hand: a folder of that name with train/CLASS/*.jpg and val/CLASS/*.jpg, under a folder that --data or SWEEP_DATA names.");

    public static IReadOnlyList<string> Searched(ParseResult parsed, Option<string?> data, Surroundings surroundings) =>
        DataSets.Searched(parsed.GetValue(data) is { } named ? Path.GetFullPath(named) : null, surroundings.Variable);

    public static IReadOnlyList<Column<DataSetReport>> Columns { get; } =
    [
        new("name", "name", report => report.Name, report => report.Name),
        new("format", "format", report => report.Format, report => report.Format),
        new("classes", "classes", report => Words.Count(report.Classes), report => Words.Exact(report.Classes), Right: true),
        new("images", null, report => $"{Words.Count(report.TrainingImages)} + {Words.Count(report.TestImages)}", _ => "", Right: true),
        new(null, "trainingImages", _ => "", report => Words.Exact(report.TrainingImages)),
        new(null, "testImages", _ => "", report => Words.Exact(report.TestImages)),
        new("size", "bytes", report => report.Bytes is { } bytes ? $"{Words.Magnitude(bytes)}B" : "", report => Words.Exact(report.Bytes), Right: true),
        new("state", "state", report => Words.Name(report.State), report => Words.Name(report.State)) { Markup = Colour },
        new("where", "folder", report => report.Fault ?? report.Folder ?? "", report => report.Folder ?? ""),
        new(null, "fault", _ => "", report => report.Fault ?? ""),
    ];

    private static Command List(CommonOptions common, Option<string?> data, Surroundings surroundings)
    {
        var command = new Command("list", "List the data sets that Sweep knows and the folders of photographs it finds. Sizes are compared, digests are not.");
        command.SetAction(parsed =>
        {
            var searched = Searched(parsed, data, surroundings);
            DataSetReport[] reports = [.. KnownData.All.Select(known => DataSetInspection.Look(known, searched)), .. DataSetInspection.Folders(searched)];
            AnswerWriter.Write(Answer.List("dataSets", reports, Columns, whenEmpty: ""), common.Settle(parsed, surroundings).Form, surroundings);
        });
        return command;
    }

    private static Command Get(CommonOptions common, Option<string?> data, Surroundings surroundings)
    {
        var name = NameArgument();
        var command = new Command("get", "Download a data set from its owner, verify it and place it. What was interrupted goes on where it was.") { name };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var form = common.Settle(parsed, surroundings).Form;
            var known = Known(parsed.GetRequiredValue(name));
            var searched = Searched(parsed, data, surroundings);
            var report = DataSetInspection.Look(known, searched);
            if (report.State is not DataSetState.Complete)
            {
                var root = Root(parsed, data, surroundings);
                await Fetch(known, root, surroundings, cancellationToken);
                report = DataSetInspection.Look(known, [root]);
            }

            AnswerWriter.Write(Answer.List("dataSets", [report], Columns, whenEmpty: ""), form, surroundings);
        });
        return command;
    }

    public static Argument<string> NameArgument()
    {
        var name = new Argument<string>("name") { HelpName = "name", Description = "A data set; 'sweep data list' tells which there are." };
        name.CompletionSources.Add(KnownData.All.Select(known => known.Name).ToArray());
        return name;
    }

    private static async Task Fetch(KnownData known, string root, Surroundings surroundings, CancellationToken cancellationToken)
    {
        if (known.DebianPackage is { } package)
        {
            surroundings.Error.WriteLine($"On Debian, 'apt-get install {package}' brings it too.");
        }

        using var http = surroundings.Http();
        try
        {
            await new DataSetDownload(http, surroundings.Time).Get(known, root, new DownloadLine(surroundings), cancellationToken);
        }
        catch (Exception e) when (e is DataSetUnavailableException or StageFaultException)
        {
            throw new ClientException(ExitCode.Error, e.Message, ByHand(known, root));
        }
    }

    /// <summary>What to place where, exactly, on a machine without a network.</summary>
    private static string ByHand(KnownData known, string root)
    {
        var target = Path.Combine(root, known.Name);
        var downloads = known.Downloads.Select(download => string.Create(
            CultureInfo.InvariantCulture, $"  {download.Addresses[0]} ({download.Bytes:#,0} bytes, SHA-256 {download.Sha256})"));
        var then = known.ArchiveFolder is { } inner
            ? $"and place what it holds in {inner} as {string.Join(", ", known.Files.Select(file => Path.Combine(target, file.Name)))}."
            : $"and place them in {target} as they are.";
        return $"Without a network: where there is one, download{Environment.NewLine}{string.Join(Environment.NewLine, downloads)}{Environment.NewLine}{then}";
    }

    private static string Root(ParseResult parsed, Option<string?> data, Surroundings surroundings) =>
        Path.GetFullPath(
            parsed.GetValue(data) ?? surroundings.Variable(DataSetFolder.Variable) ?? DataSetFolder.UserFolder(surroundings.Variable)
            ?? throw new ClientException(ExitCode.Usage, "The folder for data sets must be named with --data or SWEEP_DATA, since there is neither HOME nor XDG_DATA_HOME."));

    private static string Colour(DataSetReport report) => report.State switch
    {
        DataSetState.Complete => "[green]complete[/]",
        DataSetState.Damaged => "[red]damaged[/]",
        _ => "missing",
    };
}
