using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Athena.EndToEnd.Harness;
using Athena.Sandbox.Mail;

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

    [Test]
    public async Task A_flood_of_guesses_opens_nothing_and_the_next_stranger_is_locked_meanwhile()
    {
        var (lab, _) = await OpenAsync();
        await using var opened = lab;
        await using var page = await RunPageAsync(lab);
        using var browser = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 100 });
        var guesses = Enumerable.Range(0, 2000).Select(async i =>
        {
            using var answer = await browser.GetAsync($"{lab.Program.Settings["DECISION_URL"]}/athena/decide/{i:D43}");
            return answer.StatusCode;
        }).ToList();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        Assert.That(
            await Task.WhenAll(guesses), Is.All.EqualTo(HttpStatusCode.NotFound).Or.EqualTo(HttpStatusCode.TooManyRequests));
    }

    private static async Task<(Lab Lab, RunningDaemon Daemon)> OpenAsync()
    {
        var lab = await Lab.OpenAsync();
        lab.Program.Settings["UNDO_FOR"] = "10m";
        lab.Program.Settings["DECISION_URL"] = $"http://127.0.0.1:{FreePort()}";
        lab.Program.Settings["DECISION_MAIL_TO"] = Lab.FirstAdmin;
        lab.Program.Settings["DECISION_DESK"] = lab["desk"];
        return (lab, await lab.StartDaemonAsync());
    }

    private static async Task<RunningDaemon> RunPageAsync(Lab lab)
    {
        var program = new DaemonProgram(DaemonProgram.Page);
        program.Settings["DECISION_LISTEN"] = new Uri(lab.Program.Settings["DECISION_URL"]).Authority;
        program.Settings["DECISION_DESK"] = lab["desk"];
        program.Settings["ATHENA_DEFAULTS_DIR"] = lab["none"];
        var page = program.Run();
        using var browser = new HttpClient();
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    var address = $"{lab.Program.Settings["DECISION_URL"]}/athena/decide/x";
                    return (await browser.GetAsync(address)).StatusCode == HttpStatusCode.NotFound;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "the page answers",
            () => page.Output);
        return page;
    }

    private static Task<CaughtMail> MailToAsync(Lab lab, string address) => lab.MailAsync(
        mail => mail.To.Contains(address) && mail.Subject.StartsWith("Locked, waiting", StringComparison.Ordinal),
        $"the mail to {address}");

    /// <summary>In the plain part an address stands below what it does.</summary>
    private static Uri Link(CaughtMail mail, string label) => new(Regex.Match(
        mail.Text.ReplaceLineEndings("\n"), $@"^{label}:\n(http\S+/athena/decide/\S+)$", RegexOptions.Multiline).Groups[1].Value);

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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("""name="form" value="([^"]+)""")]
    private static partial Regex Form();

    [GeneratedRegex("""href="([A-Za-z0-9_-]{43})""")]
    private static partial Regex Undo();
}
