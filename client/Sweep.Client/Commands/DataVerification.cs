using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Data;
using Sweep.Data.Decoding;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Client.Commands;

/// <summary>
/// <c>sweep data verify</c>: reads every byte. A registered set is compared with its digests; a folder of photographs with its
/// manifest, which is written where there is none.
/// </summary>
internal static class DataVerification
{
    /// <summary>Differences told by name; the rest is counted.</summary>
    private const int Told = 20;

    private sealed record Finding(string Path, string Fault);

    public static Command Create(CommonOptions common, Option<string?> data, Surroundings surroundings)
    {
        var name = new Argument<string>("name") { HelpName = "name", Description = "A data set, or the name or path of a folder of photographs." };
        name.CompletionSources.Add(KnownData.All.Select(known => known.Name).ToArray());
        var update = new Option<bool>("--update") { Description = "Accept what a folder of photographs has now: write its manifest anew." };
        var decode = new Option<bool>("--decode") { Description = "Also decode every photograph of a folder, so that a damaged one is found before it is trained on." };
        var command = new Command("verify", "Re-hash a data set. For a folder of photographs: write or check its manifest, and print what to paste into a sweep file.")
        {
            name, update, decode,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var form = common.Settle(parsed, surroundings).Form;
            var searched = DataCommand.Searched(parsed, data, surroundings);
            var asked = parsed.GetRequiredValue(name);
            var code = KnownData.Find(asked) is { } known
                ? Registered(known, searched, form, surroundings)
                : Photographs(Folder(asked, searched), parsed.GetValue(update), parsed.GetValue(decode), form, surroundings, cancellationToken);
            return Task.FromResult((int)code);
        });
        return command;
    }

    private static ExitCode Registered(KnownData known, IReadOnlyList<string> searched, OutputForm form, Surroundings surroundings)
    {
        var report = DataSetInspection.Verify(known, searched);
        AnswerWriter.Write(Answer.List("dataSets", [report], DataCommand.Columns, whenEmpty: ""), form, surroundings);
        if (report.State is not DataSetState.Complete)
        {
            surroundings.Error.WriteLine($"'sweep data get {known.Name}' fetches it.");
        }

        return report.State is DataSetState.Complete ? ExitCode.Ok : ExitCode.Error;
    }

    private static string Folder(string asked, IReadOnlyList<string> searched)
    {
        string[] candidates = [Path.GetFullPath(asked), .. searched.Select(root => Path.Combine(root, asked))];
        return candidates.FirstOrDefault(folder => Directory.Exists(Path.Combine(folder, ImageFolderIndex.TrainingName)) && Directory.Exists(Path.Combine(folder, ImageFolderIndex.TestName)))
            ?? throw new ClientException(
                ExitCode.NotFound, $"'{asked}' is no registered data set ({string.Join(", ", KnownData.All.Select(known => known.Name))}).", DataSetFolder.MissingPhotographs(asked, searched));
    }

    private static ExitCode Photographs(string root, bool update, bool decode, OutputForm form, Surroundings surroundings, CancellationToken cancellationToken)
    {
        try
        {
            var index = ImageFolderIndex.Read(root, withSizes: false);
            var total = index.Training.Count + index.Test.Count;
            var entries = ImageManifest.Hash(index, new CountLine(surroundings, "hashed", total), cancellationToken);
            List<Finding> findings = [.. decode ? Damaged(index, surroundings, cancellationToken) : []];
            if (!update && ImageManifest.DigestOf(root) is not null)
            {
                findings.AddRange(ImageManifest.Compare(ImageManifest.Read(root), entries).Select(difference => new Finding(difference.Path, Words.Name(difference.Kind))));
            }

            var digest = findings.Count == 0 ? ImageManifest.Write(root, entries) : null;
            Write(root, index, digest, findings, form, surroundings);
            return digest is null ? ExitCode.Error : ExitCode.Ok;
        }
        catch (StageFaultException e)
        {
            throw new ClientException(ExitCode.Error, e.Message);
        }
    }

    private static List<Finding> Damaged(ImageFolderIndex index, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var decoder = new PhotographDecoder();
        var progress = new CountLine(surroundings, "decoded", index.Training.Count + index.Test.Count);
        var done = 0;
        return
        [
            .. new[] { index.Training, index.Test }.SelectMany(split => Enumerable.Range(0, split.Count).Select(i => (split, i)))
                .AsParallel().AsOrdered().WithCancellation(cancellationToken)
                .Select(image =>
                {
                    var fault = Fault(decoder, index.PathOf(image.split, image.i));
                    progress.Report(Interlocked.Increment(ref done));
                    return fault is null ? null : new Finding(index.RelativePathOf(image.split, image.i), fault);
                })
                .OfType<Finding>(),
        ];
    }

    /// <summary>At an eighth of the size: what is damaged is noticed all the same, since all of the file is read.</summary>
    private static string? Fault(PhotographDecoder decoder, string path)
    {
        try
        {
            decoder.Decode(path, (_, _) => 1).Dispose();
            return null;
        }
        catch (StageFaultException e) when (e.Reason is FailureReason.BadData)
        {
            return e.Message.StartsWith(path + ": ", StringComparison.Ordinal) ? e.Message[(path.Length + 2)..] : e.Message;
        }
    }

    private static void Write(string root, ImageFolderIndex index, string? digest, List<Finding> findings, OutputForm form, Surroundings surroundings)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(root));
        var yaml = digest is null ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"data:\n  name: {name}\n  folder: {{ classes: {index.Classes.Count}, trainingImages: {index.Training.Count}, testImages: {index.Test.Count} }}\n  digest: {digest}\n");
        var document = new JsonObject
        {
            ["apiVersion"] = "sweep/v1",
            ["name"] = name,
            ["folder"] = root,
            ["state"] = Words.Name(digest is null ? DataSetState.Damaged : DataSetState.Complete),
            ["classes"] = index.Classes.Count,
            ["trainingImages"] = index.Training.Count,
            ["testImages"] = index.Test.Count,
            ["digest"] = digest,
            ["yaml"] = yaml,
            ["findings"] = new JsonArray([.. findings.Select(finding => Answer.ToNode(finding))]),
        };
        AnswerWriter.Write(
            new Answer
            {
                Document = new(document),
                Items = new([document]),
                Rows = [["path", "fault"], .. findings.Select(finding => (IReadOnlyList<string>)[finding.Path, finding.Fault])],
                Show = console =>
                {
                    var writer = console.Profile.Out.Writer;
                    if (yaml is not null)
                    {
                        writer.WriteLine($"{Words.Many(index.Training.Count + index.Test.Count, "photograph")} in {ImageManifest.PathIn(root)}. To pin these bytes in a sweep file:");
                        writer.Write(yaml);
                        return;
                    }

                    writer.WriteLine($"{root} must hold whole photographs, those of its manifest, but has {Words.Many(findings.Count, "fault")}:");
                    foreach (var finding in findings.Take(Told))
                    {
                        writer.WriteLine($"  {finding.Path}: {finding.Fault}");
                    }

                    if (findings.Count > Told)
                    {
                        writer.WriteLine($"  and {Words.Count(findings.Count - Told)} more; '-o csv' tells all.");
                    }
                },
            },
            form,
            surroundings);
        if (findings.Exists(finding => finding.Fault is "missing" or "added" or "changed"))
        {
            surroundings.Error.WriteLine("If the folder is meant to be as it is now, '--update' writes its manifest anew; sweeps that pin the old digest then refuse it.");
        }
    }
}
