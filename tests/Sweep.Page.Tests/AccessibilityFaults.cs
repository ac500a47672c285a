using Microsoft.Playwright;

namespace Sweep.Page.Tests;

/// <summary>What on a page shuts people out, as far as a program can tell: WCAG 2.2 AA, criteria 1.3.1, 1.4.3, 2.4.6, 4.1.1 and 4.1.2.</summary>
internal static class AccessibilityFaults
{
    private const string Find = """
        () => {
          const faults = [];
          const parts = color => { const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number); return { r, g, b, a }; };
          const light = ({ r, g, b }) => {
            const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * x + 0.7152 * y + 0.0722 * z;
          };
          const behind = element => {
            for (let e = element; e; e = e.parentElement) { const color = parts(getComputedStyle(e).backgroundColor); if (color.a === 1) return color; }
            return { r: 255, g: 255, b: 255 };
          };
          const say = (element, what) => faults.push(`${what}: <${element.tagName.toLowerCase()} class="${element.getAttribute("class") ?? ""}"> ${element.textContent.trim().slice(0, 40)}`);
          for (const element of document.querySelectorAll("body *")) {
            const hasText = [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
            if (!hasText || !element.checkVisibility() || element.closest("[aria-disabled], title, noscript")) continue;
            const style = getComputedStyle(element);
            const [bright, dark] = [light(parts(element instanceof SVGElement ? style.fill : style.color)), light(behind(element))].sort((a, b) => b - a);
            const contrast = (bright + 0.05) / (dark + 0.05);
            if (contrast < 4.5) say(element, `contrast ${contrast.toFixed(2)}`);
          }
          const name = element => element.getAttribute("aria-label") || element.getAttribute("title") || element.textContent.trim();
          for (const element of document.querySelectorAll("a, button")) if (!name(element)) say(element, "no name");
          for (const element of document.querySelectorAll("input:not([type=hidden]), select")) if (element.labels.length === 0) say(element, "no label");
          for (const element of document.querySelectorAll("th:not([scope])")) say(element, "no scope");
          for (const element of document.querySelectorAll("main svg:not([aria-hidden], [aria-label])")) say(element, "no text for a picture");
          for (const element of document.querySelectorAll("[aria-labelledby]")) if (!document.getElementById(element.getAttribute("aria-labelledby"))) say(element, "no heading by that id");
          const ids = [...document.querySelectorAll("[id]")].map(element => element.id);
          for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) faults.push(`id ${id} more than once`);
          if (document.querySelectorAll("h1").length !== 1) faults.push("there must be one h1");
          return [...new Set(faults)];
        }
        """;

    public static Task<string[]> Of(IPage page) => page.EvaluateAsync<string[]>(Find);
}
