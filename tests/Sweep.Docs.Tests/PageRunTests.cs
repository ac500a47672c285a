using System.Diagnostics;
using Xunit.Abstractions;

namespace Sweep.Docs.Tests;

/// <summary>
/// Every page that has something to type is typed, from its top to its end, in a folder of its own, with the built programs. What differs from a
/// reader's desk is how many images an epoch has (<see cref="Desk"/>), for nothing here says what a net learns.
/// </summary>
public sealed class PageRunTests(Desk desk, ITestOutputHelper output) : IClassFixture<Desk>
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(12);

    public static TheoryData<string> Pages => new(Page.All.Where(page => page.Blocks.Any(block => block.Runs)).Select(page => page.Name));

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_DoesWhatItSays(string name)
    {
        var page = Page.Named(name);
        var blocks = PageScript.Blocks(page, Desk.Has);
        if (page.Blocks.Where(block => block.Runs).Skip(blocks.Count).FirstOrDefault() is { } first)
        {
            output.WriteLine($"{first} and what follows was left out: there is no {first.Tool}.");
        }

        var folder = desk.Folder(name);
        var script = Path.Combine(folder, ".page.sh");
        await File.WriteAllTextAsync(script, PageScript.Of(blocks));
        var start = new ProcessStartInfo("setsid", ["--wait", "sh", "-c", "exec sh .page.sh >.page.log 2>&1 </dev/null"]) { WorkingDirectory = folder };
        desk.Set(start.Environment, folder);
        using var process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync().WaitAsync(s_limit);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        var log = await File.ReadAllTextAsync(Path.Combine(folder, ".page.log"));
        output.WriteLine(log);
        Assert.True(process.ExitCode == 0, $"{name} should run to its end, but ended with {process.ExitCode} here:\n{string.Join('\n', log.Split('\n').TakeLast(60))}");

        // Silos that end with the page may have a last word.
        Assert.Contains("\n== end ==\n", log);
    }
}
