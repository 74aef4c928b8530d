using System.Text;
using Athena.Tests.Shared;

namespace Athena.Sandbox.Tests;

/// <summary>The demo as a visitor has it in a browser: with the keyboard alone, on a telephone, in the dark, and when it is over.</summary>
internal sealed class DemoVisitTests : DemoScene
{
    private const string Email = "thabo@example.net";
    private const string Counted =
        """
        # HELP athena_lock_accounts Accounts that the daemon knows.
        # TYPE athena_lock_accounts gauge
        athena_lock_accounts{tenant_id="default",daemon="grafana-auto-disable",status="locked"} 3

        """;

    private const string Unread = "document.querySelector('#tab-mails b').textContent";

    /// <summary>A desk and a telephone by their width in pixels, in the light and in the dark.</summary>
    private static readonly (int Width, bool IsDark)[] Forms = [(1280, false), (1280, true), (390, false), (390, true)];

    /// <summary>The name of a folder: pictures of the page in each form are left there to look at.</summary>
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("DEMO_PICTURES");

    [Test]
    public async Task With_the_keyboard_alone_one_signs_up_reads_the_mail_and_is_approved_by_its_button()
    {
        await using var page = await ChromiumPage.OpenAsync(Page.Url);
        await SignUpAsync(page);
        await LockAsync(page);
        await page.UntilAsync($"{Unread} === '1 new'");
        await page.TabToAsync("[data-mail]");
        await page.PressAsync("Enter");
        await page.UntilAsync($"document.querySelector('#mail-content iframe') && {Unread} === ''");

        // Into the mail, to the first thing that can be pressed there.
        await page.TabToAsync("iframe");
        await page.PressAsync("Enter");
        await using (var account = await page.OtherTabAsync("/admin/users/edit/"))
        {
            await account.TabToAsync("button");
            await account.PressAsync("Enter");
            await account.UntilAsync("document.getElementById('said')?.textContent === 'User enabled'");
        }

        Assert.That(Grafana.Database.Find(Email)!.IsDisabled, Is.False);
        await page.ComeBackAsync();
        await page.UntilAsync("document.querySelectorAll('#steps .done').length === 4");
        var done = await page.EvaluateAsync("[...document.querySelectorAll('#steps .done summary')].map(s => s.textContent).join()");
        Assert.That(done.GetString(), Does.Contain("Sign up").And.Contain("locked out").And.Contain("mail").And.Contain("Approve"));
    }

    [Test]
    public async Task Nobody_is_rejected_by_a_slip()
    {
        await using var page = await ChromiumPage.OpenAsync(Page.Url);
        await SignUpAsync(page);
        await LockAsync(page);
        await page.UntilAsync("document.querySelector('.act.reject')");
        await page.EvaluateAsync("document.querySelector('.act.reject').focus()");
        await page.PressAsync("Enter");
        await page.UntilAsync("document.getElementById('ask').open");
        await page.PressAsync("Enter");
        await page.UntilAsync("!document.getElementById('ask').open");
        Assert.That(Grafana.Database.Find(Email), Is.Not.Null, "No is what Enter presses");

        await page.EvaluateAsync("document.querySelector('.act.reject').click(); document.getElementById('ask-yes').click()");
        await page.UntilAsync("document.querySelector('#signup-note').textContent.startsWith('Rejected')");
        Assert.That(Grafana.Database.Find(Email), Is.Null);
    }

    [Test]
    public async Task A_stopped_mail_server_says_when_the_next_try_is_and_a_stopped_Grafana_what_to_do()
    {
        await using var page = await ChromiumPage.OpenAsync(Page.Url);
        await PressAsync("mail/stop");
        Status = """{"mailsWaiting":2,"mailTrouble":"not reachable","nextAttempt":"2026-11-30T05:00:07Z"}""";
        await page.UntilAsync(
            "document.getElementById('mails-notice').textContent.includes('2 mails wait in the outbox; the next try is at 07:00:07')");
        await PressAsync("grafana/stop");
        await page.UntilAsync("document.getElementById('light-grafana').innerText === 'Grafana stopped'");
        await SignUpAsync(page, "Start it again");
    }

    [Test]
    public async Task When_the_demo_has_ended_the_page_says_so_and_nothing_can_be_pressed()
    {
        await using var page = await ChromiumPage.OpenAsync(Page.Url);
        await page.UntilAsync("document.querySelector('.act')");
        await Page.DisposeAsync();
        await page.UntilAsync("document.getElementById('ended').offsetHeight > 0");
        var live = await page.EvaluateAsync("document.querySelectorAll('button:enabled, input:enabled, select:enabled').length");
        Assert.That(live.GetInt32(), Is.Zero);
    }

    [Test]
    public async Task What_a_daemon_counts_is_shown_with_what_it_means_and_leads_to_the_alerts()
    {
        WriteMetrics(Counted);
        await using var page = await ChromiumPage.OpenAsync(Page.Url);
        await page.TabToAsync("#tab-mails");
        await page.PressAsync("ArrowLeft"); // Round to the last one.
        await page.UntilAsync("document.getElementById('metrics-lines').innerText.includes('status=\"locked\"} 3')");
        var text = (await page.EvaluateAsync("document.getElementById('metrics-lines').innerText")).GetString();
        var alerts = (await page.EvaluateAsync("document.getElementById('metrics-alerts').href")).GetString();
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.StartWith("Accounts that the daemon knows.\n").And.Not.Contain("TYPE"));
            Assert.That(alerts, Is.EqualTo("http://127.0.0.1:9/alerts"));
        });
    }

    [Test]
    public async Task Anybody_can_use_it_on_a_desk_and_on_a_telephone_in_the_light_and_in_the_dark()
    {
        var engine = Repository.PathOf("artifacts/interop/node_modules/axe-core/axe.min.js");
        if (!File.Exists(engine)) NotRun.Missing("axe-core is not installed: tests/interop/install.sh does that");
        await using var page = await ChromiumPage.OpenAsync(Page.Url);
        await SignUpAsync(page);
        await LockAsync(page);
        await SayAsync("""{"chat_id":"-1001","text":"<b>Athena, 06:00–06:15</b>\n<pre>naledi  12</pre>","parse_mode":"HTML"}""");
        WriteAudit(
            """{"seq":1,"at":"2026-11-30T05:00:00Z","event":"locked","case":"uid:a","verdict":"locked","facts":{"arrived":"Form"}}""");
        WriteMetrics(Counted);
        await page.UntilAsync("document.querySelector('[data-mail]')");
        var axe = await File.ReadAllTextAsync(engine);
        await page.EvaluateAsync(axe);
        List<string> faults = [];
        foreach (var (width, isDark) in Forms)
        {
            await page.ShowAsync(width, width == 390 ? 844 : 800, isDark);
            foreach (var tab in new[] { "mails", "telegram", "log", "audit", "metrics", "mail", "question" })
            {
                await OpenAsync(page, tab);
                if (tab == "metrics") await page.UntilAsync("document.getElementById('metrics-lines').innerText.includes('Accounts')");
                await LookAsync($"{tab}-{width}{(isDark ? "-dark" : "")}");
            }
        }

        await page.GoAsync(new Uri(Grafana.Url, $"/admin/users/edit/{Grafana.Database.Find(Email)!.Uid}"));
        await page.EvaluateAsync(axe);
        foreach (var (width, isDark) in Forms)
        {
            await page.ShowAsync(width, width == 390 ? 844 : 800, isDark);
            await LookAsync($"account-{width}{(isDark ? "-dark" : "")}");
        }

        Assert.That(faults, Is.Empty);

        async Task LookAsync(string form)
        {
            faults.AddRange((await FaultsAsync(page)).Select(fault => $"{form}: {fault}"));
            if (Pictures is not null) await page.PictureAsync(Path.Combine(Pictures, form + ".png"));
        }
    }

    /// <summary>Opens a tab, the mail, or the question before a rejection.</summary>
    private static async Task OpenAsync(ChromiumPage page, string tab)
    {
        await page.EvaluateAsync("document.getElementById('ask').close()");
        await page.EvaluateAsync(tab switch
        {
            "mail" => "openTab('mails'); openMail(Number(document.querySelector('[data-mail]').dataset.mail))",
            "question" => "document.querySelector('.act.reject').click()",
            _ => $"document.getElementById('mail-back').click(); openTab('{tab}')",
        });
        await page.UntilAsync(tab switch
        {
            "question" => "document.getElementById('ask').open",
            "mail" => "document.querySelector('.reading iframe')",
            "mails" => "document.querySelector('[data-mail]').offsetHeight > 0",
            "telegram" => "document.querySelector('.bubble')",
            "audit" => "document.querySelector('#audit-rows strong')",
            _ => "document.querySelector('#log-lines div')",
        });
    }

    /// <summary>What axe calls serious or worse, and what is wider than the screen.</summary>
    private static async Task<IReadOnlyList<string>> FaultsAsync(ChromiumPage page)
    {
        var found = await page.EvaluateAsync("""
            axe.run(document, { resultTypes: ['violations'], iframes: false }).then(result => [
              ...result.violations.filter(one => ['serious', 'critical'].includes(one.impact))
                .flatMap(one => one.nodes.map(node => one.id + ' ' + node.target + ': ' + node.failureSummary)),
              ...(document.documentElement.scrollWidth > innerWidth ? ['wider than the screen'] : []),
            ])
            """);
        return [.. found.EnumerateArray().Select(fault => fault.GetString()!)];
    }

    /// <summary>Fills in the form as it lies under the keyboard.</summary>
    private static async Task SignUpAsync(ChromiumPage page, string answer = "Grafana let you in")
    {
        await page.UntilAsync("document.querySelector('.act')");
        await page.TabToAsync("[name=name]");
        await page.TypeAsync("Thabo Mokoena");
        await page.PressAsync("Tab");
        await page.TypeAsync(Email);
        await page.PressAsync("Enter");
        await page.UntilAsync($"document.getElementById('signup-note').textContent.includes('{answer}')");
    }

    /// <summary>What the daemon does about whoever signed up.</summary>
    private async Task LockAsync(ChromiumPage page)
    {
        var stranger = Grafana.Database.Find(Email)!;
        await PressAsync($"users/{stranger.Id}/disable");
        await page.UntilAsync("document.querySelector('.pill.disabled')");
        Mail.Keep("grafana@athena.example", ["lindiwe@athena.example"], Encoding.UTF8.GetBytes($"""
            From: grafana@athena.example
            To: lindiwe@athena.example
            Subject: Locked, waiting for you: Thabo Mokoena
            MIME-Version: 1.0
            Content-Type: text/html; charset=utf-8

            <!DOCTYPE html><html lang="en"><head><title>Locked</title></head><body>
            <a href="{Grafana.Url}admin/users/edit/{stranger.Uid}">Approve</a></body></html>
            """.ReplaceLineEndings("\r\n")), secure: false, signedInAs: null);
    }
}
