using Microsoft.Playwright;
using Sweep.Silo.Settings;
using Sweep.Silo.Tests.Http;
using Sweep.Testing;

namespace Sweep.Page.Tests;

/// <summary>An experiment of a hundred thousand trials, behind the silo's own routes.</summary>
public sealed class LargeExperimentTests(Browser browser) : IClassFixture<Browser>
{
    private readonly LargeExperiment _cluster = new(100_000);

    [BrowserFact]
    public async Task HundredThousandTrials_ArePagedSortedAndFiltered_ByKeysAlone()
    {
        await using var served = await ServedHttp.Start(_cluster, new HttpSettings());
        await using var opened = await browser.Open(served.Address);
        var page = opened.Page;
        await page.GotoAsync("/experiments/large");
        await page.EvaluateAsync("window.mark = true");
        var rows = page.Locator("#trials tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(50);
        Assert.InRange(await page.Locator(".part-front .pt").CountAsync(), 500, 1200);

        // Rows, then the next page and back.
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("k");
        Assert.Equal("t0002", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        await page.Keyboard.PressAsync("n");
        await Assertions.Expect(rows.First).ToHaveAttributeAsync("data-key", "t0051");
        Assert.EndsWith("?page=2", page.Url, StringComparison.Ordinal);
        await page.GoBackAsync();
        await Assertions.Expect(rows.First).ToHaveAttributeAsync("data-key", "t0001");

        // The head of a column sorts on the server.
        await page.GetByRole(AriaRole.Columnheader, new() { Name = "Accuracy" }).GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(page.Locator("th[aria-sort=ascending]")).ToHaveTextAsync("Accuracy");
        await page.GetByRole(AriaRole.Columnheader, new() { Name = "Accuracy" }).GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(page.Locator("th[aria-sort=descending]")).ToHaveTextAsync("Accuracy");
        await Assertions.Expect(rows.First.Locator("td").Nth(5)).ToHaveTextAsync("90.00 %");

        // The filter keeps what is typed while the table changes below it.
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("t100", new() { Delay = 20 });
        await Assertions.Expect(page.Locator(".pager")).ToContainTextAsync("of 111 trials");
        await page.Keyboard.TypeAsync("1");
        await Assertions.Expect(rows).ToHaveCountAsync(11);
        Assert.Equal("t1001", await page.EvaluateAsync<string>("document.activeElement.value"));
        await page.Keyboard.PressAsync("Escape");

        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.Locator("#keys")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#keys")).ToBeHiddenAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.mark"));
        Assert.DoesNotContain("result", _cluster.Asked);
        Assert.Empty(opened.Complaints);
    }
}
