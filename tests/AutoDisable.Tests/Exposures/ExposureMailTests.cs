using Athena.AutoDisable.State;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Tests.Exposures;

/// <summary>What the mail says about somebody who is locked: what they saw, what they made, and what could not be seen.</summary>
internal sealed class ExposureMailTests : ExposureScenario
{
    [Test]
    public async Task The_mail_for_the_hijacked_invitation_names_the_token_s_service_account()
    {
        await PlayChiefAsync();
        Assert.That(Disk.Waiting, Is.Empty, "requests may be in flight still");
        await WaitAsync(6);

        var mail = Disk.Waiting.Values.Single();
        Assert.Multiple(() =>
        {
            Assert.That(mail.Subject, Does.StartWith("CRITICAL, locked, but created a service account: "));
            Assert.That(mail.IsUrgent, Is.True);
            Assert.That(
                Shown(mail), Does.Contain("They made the service account sa-3-backdoor (id 24, organisation 3) and a token for it."));
            Assert.That(Shown(mail), Does.Contain(
                "curl -u ADMIN -X DELETE -H 'X-Grafana-Org-Id: 3' 'http://127.0.0.1:3000/api/serviceaccounts/24'"));
            Assert.That(
                Disk.Audit.Single(entry => entry.Event == "exposure").Facts["serviceAccounts"],
                Is.EqualTo("sa-3-backdoor (id 24, organisation 3)"));
            Assert.That(
                Disk.Audit.Where(entry => entry.Verdict.Contains("claimed", StringComparison.Ordinal)), Is.Empty,
                "what is kept for years holds no address");
        });
    }

    [Test]
    public async Task A_dashboard_is_named_by_its_title_and_asked_for_once()
    {
        World.Titles["ward-occupancy"] = "Ward <b>Occupancy</b>";
        var user = await SignUpAsync();
        for (var i = 0; i < 3; i++) World.LogRequest(user.Id, user.Login, "GET", "/api/dashboards/uid/ward-occupancy", 200);
        World.LogRequest(user.Id, user.Login, "GET", "/api/dashboards/uid/gone", 200);
        await WaitAsync(5);
        World.Log.Clear();
        await WaitAsync(1);
        var mail = Disk.Waiting.Values.Single();
        Assert.Multiple(() =>
        {
            Assert.That(Shown(mail), Does.Contain("dashboards Ward <b>Occupancy</b> (3 times) and gone"));
            Assert.That(mail.Html, Does.Contain("Ward &lt;b&gt;Occupancy&lt;").And.Not.Contain("<b>"));
            Assert.That(World.Asked.Count(path => path == "/api/dashboards/uid/ward-occupancy"), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_title_that_does_not_come_keeps_nobody_waiting()
    {
        World.SlowTitles = new TaskCompletionSource<GrafanaAnswer<DashboardTitle>>().Task;
        var user = await SignUpAsync();
        World.LogRequest(user.Id, user.Login, "GET", "/api/dashboards/uid/ward-occupancy", 200);
        await WaitAsync(8);
        Assert.That(Disk.Waiting, Is.Empty);
        var next = World.Add("next@example.net", "next@example.net");
        World.LogSignUp(next);
        await ReadAsync();
        Assert.That(next.IsDisabled, Is.True, "a lock does not wait for a title");
        await WaitAsync(8);
        Assert.That(
            Shown(Disk.Waiting.Values.Single(mail => mail.Text.Contains(user.Uid, StringComparison.Ordinal))),
            Does.Contain("1 request, dashboard ward-occupancy"));
    }

    [Test]
    public async Task Whoever_took_an_invitation_that_was_waiting_is_told_with_whose_it_was()
    {
        World.Invitations.Add(new PendingInvitation("new@example.net", "Admin", 1, "boss"));
        World.LogRequest(1, "admin", "POST", "/api/org/invites", 200);
        await Daemon.Gate.LookAsync(CancellationToken.None);
        await WaitAsync(1);
        World.Invitations.Clear(); // Used: Grafana no longer lists it.
        await SignUpAsync();
        await WaitAsync(6);
        Assert.That(Shown(Disk.Waiting.Values.Single()), Does.Contain("boss invited new@example.net as Admin of the organisation 1"));
    }

    [Test]
    public async Task Somebody_who_cannot_be_locked_for_hours_does_not_hide_whose_invitation_was_taken()
    {
        Daemon.Memory.Book.Add(new Account
        {
            Uid = "stuck",
            Id = 4711,
            Status = AccountStatus.Locking,
            Case = new LockCase
            {
                OpenedAt = Time.GetUtcNow(),
                Person = new Person("stuck", "stuck@example.net", ""),
                NextAttempt = Time.GetUtcNow().AddSeconds(15),
            },
        });
        World.Invitations.Add(new PendingInvitation("new@example.net", "Admin", 1, "boss"));
        await Daemon.Gate.LookAsync(CancellationToken.None);
        await WaitAsync(1);
        World.Invitations.Clear();
        await SignUpAsync();
        await WaitAsync(6);
        Assert.That(Shown(Disk.Waiting.Values.Single()), Does.Contain("boss invited new@example.net as Admin"));
    }

    [Test]
    public async Task Nothing_done_is_said_when_it_could_have_been_seen()
    {
        await SignUpAsync();
        await WaitAsync(6);
        var mail = Disk.Waiting.Values.Single();
        Assert.That(Shown(mail), Does.Contain(": no request.").And.Not.Contain("could not be seen").And.Not.Contain("Not everything"));
    }

    [Test]
    public async Task Without_router_logging_nothing_is_not_said()
    {
        World.RouterLogging = false;
        await SignUpAsync();
        await WaitAsync(6);
        var mail = Disk.Waiting.Values.Single();
        Assert.That(Shown(mail), Does.Contain("What they did could not be seen.").And.Contain("router_logging is off")
            .And.Not.Contain("no request"));
    }

    [Test]
    public async Task A_gap_in_the_log_while_somebody_was_inside_is_said()
    {
        await SignUpAsync();
        await Daemon.Gate.HandleAsync(
            new LogBatch([], null, new Athena.Common.GrafanaLog.Sources.LogContinuity(false, null, null, "lines were lost"), null),
            CancellationToken.None);
        await WaitAsync(6);
        Assert.That(Shown(Disk.Waiting.Values.Single()), Does.Contain("the log has a gap in that time"));
    }

    [Test]
    public async Task Requests_that_are_logged_after_the_lock_are_in_the_mail()
    {
        var user = await SignUpAsync();
        Assert.That(user.IsDisabled, Is.True);
        World.LogRequest(user.Id, user.Login, "GET", "/api/dashboards/uid/ward-occupancy", 200);
        await WaitAsync(6);
        Assert.That(Shown(Disk.Waiting.Values.Single()), Does.Contain("1 request, dashboard ward-occupancy"));
    }

    [Test]
    public async Task Killed_in_the_five_seconds_the_mail_still_comes_and_does_not_claim_what_was_not_read()
    {
        var user = await SignUpAsync();
        await WaitAsync(2);
        Start(); // As after a kill: nothing but what is on disk.
        Assert.That(Daemon.Memory.Book.FindByRef(user.Uid)!.Case!.ExposedAt, Is.Null);
        await WaitAsync(6);
        Assert.That(Shown(Disk.Waiting.Values.Single()), Does.Contain("What they did could not be seen.")
            .And.Contain("the daemon was started after they came"));
    }

    [Test]
    public async Task When_Grafana_does_not_answer_the_mail_waits_fifteen_seconds_and_no_longer()
    {
        await SignUpAsync();
        await WaitAsync(2);
        World.IsDown = true;
        await WaitAsync(8);
        Assert.That(Disk.Waiting, Is.Empty);
        await WaitAsync(6);
        Assert.That(Disk.Waiting.Values.Select(mail => mail.Subject), Has.One.StartsWith("Locked, waiting for you"));
    }

    [Test]
    public async Task What_somebody_at_the_door_left_behind_comes_in_a_mail_of_its_own()
    {
        var user = World.Add("ext", "ext@example.net", isExternal: true);
        World.LogRequest(user.Id, user.Login, "POST", "/api/snapshots", 200);
        await ReadAsync();
        await WaitAsync(6);
        Assert.That(Disk.Waiting.Values.Select(mail => mail.Subject.Split(':')[0]), Is.EquivalentTo(
            new[] { "ACTION NEEDED, could not be locked", "CRITICAL, created a snapshot" }));
    }

    [Test]
    public async Task In_a_digest_the_active_are_marked_and_whoever_left_something_has_a_mail_of_their_own()
    {
        await WaitAsync(1);
        var people = Enumerable.Range(0, 8).Select(i => World.Add($"bulk{i}@example.net", $"bulk{i}@example.net")).ToList();
        World.LogRequest(people[1].Id, people[1].Login, "GET", "/api/user", 200);
        World.LogRequest(people[2].Id, people[2].Login, "POST", "/api/snapshots", 200);
        await ReadAsync();
        await Daemon.Gate.LookAsync(CancellationToken.None);
        await WaitAsync(70);
        var digest = Disk.Waiting.Values.Single(mail => mail.Key.StartsWith("digest/", StringComparison.Ordinal));
        var own = Disk.Waiting.Values.Single(mail => mail.Subject.StartsWith("CRITICAL", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(Shown(digest), Does.Contain("+ Name of bulk1").And.Contain("Name of bulk0").And.Not.Contain("+ Name of bulk0"));
            Assert.That(digest.Text, Does.Not.Contain(people[2].Uid));
            Assert.That(own.Text, Does.Contain(people[2].Uid));
        });
    }

    [Test]
    public async Task The_exposure_survives_the_state_file()
    {
        var user = await PlayChiefAsync();
        await WaitAsync(6);
        var kept = Disk.Load().Accounts.Single(account => account.Uid == user.Uid).Case!.Exposure!;
        var inMemory = Daemon.Memory.Book.FindByRef(user.Uid)!.Case!.Exposure!;
        Assert.Multiple(() =>
        {
            Assert.That(kept, Is.EqualTo(inMemory).UsingPropertiesComparer());
            Assert.That(kept.IsCritical, Is.True);
        });
    }
}
