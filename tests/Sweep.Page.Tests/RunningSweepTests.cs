using System.Globalization;
using Microsoft.Playwright;
using Sweep.Cluster.Tests;
using Sweep.Planning;
using Sweep.Silo.Tests;

namespace Sweep.Page.Tests;

/// <summary>The page of a real silo while a real sweep trains.</summary>
public sealed class RunningSweepTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private readonly TemporaryFolder _state = new();

    public void Dispose() => _state.Dispose();

    private Task<SiloProcess> StartSilo() => SiloProcess.Start(_state.Path, "--workers", "1", "--threads", "1");

    [BrowserFact]
    public async Task Page_FollowsASweep_TakesOrders_AndSaysWhenItIsCutOff()
    {
        await using var silo = await StartSilo();
        await silo.Submit(SmallSweep.LongEpochs with { Pretrain = SmallSweep.Spec.Pretrain! with { Epochs = 200 } });
        await using var opened = await browser.Open(silo.Http);
        var page = opened.Page;

        // From the list to the experiment, which then changes by itself: the mark shows that nothing was loaded again.
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = SmallSweep.Name }).ClickAsync();
        await page.WaitForURLAsync($"**/experiments/{SmallSweep.Name}");
        await page.EvaluateAsync("window.mark = 'here'");
        var before = await page.Locator(".way-to-go").TextContentAsync();
        await Assertions.Expect(page.Locator(".way-to-go")).Not.ToHaveTextAsync(before!);
        await Assertions.Expect(page.Locator("#link")).ToHaveTextAsync("live");
        await Assertions.Expect(page.Locator(".part-running progress")).ToBeVisibleAsync();

        // An order is asked for, can be left, and is given.
        await page.GetByRole(AriaRole.Link, new() { Name = "Pause" }).ClickAsync();
        await Assertions.Expect(page.Locator("#ask")).ToContainTextAsync("No more stages are started.");
        await page.GetByRole(AriaRole.Link, new() { Name = "Leave it" }).ClickAsync();
        await Assertions.Expect(page.Locator("#ask")).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Pause" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause it" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1 .pill")).ToHaveTextAsync("Paused");
        Assert.Equal(ExperimentState.Paused, (await silo.Status(SmallSweep.Name)).State);
        Assert.NotNull(await page.EvaluateAsync<string?>("window.mark"));
        Assert.Empty(await AccessibilityFaults.Of(page));

        // The same without the dialog, as a browser without scripts has it.
        await page.GotoAsync($"/experiments/{SmallSweep.Name}/orders/resume");
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume it" }).ClickAsync();
        await page.WaitForURLAsync($"**/experiments/{SmallSweep.Name}");
        await Assertions.Expect(page.Locator("h1 .pill")).ToHaveTextAsync("Running");
        await Assertions.Expect(page.Locator("#link")).ToHaveTextAsync("live");
        Assert.Empty(await AccessibilityFaults.Of(page));
        Assert.Empty(opened.Complaints);

        // A silo that is gone is missed, and found again when it is back.
        silo.Kill();
        await Assertions.Expect(page.Locator("#link")).ToHaveTextAsync("Connection lost. Trying again…");
        await using var again = await SiloProcess.Start(_state.Path, "--workers", "1", "--threads", "1", "--http-port", silo.Http.Port.ToString(CultureInfo.InvariantCulture));
        await Assertions.Expect(page.Locator("#link")).ToHaveTextAsync("live");
    }

    [BrowserFact]
    public async Task Faults_AreFound()
    {
        await using var opened = await browser.Open(new Uri("about:blank"));
        await opened.Page.SetContentAsync("""
            <h1 id="a">x</h1><p style="color:#aaa;background:#fff">pale</p><a href="/"></a><input><table><tr><th id="a">x</th></tr></table><main><svg></svg></main><section aria-labelledby="b"></section>
            """);

        var faults = await AccessibilityFaults.Of(opened.Page);

        foreach (var fault in new[] { "contrast 2.32", "no name", "no label", "no scope", "no text for a picture", "no heading by that id", "id a more than once" })
        {
            Assert.Single(faults, found => found.StartsWith(fault, StringComparison.Ordinal));
        }
    }

    [BrowserFact]
    public async Task EveryPage_FitsPhonesAndTheDark_AndHasTheWholeSweepInTheEnd()
    {
        await using var silo = await StartSilo();
        var spec = SmallSweep.Spec with { Pretrain = SmallSweep.Spec.Pretrain! with { Epochs = 2 } };
        await silo.Submit(spec);
        await using var following = await browser.Open(silo.Http);
        await following.Page.GotoAsync($"/experiments/{SmallSweep.Name}");
        await Assertions.Expect(following.Page.Locator("h1 .pill")).ToHaveTextAsync("Complete", new() { Timeout = 120_000 });
        await Assertions.Expect(following.Page.Locator("#trials tbody tr .Complete")).ToHaveCountAsync(3);
        await Assertions.Expect(following.Page.Locator("section.of-timeline svg.plot")).ToBeVisibleAsync();
        await Assertions.Expect(following.Page.Locator("section.of-growth svg.plot").First).ToBeVisibleAsync();

        // A point of the plot leads to its trial.
        await following.Page.Locator(".part-front .pt.front").First.FocusAsync();
        await Assertions.Expect(following.Page.Locator("#tip")).ToBeVisibleAsync();
        await following.Page.Keyboard.PressAsync("Enter");
        await following.Page.WaitForURLAsync("**/trials/t*");
        await Assertions.Expect(following.Page.Locator("#h-path")).ToBeVisibleAsync();
        await Assertions.Expect(following.Page.Locator(".shapes svg")).ToBeVisibleAsync();
        Assert.Empty(following.Complaints);

        foreach (var (width, dark) in new[] { (390, false), (1280, true) })
        {
            await using var opened = await browser.Open(silo.Http, width, dark);
            foreach (var path in new[] { "/", "/cluster", $"/experiments/{SmallSweep.Name}", $"/experiments/{SmallSweep.Name}/trials/t0001", $"/experiments/{SmallSweep.Name}/orders/cancel" })
            {
                await opened.Page.GotoAsync(path);
                Assert.True(await opened.Overflow() <= 0, $"{path} must fit {width} pixels, but is {await opened.Overflow()} wider.");
                Assert.Empty(await AccessibilityFaults.Of(opened.Page));
                Assert.Equal(dark, await opened.Page.EvaluateAsync<bool>("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every(part => part < 60)"));
            }

            Assert.Empty(opened.Complaints);
        }
    }
}
