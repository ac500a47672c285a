using System.CommandLine;
using Sweep.Client.Commands;
using Sweep.Client.Settings;

namespace Sweep.Client;

/// <summary>Every command of <c>sweep</c>.</summary>
internal static class CommandTree
{
    public static RootCommand Create(Surroundings surroundings) => Create(new CommonOptions(), surroundings);

    public static RootCommand Create(CommonOptions common, Surroundings surroundings)
    {
        var root = new RootCommand("Sweep prunes vision transformers at scale and answers with the Pareto front of accuracy against size.")
        {
            RunCommand.Create(common, surroundings),
            SpecCommands.Validate(common, surroundings),
            SpecCommands.Plan(common, surroundings),
            SimulateCommand.Create(common, surroundings),
            OrderCommands.Submit(common, surroundings),
            QuestionCommands.List(common, surroundings),
            QuestionCommands.Show(common, surroundings),
            OrderCommands.Watch(common, surroundings),
            TopCommand.Create(common, surroundings),
            WaitCommand.Create(common, surroundings),
            QuestionCommands.Trials(common, surroundings),
            QuestionCommands.Front(common, surroundings),
            QuestionCommands.Summary(common, surroundings),
            QuestionCommands.Timeline(common, surroundings),
            HistoryCommands.Stages(common, surroundings),
            HistoryCommands.Events(common, surroundings),
            MetricsCommand.Create(common, surroundings),
            ImportanceCommand.Create(common, surroundings),
            QuestionCommands.Report(common, surroundings),
            CompareCommand.Create(common, surroundings),
            DiffCommand.Create(common, surroundings),
            ExportCommand.Create(common, surroundings),
            ImportCommand.Create(common, surroundings),
            OrderCommands.Pause(common, surroundings),
            OrderCommands.Resume(common, surroundings),
            OrderCommands.Cancel(common, surroundings),
            DeleteCommand.Create(common, surroundings),
            ChangeCommands.Set(common, surroundings),
            ChangeCommands.Extend(common, surroundings),
            ChangeCommands.Fork(common, surroundings),
            ChangeCommands.Stop(common, surroundings),
            ChangeCommands.Retry(common, surroundings),
            QuestionCommands.Silos(common, surroundings),
            QuestionCommands.Queue(common, surroundings),
            DataCommand.Create(common, surroundings),
            ContextCommand.Create(common, surroundings),
            TokenCommand.Create(common, surroundings),
            DoctorCommand.Create(common, surroundings),
            LocalCommands.Silo(common, surroundings),
            SchemaCommand.Create(surroundings),
            LocalCommands.Completion(surroundings),
            LocalCommands.Version(common, surroundings),
        };
        common.AddTo(root);
        ExampleHelp.AddTo(root);
        return root;
    }
}
