using System.Globalization;
using System.Text;
using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Mails;
using Athena.AutoDisable.Tests.Exposures;
using Athena.AutoDisable.Tests.Simulation;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana;
using Athena.Common.Hosting;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Documents;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.AutoDisable.Tests;

/// <summary>From the log's lines to the mail: what somebody did while he was inside, with the real gate on simulated edges.</summary>
internal sealed class ExposureWorkTests
{
    private const long Chief = 23;

    /// <summary>When the recorded visitor was locked; the gate is played at the log's own time.</summary>
    private static readonly DateTimeOffset ChiefLocked = DateTimeOffset.Parse("2026-11-21T02:26:13.514420023Z", CultureInfo.InvariantCulture);

    private ManualTime time = null!;
    private CrashPoint crash = null!;
    private SimulatedGrafana world = null!;
    private SimulatedDisk disk = null!;
    private GateAssembly gate = null!;
    private LogWatch watch = null!;

    [SetUp]
    public void Open()
    {
        time = new ManualTime(ChiefLocked.AddMinutes(-1));
        crash = new CrashPoint();
        world = new SimulatedGrafana(crash, time, new Random(1));
        disk = new SimulatedDisk(crash);
        world.Add("admin", "admin@localhost", isBaseline: true, isAdmin: true, id: 1);
        world.Add("athena", "athena@example.org", isBaseline: true, isAdmin: true, id: SimulatedGrafana.SelfId);
        var state = new GateState { GrafanaUrl = "http://127.0.0.1:3000", BaselineAt = time.GetUtcNow(), LastCompleteLook = time.GetUtcNow() };
        state.Accounts.AddRange(world.Users.Select(u => new Account { Uid = u.Uid, Id = u.Id, Status = AccountStatus.Admitted }));
        disk.TrySave(state, out _);
        Start();
    }

    [Test]
    public async Task The_mail_for_the_hijacked_invitation_names_the_token_s_service_account()
    {
        await PlayChiefAsync();
        Assert.That(disk.Waiting, Is.Empty, "requests may be in flight still");
        await WaitAsync(6);

        var mail = disk.Waiting.Values.Single();
        Assert.Multiple(() =>
        {
            Assert.That(mail.Subject, Does.StartWith("CRITICAL, locked, but he made something: "));
            Assert.That(mail.IsUrgent, Is.True);
            Assert.That(Shown(mail), Does.Contain("He made the service account sa-3-backdoor (id 24, organisation 3) and a token for it."));
            Assert.That(Shown(mail), Does.Contain("curl -u ADMIN -X DELETE -H 'X-Grafana-Org-Id: 3' 'http://127.0.0.1:3000/api/serviceaccounts/24'"));
            Assert.That(disk.Audit.Single(entry => entry.Event == "exposure").Facts["serviceAccounts"], Is.EqualTo("sa-3-backdoor (id 24, organisation 3)"));
        });
    }

    [Test]
    public async Task Deleting_him_is_refused_until_his_service_account_is_gone()
    {
        var user = await PlayChiefAsync();
        await WaitAsync(6);
        var refused = await RejectAsync(user);
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(1));
            Assert.That(refused.Text, Does.Contain("/api/serviceaccounts/24").And.Contain("--with-objects"));
            Assert.That(world.Users, Does.Contain(user));
        });

        var stillRefused = await RejectAsync(user, "settled");
        Assert.That(stillRefused.ExitCode, Is.EqualTo(1), "that it is there can be seen");

        world.ServiceAccounts.RemoveAll(account => account.Id == 24);
        var done = await RejectAsync(user);
        Assert.That((done.ExitCode, world.Users.Contains(user)), Is.EqualTo((0, false)));
    }

    [Test]
    public async Task With_objects_his_service_account_goes_with_him_and_no_other()
    {
        var user = await PlayChiefAsync();
        await WaitAsync(6);
        var reply = await RejectAsync(user, "withObjects");
        Assert.Multiple(() =>
        {
            Assert.That((reply.ExitCode, world.Users.Contains(user)), Is.EqualTo((0, false)), reply.Text);
            Assert.That(world.ServiceAccounts.Select(account => account.Id), Is.EqualTo(new[] { 9L }));
            Assert.That(disk.Audit.Single(entry => entry.Event == "object-deleted").Facts["serviceAccountLogin"], Is.EqualTo("sa-3-backdoor"));
        });
    }

    [Test]
    public async Task A_snapshot_stands_against_deletion_until_the_admin_says_that_it_is_settled()
    {
        var user = await SignUpAsync();
        world.LogRequest(user.Id, user.Login, "POST", "/api/snapshots", 200);
        await WaitAsync(6);
        var refused = await RejectAsync(user, "withObjects");
        Assert.That((refused.ExitCode, world.Users.Contains(user)), Is.EqualTo((1, true)));
        Assert.That(refused.Text, Does.Contain("He made a snapshot").And.Contain("/api/snapshots/KEY").And.Contain("--settled"));
        var done = await RejectAsync(user, "settled");
        Assert.That((done.ExitCode, world.Users.Contains(user)), Is.EqualTo((0, false)));
    }

    [Test]
    public async Task Rejected_before_the_mail_what_he_left_behind_is_told_all_the_same()
    {
        var user = await SignUpAsync();
        world.LogRequest(user.Id, user.Login, "POST", "/api/snapshots", 200);
        await WaitAsync(1);
        var arguments = new Dictionary<string, string> { ["who"] = $"uid:{user.Uid}", ["by"] = "root" };
        await gate.Commands.ExecuteAsync(new ControlRequest("reject", arguments), CancellationToken.None);
        await WaitAsync(6);
        Assert.That(disk.Waiting.Values.Select(mail => mail.Subject.Split(':')[0]), Is.EquivalentTo(new[] { "CRITICAL, he made something", "Rejected" }));
    }

    [Test]
    public async Task Approved_within_seconds_of_the_lock_what_he_did_inside_is_told_with_the_approval()
    {
        var user = await SignUpAsync();
        await WaitAsync(1);
        Enable(user);
        await WaitAsync(1);
        world.LogRequest(user.Id, user.Login, "GET", "/api/dashboards/uid/ward-occupancy", 200); // Was in flight.
        await WaitAsync(1);
        Assert.That(disk.Waiting, Is.Empty, "five seconds are not over");
        await WaitAsync(5);

        var mail = ToAdmins().Single();
        Assert.Multiple(() =>
        {
            Assert.That(mail.Subject, Does.StartWith("Approved: "));
            Assert.That(Shown(mail), Does.Contain("1 request, dashboard ward-occupancy").And.Not.Contain("still inside"));
            Assert.That(disk.Audit.Select(entry => entry.Event), Is.EqualTo(new[] { "intent", "locked", "approved", "exposure" }));
            Assert.That(gate.Gate.IsExposing, Is.False);
            Assert.That(disk.Load().EndedCases, Is.Empty);
            Assert.That(user.IsDisabled, Is.False);
        });
    }

    [Test]
    public async Task What_somebody_made_before_he_was_approved_is_a_mail_of_its_own()
    {
        var user = await SignUpAsync();
        world.LogRequest(user.Id, user.Login, "POST", "/api/snapshots", 200);
        await WaitAsync(1);
        Enable(user);
        await WaitAsync(6);
        Assert.Multiple(() =>
        {
            Assert.That(ToAdmins().Select(mail => mail.Subject.Split(':')[0]), Is.EquivalentTo(new[] { "CRITICAL, he made something", "Approved" }));
            Assert.That(Shown(disk.Waiting.Values.Single(mail => mail.IsUrgent)), Does.Contain("This account is approved, but before that").And.Not.Contain("was not approved"));
        });
    }

    [Test]
    public async Task Killed_between_an_approval_and_its_mail_both_still_come()
    {
        var user = await SignUpAsync();
        await WaitAsync(1);
        Enable(user);
        await WaitAsync(1);
        Start(); // As after a kill: nothing but what is on disk.
        await WaitAsync(6);
        Assert.Multiple(() =>
        {
            Assert.That(Shown(ToAdmins().Single()), Does.Contain("The account is approved").And.Contain("What he did could not be seen."));
            Assert.That(disk.Audit.Select(entry => entry.Event), Has.One.EqualTo("exposure"));
        });
    }

    [Test]
    public async Task Deleted_while_he_was_being_locked_what_he_did_inside_is_told_all_the_same()
    {
        var user = world.Add("new@example.net", "new@example.net");
        world.LogSignUp(user);
        world.Disabled = _ => world.Users.Remove(user); // The answer to our disable; the next look at him finds nobody.
        world.LogRequest(user.Id, user.Login, "POST", "/api/snapshots", 200);
        await ReadAsync();
        await WaitAsync(1);
        Assert.That(gate.Memory.Book.FindByRef(user.Uid), Is.Null);
        world.LogRequest(user.Id, user.Login, "GET", "/api/dashboards/uid/ward-occupancy", 200); // Was in flight.
        await WaitAsync(1);
        Assert.That(disk.Waiting, Is.Empty, "five seconds are not over");
        await WaitAsync(5);
        Assert.Multiple(() =>
        {
            Assert.That(disk.Waiting.Values.Select(mail => mail.Subject.Split(':')[0]), Is.EquivalentTo(new[] { "CRITICAL, he made something", "Rejected" }));
            Assert.That(Shown(disk.Waiting.Values.Single(mail => !mail.IsUrgent)), Does.Contain("2 requests, dashboard ward-occupancy"));
            Assert.That(disk.Audit.Select(entry => entry.Event), Is.EqualTo(new[] { "intent", "gone", "exposure" }));
        });
    }

    [Test]
    public async Task A_dashboard_is_named_by_its_title_and_asked_for_once()
    {
        world.Titles["ward-occupancy"] = "Ward <b>Occupancy</b>";
        var user = await SignUpAsync();
        for (var i = 0; i < 3; i++) world.LogRequest(user.Id, user.Login, "GET", "/api/dashboards/uid/ward-occupancy", 200);
        world.LogRequest(user.Id, user.Login, "GET", "/api/dashboards/uid/gone", 200);
        await WaitAsync(5);
        world.Log.Clear();
        await WaitAsync(1);
        var mail = disk.Waiting.Values.Single();
        Assert.Multiple(() =>
        {
            Assert.That(Shown(mail), Does.Contain("dashboards Ward <b>Occupancy</b> (3 times) and gone"));
            Assert.That(mail.Html, Does.Contain("Ward &lt;b&gt;Occupancy&lt;").And.Not.Contain("<b>"));
            Assert.That(world.Asked.Count(path => path == "/api/dashboards/uid/ward-occupancy"), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_title_that_does_not_come_keeps_nobody_waiting()
    {
        world.SlowTitles = new TaskCompletionSource<GrafanaAnswer<DashboardTitle>>().Task;
        var user = await SignUpAsync();
        world.LogRequest(user.Id, user.Login, "GET", "/api/dashboards/uid/ward-occupancy", 200);
        await WaitAsync(8);
        Assert.That(disk.Waiting, Is.Empty);
        var next = world.Add("next@example.net", "next@example.net");
        world.LogSignUp(next);
        await ReadAsync();
        Assert.That(next.IsDisabled, Is.True, "a lock does not wait for a title");
        await WaitAsync(8);
        Assert.That(Shown(disk.Waiting.Values.Single(mail => mail.Text.Contains(user.Uid, StringComparison.Ordinal))), Does.Contain("1 request, dashboard ward-occupancy"));
    }

    [Test]
    public async Task Whoever_took_an_invitation_that_was_waiting_is_told_with_whose_it_was()
    {
        world.Invitations.Add(new PendingInvitation("new@example.net", "Admin", 1, "boss"));
        world.LogRequest(1, "admin", "POST", "/api/org/invites", 200);
        await gate.Gate.LookAsync(CancellationToken.None);
        await WaitAsync(1);
        world.Invitations.Clear(); // Used: Grafana no longer lists it.
        await SignUpAsync();
        await WaitAsync(6);
        Assert.That(Shown(disk.Waiting.Values.Single()), Does.Contain("boss invited new@example.net as Admin of the organisation 1"));
    }

    [Test]
    public async Task Somebody_who_cannot_be_locked_for_hours_does_not_hide_whose_invitation_was_taken()
    {
        gate.Memory.Book.Add(new Account
        {
            Uid = "stuck",
            Id = 4711,
            Status = AccountStatus.Locking,
            Case = new LockCase { OpenedAt = time.GetUtcNow(), Person = new Person("stuck", "stuck@example.net", ""), NextAttempt = time.GetUtcNow().AddHours(1) },
        });
        world.Invitations.Add(new PendingInvitation("new@example.net", "Admin", 1, "boss"));
        await gate.Gate.LookAsync(CancellationToken.None);
        await WaitAsync(1);
        world.Invitations.Clear();
        await SignUpAsync();
        await WaitAsync(6);
        Assert.That(Shown(disk.Waiting.Values.Single()), Does.Contain("boss invited new@example.net as Admin"));
    }

    [Test]
    public async Task Nothing_done_is_said_when_it_could_have_been_seen()
    {
        await SignUpAsync();
        await WaitAsync(6);
        var mail = disk.Waiting.Values.Single();
        Assert.That(Shown(mail), Does.Contain(": no request.").And.Not.Contain("could not be seen").And.Not.Contain("Not everything"));
    }

    [Test]
    public async Task Without_router_logging_nothing_is_not_said()
    {
        world.RouterLogging = false;
        await SignUpAsync();
        await WaitAsync(6);
        var mail = disk.Waiting.Values.Single();
        Assert.That(Shown(mail), Does.Contain("What he did could not be seen.").And.Contain("router_logging is off").And.Not.Contain("no request"));
    }

    [Test]
    public async Task A_gap_in_the_log_while_he_was_inside_is_said()
    {
        await SignUpAsync();
        await gate.Gate.HandleAsync(new LogBatch([], null, new Athena.Common.Logs.LogContinuity(false, null, null, "lines were lost"), null), CancellationToken.None);
        await WaitAsync(6);
        Assert.That(Shown(disk.Waiting.Values.Single()), Does.Contain("the log has a gap in that time"));
    }

    [Test]
    public async Task Requests_that_are_logged_after_the_lock_are_in_the_mail()
    {
        var user = await SignUpAsync();
        Assert.That(user.IsDisabled, Is.True);
        world.LogRequest(user.Id, user.Login, "GET", "/api/dashboards/uid/ward-occupancy", 200);
        await WaitAsync(6);
        Assert.That(Shown(disk.Waiting.Values.Single()), Does.Contain("1 request, dashboard ward-occupancy"));
    }

    [Test]
    public async Task Killed_in_the_five_seconds_the_mail_still_comes_and_does_not_claim_what_was_not_read()
    {
        var user = await SignUpAsync();
        await WaitAsync(2);
        Start(); // As after a kill: nothing but what is on disk.
        Assert.That(gate.Memory.Book.FindByRef(user.Uid)!.Case!.ExposedAt, Is.Null);
        await WaitAsync(6);
        Assert.That(Shown(disk.Waiting.Values.Single()), Does.Contain("What he did could not be seen.").And.Contain("the daemon was started after he came"));
    }

    [Test]
    public async Task When_Grafana_does_not_answer_the_mail_waits_fifteen_seconds_and_no_longer()
    {
        await SignUpAsync();
        await WaitAsync(2);
        world.IsDown = true;
        await WaitAsync(8);
        Assert.That(disk.Waiting, Is.Empty);
        await WaitAsync(6);
        Assert.That(disk.Waiting.Values.Select(mail => mail.Subject), Has.One.StartsWith("Locked, waiting for you"));
    }

    [Test]
    public async Task What_somebody_at_the_door_left_behind_comes_in_a_mail_of_its_own()
    {
        var user = world.Add("ext", "ext@example.net", isExternal: true);
        world.LogRequest(user.Id, user.Login, "POST", "/api/snapshots", 200);
        await ReadAsync();
        await WaitAsync(6);
        Assert.That(disk.Waiting.Values.Select(mail => mail.Subject.Split(':')[0]), Is.EquivalentTo(new[] { "ACTION NEEDED, still inside", "CRITICAL, he made something" }));
    }

    [Test]
    public async Task In_a_digest_the_active_are_marked_and_whoever_left_something_has_his_own_mail()
    {
        await WaitAsync(1);
        var people = Enumerable.Range(0, 8).Select(i => world.Add($"bulk{i}@example.net", $"bulk{i}@example.net")).ToList();
        world.LogRequest(people[1].Id, people[1].Login, "GET", "/api/user", 200);
        world.LogRequest(people[2].Id, people[2].Login, "POST", "/api/snapshots", 200);
        await ReadAsync();
        await gate.Gate.LookAsync(CancellationToken.None);
        await WaitAsync(70);
        var digest = disk.Waiting.Values.Single(mail => mail.Key.StartsWith("digest/", StringComparison.Ordinal));
        var own = disk.Waiting.Values.Single(mail => mail.Subject.StartsWith("CRITICAL", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(Shown(digest), Does.Contain("* + Name of bulk1").And.Contain("* Name of bulk0"));
            Assert.That(digest.Text, Does.Not.Contain(people[2].Uid));
            Assert.That(own.Text, Does.Contain(people[2].Uid));
        });
    }

    [Test]
    public async Task The_exposure_survives_the_state_file()
    {
        var user = await PlayChiefAsync();
        await WaitAsync(6);
        var kept = disk.Load().Accounts.Single(account => account.Uid == user.Uid).Case!.Exposure!;
        var inMemory = gate.Memory.Book.FindByRef(user.Uid)!.Case!.Exposure!;
        Assert.Multiple(() =>
        {
            Assert.That(kept, Is.EqualTo(inMemory).UsingPropertiesComparer());
            Assert.That(kept.IsCritical, Is.True);
        });
    }

    /// <summary>The recorded visitor up to his lock, as the daemon meets him: lines first, then the account.</summary>
    private async Task<SimulatedUser> PlayChiefAsync()
    {
        time.Advance(TimeSpan.FromMinutes(1));
        world.ServiceAccounts.Add(new ServiceAccount(9, "sa-3-reports", "reports", 3, "Viewer", false));
        world.ServiceAccounts.AddRange(Recorded.ServiceAccounts(Recorded.Answer("attacks", "service accounts of the organisation")));
        var user = world.Add("chief3@example.net", "chief3@example.net", id: Chief);
        foreach (var line in Recorded.LinesUntil("attacks", "path=/api/admin/users/23/disable status=200").Where(line => line.Contains("userId=23 ", StringComparison.Ordinal)))
            world.Log.Add(Encoding.UTF8.GetBytes(line));
        await gate.Gate.LookAsync(CancellationToken.None);
        await gate.Gate.WorkAsync(CancellationToken.None);
        return user;
    }

    private IEnumerable<OutgoingMail> ToAdmins() => disk.Waiting.Values.Where(mail => !mail.Key.StartsWith("applicant/", StringComparison.Ordinal));

    /// <summary>An admin presses the button, and the log shows it.</summary>
    private void Enable(SimulatedUser user)
    {
        user.IsDisabled = false;
        world.LogRequest(1, "admin", "POST", $"/api/admin/users/{user.Uid}/enable", 200);
    }

    private async Task<SimulatedUser> SignUpAsync()
    {
        var user = world.Add("new@example.net", "new@example.net");
        world.LogSignUp(user);
        await ReadAsync();
        return user;
    }

    private async Task ReadAsync()
    {
        foreach (var line in world.Log) watch.OnLine(line);
        world.Log.Clear();
        await gate.Gate.HandleAsync(new LogBatch(watch.TakeEvents(), null, null, null), CancellationToken.None);
    }

    private async Task WaitAsync(int seconds)
    {
        for (var i = 0; i < seconds * 2; i++)
        {
            await ReadAsync();
            if (gate.Gate.IsLookWanted) await gate.Gate.LookAsync(CancellationToken.None);
            await gate.Gate.WorkAsync(CancellationToken.None);
            time.Advance(TimeSpan.FromMilliseconds(500));
        }
    }

    private Task<ControlReply> RejectAsync(SimulatedUser user, string? option = null)
    {
        var arguments = new Dictionary<string, string> { ["who"] = $"uid:{user.Uid}", ["by"] = "root", ["delete"] = "yes" };
        if (option is not null) arguments[option] = "yes";
        return gate.Commands.ExecuteAsync(new ControlRequest("reject", arguments), CancellationToken.None);
    }

    private void Start()
    {
        var writer = new LetterWriter(new MailOptions(
            ["one@example.org"], new Uri("http://127.0.0.1:3000"), new Brand("Athena", "Digital-On Tech", null, null), TimeZoneInfo.Utc));
        gate = GateAssembly.Build(disk.Load(), world, null, disk, disk, disk, writer, new GateOptions("http://127.0.0.1:3000"), time, NullLoggerFactory.Instance);
        watch = new LogWatch(gate.Memory.IsKnownId, gate.Memory.IsKeptOut, () => gate.Gate.OurLogId, gate.Recorder);
    }

    /// <summary>Without the zero-width breaks that keep a stranger's text from becoming a link, and without line breaks.</summary>
    private static string Shown(OutgoingMail mail) =>
        string.Join(' ', mail.Text.Replace("\u200B", "", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
