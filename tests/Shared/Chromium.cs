using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Athena.Tests.Shared;

/// <summary>Where things lie on pages, as Chromium lays them out.</summary>
internal static partial class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>The lower edge of each element on each page, in the page's own pixels from its top; all pages in one run.</summary>
    /// <param name="pages">A name of letters, digits and hyphens, and the page.</param>
    /// <param name="selector">Which elements.</param>
    /// <param name="width">Of the screen, in pixels.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<int>> LowerEdges(
        IReadOnlyDictionary<string, string> pages, string selector, int width)
    {
        using var place = new TemporaryDirectory();
        var frames = new StringBuilder();
        foreach (var (name, html) in pages)
        {
            File.WriteAllText(Path.Combine(place.Path, name + ".html"), html);
            // No window is as narrow as a telephone, but a frame is.
            frames.Append(
                CultureInfo.InvariantCulture, $"<iframe name='{name}' src='{name}.html' style='border:0;width:{width}px'></iframe>");
        }

        File.WriteAllText(Path.Combine(place.Path, "all.html"), $$"""
            <!DOCTYPE html><body>{{frames}}<pre id="found"></pre><script>
            onload = () => {
              for (let i = 0; i < frames.length; i++)
                found.textContent += "\n" + frames[i].name + " " + [...frames[i].document.querySelectorAll("{{selector}}")]
                  .map(element => Math.ceil(element.getBoundingClientRect().bottom)).join(" ")
            }
            </script></body>
            """);
        using var browser = Start(place, "--allow-file-access-from-files", "--dump-dom", $"file://{place.Path}/all.html");
        var errors = browser.StandardError.ReadToEndAsync();
        var page = browser.StandardOutput.ReadToEnd();
        browser.WaitForExit();
        var found = Line().Matches(page[page.IndexOf("<pre id=\"found\">", StringComparison.Ordinal)..]).ToDictionary(
            line => line.Groups[1].Value,
            line => (IReadOnlyList<int>)[.. line.Groups[2].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(number => int.Parse(number, CultureInfo.InvariantCulture))]);
        Assert.That(found.Keys, Is.EquivalentTo(pages.Keys), errors.Result);
        return found;
    }

    /// <summary>A Chromium without a window, whose words come by its two outputs.</summary>
    /// <param name="place">Has its profile, beside whatever else is there.</param>
    /// <param name="more">Options and addresses.</param>
    public static Process Start(TemporaryDirectory place, params string[] more)
    {
        var program = Array.Find(Names, name => Environment.GetEnvironmentVariable("PATH")!.Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, name))));
        if (program is null) NotRun.Missing("chromium is not installed, so nobody looked at the pages.");
        return Process.Start(new ProcessStartInfo(program,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage",
            $"--user-data-dir={Path.Combine(place.Path, "profile")}", .. more,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    [GeneratedRegex(@"^([\w-]+) ([0-9 ]*)(?:</pre>.*)?$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
