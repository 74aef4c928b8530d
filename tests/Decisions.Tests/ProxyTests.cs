using System.Text.RegularExpressions;
using Athena.Common.Daemon.Decisions;

namespace Athena.Decisions.Tests;

/// <summary>Behind a proxy that makes pages smaller, rewrites addresses and puts scripts of its own in, as content networks do.</summary>
internal sealed partial class ProxyTests
{
    [Test]
    public async Task A_proxy_that_rewrites_pages_changes_nothing_that_matters()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Desk.Pages[Some.Token] = Some.Approve;
        await using var proxy = await Proxy.OpenAsync(stage, Rewritten);
        await using var browser = await Browser.StartAsync();

        await browser.OpenAsync(stage.Folder + Some.Token);
        var straight = Words(await browser.EvaluateAsync("document.querySelector('main').textContent"));
        await browser.OpenAsync($"{proxy.Url}/athena/decide/{Some.Token}");
        Assert.That(Words(await browser.EvaluateAsync("document.querySelector('main').textContent")), Is.EqualTo(straight));
        Assert.That(straight, Does.Contain("nomsa.dlamini@clinic.example"));
        Assert.That(await browser.EvaluateAsync("document.querySelectorAll('script').length"), Is.EqualTo("2"), "they are there");
        Assert.That(await browser.EvaluateAsync("document.documentElement.dataset.ran"), Is.EqualTo("undefined"), "and did not run");

        await browser.EvaluateAsync("document.getElementById('pin').focus()");
        await browser.TypeAsync(Some.Pin);
        await browser.EvaluateAsync("document.querySelector('button').click()");
        await browser.UntilAsync($"document.querySelector('h1').textContent === '{Some.Done.Title}'");
        Assert.That(stage.Desk.Decided.Single()[DecisionDesk.Form], Is.EqualTo(Some.Form));
    }

    private static string Rewritten(string html) =>
        Address().Replace(Space().Replace(html, " "), "<a class=\"__cf_email__\">[email protected]</a>").Replace(
            "</body>",
            "<script>document.documentElement.dataset.ran='yes'</script>"
            + "<script src=\"/cdn-cgi/scripts/email-decode.min.js\"></script></body>",
            StringComparison.Ordinal);

    private static string Words(string text) => Space().Replace(text, " ").Trim();

    [GeneratedRegex(@"[\w.+-]+@[\w-]+(\.[\w-]+)+")]
    private static partial Regex Address();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
