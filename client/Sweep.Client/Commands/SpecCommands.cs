using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary>Commands that need a sweep file and no cluster; a plan asks one that is there for its times.</summary>
internal static class SpecCommands
{
    public static Command Validate(CommonOptions common, Surroundings surroundings)
    {
        var spec = new SpecArgument();
        var command = new Command("validate", "Check a sweep file and name every fault in it.");
        spec.AddTo(command);
        command.SetAction(parsed =>
        {
            var settings = common.Settle(parsed, surroundings);
            try
            {
                var valid = spec.Read(parsed, surroundings);
                var outlook = TrialOutlook.Of(valid);
                var refused = RefusedPoints.Of(valid);
                AnswerWriter.Write(
                    Verdict([], refused, console =>
                    {
                        console.WriteLine($"{spec.File(parsed)} is valid: '{valid.Name}' has {Words.Trials(outlook)}.");
                        RefusalLines.Write(console, refused);
                    }),
                    settings.Form,
                    surroundings);
                return (int)ExitCode.Ok;
            }
            catch (SweepSpecException e) when (!settings.Form.IsForPeople() && e.Faults.Count > 0)
            {
                AnswerWriter.Write(Verdict(e.Faults, null, _ => { }), settings.Form, surroundings);
                return (int)ExitCode.InvalidSpec;
            }
        });
        return command;
    }

    public static Command Plan(CommonOptions common, Surroundings surroundings)
    {
        var spec = new SpecArgument();
        var command = new Command("plan", "Show the stages of a sweep file, what sharing them saves, and the time and disk they need, without running any.");
        spec.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var valid = spec.Read(parsed, surroundings);
            var settings = common.Settle(parsed, surroundings);
            var outlook = TrialOutlook.Of(valid);
            var rungs = RungOutlook.Of(valid, outlook.Plan);
            var survey = await ClusterSurvey.Ask(StageTree.Of(outlook.Plan), rungs, settings, surroundings, cancellationToken);
            AnswerWriter.Write(PlanView.Of(valid, outlook, rungs, survey), settings.Form, surroundings);
        });
        return command;
    }

    private static Answer Verdict(IReadOnlyList<SpecFault> faults, RefusalTally? refused, Action<IAnsiConsole> show)
    {
        var list = Answer.List<SpecFault>(
            "faults",
            faults,
            [
                new(null, "file", _ => "", fault => fault.File),
                new(null, "line", _ => "", fault => Words.Exact(fault.Line)),
                new(null, "column", _ => "", fault => Words.Exact(fault.Column)),
                new(null, "path", _ => "", fault => fault.Path),
                new(null, "rule", _ => "", fault => fault.Rule),
            ],
            whenEmpty: "");
        list.Document.Value.AsObject().Add("valid", JsonValue.Create(faults.Count == 0));
        if (refused is not null)
        {
            list.Document.Value.AsObject().Add("constraints", Answer.ToNode(refused));
        }

        return list with { Show = show, ShowWide = null };
    }
}
