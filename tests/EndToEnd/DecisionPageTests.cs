using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>From the mail to the account: the daemon, the page's own program, and whoever has a link.</summary>
internal sealed partial class DecisionPageTests
{
    private const string Pin = "482913";

    [Test]
    public async Task Approved_with_a_PIN_an_account_is_enabled_and_with_the_page_s_own_link_locked_again()
    {
        var (lab, _) = await OpenAsync();
        await using var opened = lab;
        await using var page = Page(lab);
        using var client = Client(lab);
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        var mail = await lab.MailAsync(
            m => m.To.Contains(Lab.FirstAdmin) && Links(m.Text).Count == 2, "with a link to approve and one to reject");
        var (approve, reject) = await SortAsync(client, Links(mail.Text));

        // A filter that follows each link and presses each button, and whoever guesses.
        foreach (var link in (string[])[approve, reject, approve, reject]) await client.GetAsync(link);
        using var without = await PostAsync(client, approve);
        using var wrong = await PostAsync(client, approve, ("pin", "111111"));
        using var notSure = await PostAsync(client, reject);
        Assert.Multiple(() =>
        {
            Assert.That(
                new[] { without.StatusCode, wrong.StatusCode, notSure.StatusCode }, Is.All.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(lab.IsLocked(lab.Account("new@example.net")), Is.True);
        });

        using var done = await PostAsync(client, approve, ("pin", Pin));
        var result = await done.Content.ReadAsStringAsync();
        Assert.That(done.StatusCode, Is.EqualTo(HttpStatusCode.OK), result);
        Assert.That(lab.Account("new@example.net").IsDisabled, Is.False);
        var history = await lab.Program.RunAsync("history", $"uid:{lab.Account("new@example.net").Uid}");
        Assert.That(history.Output, Does.Contain($"{Lab.FirstAdmin} (link and PIN)"));

        using var undone = await PostAsync(client, Undo().Match(result).Groups[1].Value);
        Assert.That(undone.StatusCode, Is.EqualTo(HttpStatusCode.OK), await undone.Content.ReadAsStringAsync());
        await lab.IsLockedAsync("new@example.net");
        foreach (var link in (string[])[approve, reject])
        {
            using var used = await client.GetAsync(link);
            Assert.That(used.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), "the matter is over");
        }

        Assert.That(page.Output, Does.Not.Contain(approve).And.Not.Contain(reject).And.Not.Contain(Pin));
    }

    [Test]
    public async Task A_flood_of_guesses_opens_nothing_and_the_next_stranger_is_locked_meanwhile()
    {
        var (lab, _) = await OpenAsync();
        await using var opened = lab;
        await using var page = Page(lab);
        using var client = Client(lab);
        using var places = new SemaphoreSlim(100);
        var guesses = Enumerable.Range(0, 2000).Select(async i =>
        {
            await places.WaitAsync();
            try
            {
                using var answer = await client.GetAsync(i.ToString("D43", null));
                return answer.StatusCode;
            }
            finally
            {
                places.Release();
            }
        }).ToList();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        Assert.That(
            await Task.WhenAll(guesses), Is.All.EqualTo(HttpStatusCode.NotFound).Or.EqualTo(HttpStatusCode.TooManyRequests));
    }

    [Test]
    public async Task Killed_as_it_is_told_to_reject_the_daemon_has_done_it_or_can_be_told_again()
    {
        var (lab, daemon) = await OpenAsync();
        await using var opened = lab;
        await using var page = Page(lab);
        using var client = Client(lab);
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        var mail = await lab.MailAsync(
            m => m.To.Contains(Lab.FirstAdmin) && Links(m.Text).Count == 2, "with a link to approve and one to reject");
        var (_, reject) = await SortAsync(client, Links(mail.Text));
        var telling = PostAsync(client, reject, ("sure", "yes"));
        await daemon.KillAsync();
        (await telling).Dispose();
        await lab.RunDaemon().IsGuardingAsync();
        var status = HttpStatusCode.ServiceUnavailable;
        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await client.GetAsync(reject);
                return (status = answer.StatusCode) != HttpStatusCode.ServiceUnavailable;
            },
            "the daemon answers",
            lab.Story);
        if (status == HttpStatusCode.OK)
        {
            using var again = await PostAsync(client, reject, ("sure", "yes"));
            Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }

        using var over = await client.GetAsync(reject);
        var pending = await lab.Program.RunAsync("pending");
        Assert.That(
            (over.StatusCode, lab.Account("new@example.net").IsDisabled, pending.Output.Contains("new@example.net", StringComparison.Ordinal)),
            Is.EqualTo((HttpStatusCode.NotFound, true, false)));
    }

    private static async Task<(Lab Lab, RunningDaemon Daemon)> OpenAsync()
    {
        var lab = await Lab.OpenAsync();
        lab.Program.Settings["DECISION_URL"] = "https://grafana.example/monitoring";
        lab.Program.Settings["DECISION_MAIL_TO"] = Lab.FirstAdmin;
        lab.Program.Settings["DECISION_DESK"] = lab["desk"];
        lab.Program.Settings["UNDO_FOR"] = "10m";
        var daemon = await lab.StartDaemonAsync();
        var set = await lab.Program.RunWithAsync(Pin + "\n", "decision-pin", "set", Lab.FirstAdmin);
        Assert.That(set.ExitCode, Is.Zero, set.ToString());
        return (lab, daemon);
    }

    private static RunningDaemon Page(Lab lab)
    {
        var program = new DaemonProgram(DaemonProgram.Page);
        program.Settings["DECISION_LISTEN"] = $"unix:{lab["page"]}";
        program.Settings["DECISION_DESK"] = lab["desk"];
        return program.Run();
    }

    /// <summary>Where the page listens is a unix socket, which is there when the page is ready.</summary>
    private static HttpClient Client(Lab lab) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancel) =>
        {
            await Eventually.TrueAsync(() => File.Exists(lab["page"]), "the page listens");
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(lab["page"]), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri("http://page/monitoring/athena/decide/") };

    /// <summary>The last parts of the links in a mail.</summary>
    private static List<string> Links(string text) => [.. Link().Matches(text).Select(match => match.Groups[1].Value).Distinct()];

    private static async Task<(string Approve, string Reject)> SortAsync(HttpClient client, List<string> links)
    {
        var pages = await Task.WhenAll(links.Select(client.GetStringAsync));
        var approves = pages[0].Contains("Approve this account", StringComparison.Ordinal);
        Assert.That(pages[approves ? 1 : 0], Does.Contain("Reject this account"));
        return approves ? (links[0], links[1]) : (links[1], links[0]);
    }

    /// <summary>As a browser sends the page's form.</summary>
    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string link, params (string Name, string Value)[] typed)
    {
        var page = await client.GetStringAsync(link);
        return await client.PostAsync(link, new FormUrlEncodedContent(
            typed.Append(("form", OneTime().Match(page).Groups[1].Value)).Select(field => KeyValuePair.Create(field.Item1, field.Item2))));
    }

    [GeneratedRegex(@"https://grafana\.example/monitoring/athena/decide/([\w-]{43})")]
    private static partial Regex Link();

    [GeneratedRegex("name=\"form\" value=\"([^\"]+)\"")]
    private static partial Regex OneTime();

    [GeneratedRegex("href=\"([\\w-]{43})\"")]
    private static partial Regex Undo();
}
