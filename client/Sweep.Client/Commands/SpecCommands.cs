using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary>Commands that need a sweep file and no cluster.</summary>
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
                var trials = ExperimentPlanner.Plan(valid).Trials.Count;
                AnswerWriter.Write(Verdict([], console => console.WriteLine($"{spec.File(parsed)} is valid: '{valid.Name}' has {Words.Many(trials, "trial")}.")), settings.Form, surroundings);
                return (int)ExitCode.Ok;
            }
            catch (SweepSpecException e) when (settings.Form is not OutputForm.Table && e.Faults.Count > 0)
            {
                AnswerWriter.Write(Verdict(e.Faults, _ => { }), settings.Form, surroundings);
                return (int)ExitCode.InvalidSpec;
            }
        });
        return command;
    }

    public static Command Plan(CommonOptions common, Surroundings surroundings)
    {
        var spec = new SpecArgument();
        var command = new Command("plan", "Show the stages of a sweep file and what sharing them saves, without running any.");
        spec.AddTo(command);
        command.SetAction(parsed =>
        {
            var valid = spec.Read(parsed, surroundings);
            AnswerWriter.Write(PlanView.Of(valid, ExperimentPlanner.Plan(valid)), common.Settle(parsed, surroundings).Form, surroundings);
        });
        return command;
    }

    private static Answer Verdict(IReadOnlyList<SpecFault> faults, Action<IAnsiConsole> show)
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
        list.Document.AsObject().Add("valid", JsonValue.Create(faults.Count == 0));
        return list with { Show = show };
    }
}
