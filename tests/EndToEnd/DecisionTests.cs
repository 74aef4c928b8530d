using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Athena.EndToEnd.Harness;
using Athena.Tests.Shared;
using static Athena.EndToEnd.Harness.DecisionLab;

namespace Athena.EndToEnd;

/// <summary>An admin decides from the mail: the daemon, its mail server, and the web program, each as it is.</summary>
internal sealed partial class DecisionTests
{
    private const string Pin = "493027";

    [Test]
    public async Task From_the_mail_to_the_page_to_Grafana_and_back_within_ten_minutes()
    {
        var (lab, daemon) = await OpenAsync();
        await using var opened = lab;
        await using var page = await RunPageAsync(lab);
        using var browser = new HttpClient();
        var set = await lab.Program.RunWithAsync(Pin + "\n", "decision-pin", "set", Lab.FirstAdmin);
        Assert.That(set.ExitCode, Is.Zero, set.Text);
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        var (mine, theirs) = (await MailToAsync(lab, Lab.FirstAdmin), await MailToAsync(lab, Lab.SecondAdmin));
        Assert.That(theirs.Text, Does.Not.Contain("/athena/decide/"), "who does not decide from a mail gets none");

        // A filter looks at each link; nothing happens.
        var (approve, reject) = (Link(mine, "Approve"), Link(mine, "Reject"));
        foreach (var link in (Uri[])[approve, reject, approve])
            Assert.That(await browser.GetStringAsync(link), Does.Contain("New Body"), lab.Story());
        Assert.That(lab.Account("new@example.net").IsDisabled);

        var wrong = await PostAsync(browser, approve, ("pin", "111222"));
        Assert.That(
            (wrong.Status, lab.Account("new@example.net").IsDisabled), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)), wrong.Text);
        var done = await PostAsync(browser, approve, ("pin", Pin));
        Assert.That((done.Status, lab.Account("new@example.net").IsDisabled), Is.EqualTo((HttpStatusCode.OK, false)), done.Text);
        Assert.That((await browser.GetAsync(reject)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound), "it is decided");
        Assert.That(lab.Mail.Mails.SelectMany(mail => mail.To), Has.None.EqualTo("new@example.net"), "not before it is too late to undo");

        var undone = await PostAsync(browser, new Uri(approve, Undo().Match(done.Text).Groups[1].Value));
        Assert.That((undone.Status, lab.Account("new@example.net").IsDisabled), Is.EqualTo((HttpStatusCode.OK, true)), undone.Text);
        var history = await lab.Program.RunAsync("history", "login:new@example.net");
        Assert.That(
            history.Output,
            Does.Contain($"by {Lab.FirstAdmin} (link and PIN)").And.Contain("taken back").And.Not.Contain(approve.Segments[^1]));
        Assert.That(daemon.HasEnded, Is.False);
        Assert.That(page.Output + lab.Story(), Does.Not.Contain(approve.Segments[^1]).And.Not.Contain(Pin));
    }

    [Test]
    public async Task Killed_as_it_is_told_to_reject_the_daemon_has_done_it_or_can_be_told_again()
    {
        var (lab, daemon) = await OpenAsync();
        await using var opened = lab;
        await using var page = await RunPageAsync(lab);
        using var browser = new HttpClient();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        var reject = Link(await MailToAsync(lab, Lab.FirstAdmin), "Reject");
        var form = Form().Match(await browser.GetStringAsync(reject)).Groups[1].Value;
        var telling = SendAsync(browser, reject, form);
        await daemon.KillAsync();
        await telling;
        var next = lab.RunDaemon();
        await next.IsGuardingAsync();
        await Eventually.TrueAsync(
            async () => (await browser.GetAsync(reject)).StatusCode != HttpStatusCode.ServiceUnavailable, "it answers", lab.Story);
        if ((await browser.GetAsync(reject)).StatusCode == HttpStatusCode.OK)
            Assert.That((await PostAsync(browser, reject)).Status, Is.EqualTo(HttpStatusCode.OK));
        var pending = await lab.Program.RunAsync("pending");
        Assert.That(pending.Output, Does.Not.Contain("new@example.net"));
        Assert.That(lab.Account("new@example.net").IsDisabled);
        Assert.That((await browser.GetAsync(reject)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    /// <summary>No backup holds links, so none that somebody has kept is worth anything after it.</summary>
    [Test]
    public async Task Restored_from_a_backup_no_link_of_before_is_open_and_what_waits_goes_out_without()
    {
        var (lab, daemon) = await OpenAsync();
        await using var opened = lab;
        await using var page = await RunPageAsync(lab);
        using var browser = new HttpClient();
        using var first = await lab.SignUpAsync("first@example.net", "First Body");
        var reject = Link(await MailToAsync(lab, Lab.FirstAdmin), "Reject");
        var none = new Uri(reject, new string('n', 43));
        Assert.That((await browser.GetAsync(reject)).StatusCode, Is.EqualTo(HttpStatusCode.OK));

        await lab.Mail.StopAsync();
        using var second = await lab.SignUpAsync("second@example.net", "Second Body");
        await Eventually.TrueAsync(() => HasLinks(lab.StateDirectory), "a mail with links waits", lab.Story);
        var backup = await lab.Program.RunAsync("backup", lab["gate.tar.gz"]);
        Assert.That(backup.ExitCode, Is.Zero, backup.Text);
        await daemon.KillAsync();
        Directory.Delete(lab.StateDirectory, recursive: true);
        var restored = await lab.Program.RunAsync("restore", lab["gate.tar.gz"]);
        Assert.That(restored.ExitCode, Is.Zero, restored.Text);
        Assert.That(HasLinks(lab.StateDirectory), Is.False);

        lab.Mail.Clear();
        lab.Mail.StartAgain();
        await lab.RunDaemon().IsGuardingAsync();
        var waited = await lab.MailAsync(
            mail => mail.To.Contains(Lab.FirstAdmin) && mail.Subject.Contains("Second Body", StringComparison.Ordinal), "what waited");
        Assert.That(waited.Text + waited.Html, Does.Not.Contain("/athena/decide/"));
        using (var old = await browser.GetAsync(reject))
        using (var never = await browser.GetAsync(none))
        {
            Assert.That((old.StatusCode, never.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
            Assert.That(await old.Content.ReadAsStringAsync(), Is.EqualTo(await never.Content.ReadAsStringAsync()), "it tells nothing");
        }

        using var third = await lab.SignUpAsync("third@example.net", "Third Body");
        var next = Link(
            await lab.MailAsync(
                mail => mail.To.Contains(Lab.FirstAdmin) && mail.Subject.Contains("Third Body", StringComparison.Ordinal), "the next mail"),
            "Reject");
        Assert.That((await PostAsync(browser, next)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(lab.Account("first@example.net").IsDisabled);
    }

    /// <summary>
    /// A sandbox of a mail filter: a whole browser, which opens the mail, goes to each address in it, and there ticks and presses all that
    /// it finds, sends each form as it is, and does so again with what comes.
    /// </summary>
    [Test]
    public async Task A_browser_that_opens_the_mail_and_presses_everything_decides_nothing()
    {
        var (lab, _) = await OpenAsync();
        await using var opened = lab;
        await using var page = await RunPageAsync(lab);
        var set = await lab.Program.RunWithAsync(Pin + "\n", "decision-pin", "set", Lab.FirstAdmin);
        Assert.That(set.ExitCode, Is.Zero, set.Text);
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        var mail = await MailToAsync(lab, Lab.FirstAdmin);
        await File.WriteAllTextAsync(lab["mail.html"], mail.Html);
        await using var browser = await ChromiumPage.OpenAsync(new Uri("file://" + lab["mail.html"]));
        var found = await browser.EvaluateAsync("[...document.querySelectorAll('a[href^=http]')].map(one => one.href)");
        var addresses = found.EnumerateArray().Select(one => new Uri(one.GetString()!))
            .Where(one => one.AbsolutePath.StartsWith("/athena/decide/", StringComparison.Ordinal)).Distinct().ToList();
        Assert.That(addresses, Has.Count.EqualTo(2), "to approve and to reject");
        foreach (var address in addresses)
        {
            await browser.GoAsync(address);
            for (var again = 0; again < 2; again++)
            {
                await browser.EvaluateAsync("""
                    (() => {
                      for (const one of document.querySelectorAll('a, button, label, input:not([type=hidden])')) one.click();
                      for (const box of document.querySelectorAll('input[type=checkbox]')) box.checked = true;
                      document.forms[0].submit();
                    })()
                    """);
                await browser.UntilAsync("document.readyState === 'complete' && document.querySelector('.alert') !== null");
            }
        }

        var history = await lab.Program.RunAsync("history", "login:new@example.net");
        var pending = await lab.Program.RunAsync("pending");
        Assert.Multiple(() =>
        {
            Assert.That(lab.Account("new@example.net").IsDisabled);
            Assert.That(pending.Output, Does.Contain("new@example.net"), "they wait as before");
            Assert.That(history.Output, Does.Not.Contain(Lab.FirstAdmin), history.Output);
        });

        // A person with the PIN still can: no press of a program was a try of it.
        using var person = new HttpClient();
        Assert.That((await PostAsync(person, Link(mail, "Approve"), ("pin", Pin))).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(lab.Account("new@example.net").IsDisabled, Is.False);
    }

    [Test]
    public async Task Ten_thousand_guesses_open_nothing_and_who_comes_meanwhile_is_locked()
    {
        var (lab, _) = await OpenAsync();
        await using var opened = lab;
        await using var page = await RunPageAsync(lab);
        using var browser = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 100 });
        using var stop = new CancellationTokenSource();
        var sent = 0;
        var statuses = new ConcurrentDictionary<HttpStatusCode, int>();
        var guessing = Enumerable.Range(0, 100).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref sent); i <= 10_000 || !stop.IsCancellationRequested; i = Interlocked.Increment(ref sent))
            {
                using var answer = await browser.GetAsync($"{lab.Program.Settings["DECISION_URL"]}/athena/decide/{i:D43}");
                statuses.AddOrUpdate(answer.StatusCode, 1, (_, before) => before + 1);
            }
        }).ToList();
        string[] strangers = [.. Enumerable.Range(0, 10).Select(i => $"new{i}@example.net")];
        foreach (var stranger in strangers)
        {
            using var session = await lab.SignUpAsync(stranger, "New Body");
            await lab.IsLockedAsync(stranger);
        }

        await stop.CancelAsync();
        await Task.WhenAll(guessing);
        Assert.That(statuses.Values.Sum(), Is.GreaterThanOrEqualTo(10_000));
        Assert.That(statuses.Keys, Is.All.EqualTo(HttpStatusCode.NotFound).Or.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(strangers.Select(lab.Account).Select(account => account.IsDisabled), Is.All.True);
    }

    private static bool HasLinks(string directory) =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Any(file =>
        {
            try
            {
                return File.ReadAllText(file).Contains("/athena/decide/", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false; // It has gone meanwhile.
            }
        });

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(
        HttpClient browser, Uri link, params (string, string)[] more) =>
        await SendAsync(browser, link, Form().Match(await browser.GetStringAsync(link)).Groups[1].Value, more)
        ?? throw new HttpRequestException("no answer");

    /// <summary>Null when the program, or the daemon behind it, broke off.</summary>
    private static async Task<(HttpStatusCode Status, string Text)?> SendAsync(
        HttpClient browser, Uri link, string form, params (string Name, string Value)[] more)
    {
        IEnumerable<(string Name, string Value)> fields = [("form", form), ("sure", "yes"), .. more];
        try
        {
            using var answer = await browser.PostAsync(
                link, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    [GeneratedRegex("""name="form" value="([^"]+)""")]
    private static partial Regex Form();

    [GeneratedRegex("""href="([A-Za-z0-9_-]{43})""")]
    private static partial Regex Undo();
}
