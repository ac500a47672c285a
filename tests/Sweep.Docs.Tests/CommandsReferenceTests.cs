using Sweep.Client;
using Sweep.Client.Commands;

namespace Sweep.Docs.Tests;

/// <summary><c>docs/reference/commands.md</c> is written from the tree that parses.</summary>
public sealed class CommandsReferenceTests
{
    /// <summary>After a change of the tree: run this with SWEEP_WRITE_REFERENCE naming the folder docs/reference.</summary>
    [Fact]
    public void PublishedReference_IsTheTreeInCode()
    {
        var page = CommandsReference.Write(CommandTree.Create(CommandLine.Nowhere()));
        if (Environment.GetEnvironmentVariable("SWEEP_WRITE_REFERENCE") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, "commands.md"), page);
        }
        else
        {
            Assert.Equal(page, File.ReadAllText(Path.Combine(Checkout.Docs, "reference", "commands.md")));
        }
    }

    [Fact]
    public void EveryCommand_HasExamplesThatItTakes()
    {
        var commands = CommandsReference.Leaves(CommandTree.Create(CommandLine.Nowhere())).Select(leaf => leaf.Path).ToList();
        Assert.Equal(commands.Order(StringComparer.Ordinal), Examples.Commands.Order(StringComparer.Ordinal));
        Assert.All(commands, command => Assert.All(Examples.Of(command), example =>
        {
            Assert.StartsWith(command + " ", example.Line + " ");
            Assert.False(example.Meaning.EndsWith('.'), example.Line);
            Assert.Empty(CommandLine.Faults(ShellText.Commands(example.Line)[0]));
        }));
    }

    [Fact]
    public async Task Help_HasTheExamples_AndTheWholeProgramsHasExitCodes()
    {
        using var output = new StringWriter();
        var nowhere = CommandLine.Nowhere() with { Output = output };
        Assert.Equal(0, await SweepProgram.Run(["export", "--help"], nowhere));
        Assert.Contains("sweep export my-sweep --front --to models", output.ToString());
        Assert.DoesNotContain("Exit codes:", output.ToString());
        Assert.Equal(0, await SweepProgram.Run([], nowhere));
        Assert.Contains("130  interrupted by Ctrl+C or SIGTERM", output.ToString());
    }
}
