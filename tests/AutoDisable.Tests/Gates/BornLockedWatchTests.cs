using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Database;
using Athena.Common.GrafanaLog.Line;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>What the gate makes of what Grafana's database says of its triggers.</summary>
internal sealed class BornLockedWatchTests : GateScenario
{
    private readonly Mock<IBornLocked> database = new();

    [SetUp]
    public async Task Install()
    {
        database.Reset();
        Stands(BornLockedStanding.Whole);
        database.Setup(d => d.HeldAsync(It.IsAny<int>(), It.IsAny<CancellationToken>())).ReturnsAsync([]);
        database.Setup(d => d.MarksAsync(It.IsAny<IReadOnlyCollection<long>>(), It.IsAny<CancellationToken>()))
            .Returns((IReadOnlyCollection<long> ids, CancellationToken _) =>
                Task.FromResult<IReadOnlyList<BornMark>?>([.. ids.Select(id => new BornMark(id, Time.GetUtcNow()))]));
        Build(database: database.Object);
        await SettleAsync();
        await VisitAsync();
        Time.Advance(TimeSpan.FromMinutes(10));
        await SettleAsync();
    }

    [Test]
    public async Task Whoever_was_born_locked_was_never_inside_and_the_mail_waits_for_the_mark()
    {
        var user = Born("new");
        await SettleAsync();
        Daemon.Recorder.OnLine(LogLine.Parse(System.Text.Encoding.UTF8.GetBytes(
            $"logger=context userId={SimulatedGrafana.SelfId} orgId=1 uname=athena t={Time.GetUtcNow():O} level=info msg=\"Request "
            + "Completed\" method=GET path=/api/users status=200 remote_addr=127.0.0.1 time_ms=13")));
        await ExposeAsync();
        Assert.That(Disk.Waiting, Is.Empty, "it is not known yet");
        await VisitAsync();
        await ExposeAsync();
        var open = Daemon.Memory.Book.FindByRef(user.Uid)!.Case!;
        Assert.That((open.BornLockedAt is not null, open.Exposure!.Inside), Is.EqualTo((true, TimeSpan.Zero)));
        Assert.That(
            Disk.Waiting.Values.Single(m => m.Subject.StartsWith("Locked, waiting for you", StringComparison.Ordinal)).Text,
            Does.Contain("Grafana's database: nobody has been inside"));
    }

    /// <summary>The mark says that the account was disabled at its birth; only a log without a gap says that it stayed so.</summary>
    [Test]
    public async Task Where_the_log_could_not_be_seen_no_part_of_the_mail_says_that_nobody_was_inside()
    {
        await Daemon.Gate.HandleAsync(new LogBatch([], null, null, "permission denied"), CancellationToken.None);
        var user = Born("new");
        await SettleAsync();
        await VisitAsync();
        for (var i = 0; i < 4; i++) await ExposeAsync();
        var exposure = Daemon.Memory.Book.FindByRef(user.Uid)!.Case!.Exposure!;
        Assert.That((exposure.BornLockedAt is not null, exposure.IsSightWhole, exposure.IsNeverInside), Is.EqualTo((true, false, false)));
        var mail = Disk.Waiting.Values.Single(m => m.Subject.StartsWith("Locked, waiting for you", StringComparison.Ordinal));
        var text = System.Text.RegularExpressions.Regex.Replace(mail.Text, "\\s+", " ");
        Assert.That(
            text, Does.Contain("The account was disabled as it was made. Whether a request was made under its id could not be seen."));
        Assert.That(text, Does.Not.Contain("nobody has been inside").And.Not.Contain("ever inside"));
    }

    [Test]
    public async Task What_those_who_wait_try_is_told_of_all_together_and_never_as_one_person_s()
    {
        void Try(int times)
        {
            for (var i = 0; i < times; i++)
            {
                Daemon.Recorder.OnLine(LogLine.Parse(System.Text.Encoding.UTF8.GetBytes(
                    $"logger=context userId=0 orgId=0 uname= t={Time.GetUtcNow():O} level=info msg=\"Request Completed\" method=GET "
                    + "path=/api/user status=401 remote_addr=127.0.0.1 time_ms=13 errorMessageID=identity.disabled")));
            }
        }

        var first = Born("first");
        Try(70);
        await SettleAsync();
        await VisitAsync();
        await ExposeAsync();
        Assert.That(AutoDisableSnapshot.Of(Daemon).Refused.Count, Is.EqualTo(70));
        Assert.That(
            Disk.Waiting.Values.Single(m => m.Subject.Contains("first@", StringComparison.Ordinal)).Text,
            Does.Not.Contain("refused since").And.Not.Contain("70"));
        Assert.That(Daemon.Memory.Book.FindByRef(first.Uid)!.Case!.Exposure!.Refused, Is.Zero);

        for (var i = 0; i < 8; i++) Born($"more{i}");
        await SettleAsync();
        for (var i = 0; i < 15; i++)
        {
            await VisitAsync();
            await ExposeAsync();
        }

        var digest = Disk.Waiting.Values.Single(m => m.Subject.StartsWith("Locked, waiting for you: 8", StringComparison.Ordinal));
        Assert.That(
            System.Text.RegularExpressions.Regex.Replace(digest.Text, "\\s+", " "),
            Does.Contain("70 requests of disabled accounts were refused since").And.Contain("does not say whose they were"));
    }

    [Test]
    public async Task A_database_that_does_not_answer_holds_up_no_mail()
    {
        database.Setup(d => d.MarksAsync(It.IsAny<IReadOnlyCollection<long>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((IReadOnlyList<BornMark>?)null);
        Born("new");
        await SettleAsync();
        for (var i = 0; i < 4; i++)
        {
            await VisitAsync();
            await ExposeAsync();
        }

        Assert.That(
            Disk.Waiting.Values.Single(m => m.Subject.StartsWith("Locked, waiting for you", StringComparison.Ordinal)).Text,
            Does.Not.Contain("born locked").And.Not.Contain("ever inside"));
    }

    [Test]
    public async Task A_hint_of_the_database_locks_whoever_is_new_and_says_nothing_of_a_log_that_cannot_be_read()
    {
        await Daemon.Gate.HandleAsync(new LogBatch([], null, null, "permission denied"), CancellationToken.None);
        var user = World.Add("new@example.net", "new@example.net");
        BornSeen[] hints = [new(user.Id), new(user.Id), new(1), new(-7), new(long.MaxValue)];
        await Daemon.Gate.HandleAsync(hints, CancellationToken.None);
        Assert.That((user.IsDisabled, Daemon.Troubles.Has(TroubleKind.LogNotSeen)), Is.EqualTo((true, true)));
        await SettleAsync();
        await ExposeAsync();
        Assert.That(Daemon.Memory.Book.FindByRef(user.Uid)!.Case!.Exposure!.IsSightWhole, Is.False);
    }

    [Test]
    public async Task Somebody_new_who_was_enabled_at_first_sight_is_told_of_whatever_the_triggers_look_like()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Assert.That((user.IsDisabled, Daemon.Troubles.Has(TroubleKind.NotBornLocked)), Is.EqualTo((true, true)));
        Born("next");
        await SettleAsync();
        await VisitAsync();
        Assert.That(Daemon.Troubles.Has(TroubleKind.NotBornLocked), Is.False, "the next was");
    }

    [Test]
    public async Task Where_SCIM_is_let_be_somebody_enabled_may_be_of_it()
    {
        database.Setup(d => d.LookAsync(It.IsAny<CancellationToken>()))
            .ReturnsAsync(new BornLockedStatus(BornLockedStanding.Whole, [], []) { ExceptsProvisioned = true });
        Time.Advance(TimeSpan.FromSeconds(50));
        await VisitAsync();
        var user = World.Add("scim@example.net", "scim@example.net");
        await SettleAsync();
        Assert.That(
            (user.IsDisabled, Daemon.Troubles.Has(TroubleKind.NotBornLocked)),
            Is.EqualTo((true, false)),
            "locked as everybody new, and no trouble");
    }

    [TestCase(BornLockedStanding.Broken)]
    [TestCase(BornLockedStanding.Absent)]
    public async Task What_is_missing_or_changed_is_a_trouble_within_a_minute_and_over_when_it_is_whole(BornLockedStanding standing)
    {
        Stands(standing);
        Time.Advance(TimeSpan.FromSeconds(50));
        await VisitAsync();
        Assert.That(Daemon.Troubles.Has(TroubleKind.BornLockedBroken));
        Assert.That(Disk.Waiting.Values.Select(m => m.Subject), Has.Some.Contains("may no longer be born locked"));
        Stands(BornLockedStanding.Whole);
        Time.Advance(TimeSpan.FromSeconds(50));
        await VisitAsync();
        Assert.That(Daemon.Troubles.Has(TroubleKind.BornLockedBroken), Is.False);
    }

    /// <summary>Whoever owns the functions can change them, and looks as if nothing had happened until then.</summary>
    [Test]
    public async Task They_stay_with_the_role_that_installed_them_or_it_is_said()
    {
        await OwnedAsync("postgres");
        Assert.That(Daemon.Troubles.Has(TroubleKind.BornLockedBroken), Is.False, "whose they are is learnt once");
        await OwnedAsync("grafana");
        Assert.That(Daemon.Troubles.Has(TroubleKind.BornLockedBroken));
        Assert.That(
            AutoDisableSnapshot.Of(Daemon).BornLocked,
            Does.Contain("belongs to role grafana now").And.Contain("it was installed by postgres").And.Contain("born-locked install"));
        await OwnedAsync("postgres");
        Assert.That(Daemon.Troubles.Has(TroubleKind.BornLockedBroken), Is.False);
        await OwnedAsync("admin", isSuperuser: true);
        Assert.That(Daemon.Troubles.Has(TroubleKind.BornLockedBroken), Is.False, "a superuser may do anything as it is");
        await OwnedAsync("postgres");
        Assert.That(Daemon.Troubles.Has(TroubleKind.BornLockedBroken), "and is the installer from then on");
    }

    [Test]
    public async Task Installed_again_on_purpose_as_another_role_is_no_trouble()
    {
        await OwnedAsync("postgres");
        Assert.That((await CommandAsync("born-locked-installed", "")).ExitCode, Is.Zero);
        await OwnedAsync("grafana");
        Assert.That(
            (Daemon.Troubles.Has(TroubleKind.BornLockedBroken), Daemon.Memory.State.BornLocked?.Owner), Is.EqualTo((false, "grafana")));
    }

    [Test]
    public async Task Removed_on_purpose_it_is_no_trouble()
    {
        Stands(BornLockedStanding.Absent);
        Assert.That((await CommandAsync("born-locked-removed", "")).ExitCode, Is.Zero);
        Time.Advance(TimeSpan.FromSeconds(50));
        await VisitAsync();
        Assert.That(
            (Daemon.Troubles.Has(TroubleKind.BornLockedBroken), Daemon.Memory.State.BornLocked),
            Is.EqualTo((false, (BornLockedMemory?)null)));
    }

    [Test]
    public async Task Where_the_access_is_taken_away_it_is_said_once_that_nobody_looks_any_more_until_it_is_back_or_removed(
        [Values] bool isRemoved)
    {
        Build();
        await SettleAsync();
        Build();
        await SettleAsync();
        var mail = Disk.Waiting.Values.Single(m => m.Subject.Contains("nobody looks after that any more", StringComparison.Ordinal));
        Assert.That(mail.Text, Does.Contain("sudo grafana-auto-disable born-locked remove")
            .And.Contain("sudo systemctl restart grafana-auto-disable"));
        Assert.That(
            (AutoDisableSnapshot.Of(Daemon).IsWell, AutoDisableSnapshot.Of(Daemon).BornLocked),
            Is.EqualTo((true, "INSTALLED when it was last looked at, and nobody looks: GRAFANA_DATABASE is not set")));

        if (isRemoved)
        {
            Assert.That((await CommandAsync("born-locked-removed", "")).ExitCode, Is.Zero);
        }
        else
        {
            Build(database: database.Object);
            await VisitAsync();
        }

        Assert.That(Daemon.Troubles.Has(TroubleKind.BornLockedUnwatched), Is.False);
        Assert.That(Daemon.BornLocked.IsThere, Is.EqualTo(!isRemoved));
        Assert.That(Daemon.Memory.State.BornLocked is null, Is.EqualTo(isRemoved));
    }

    [Test]
    public async Task A_dry_run_and_a_site_that_never_had_it_say_nothing_of_that()
    {
        Build(new AutoDisableOptions("http://127.0.0.1:3000", IsDryRun: true));
        await SettleAsync();
        Assert.That(Daemon.Troubles.Present, Is.Empty);
        Daemon.Memory.State.BornLocked = null;
        Daemon.Memory.Save();
        Build();
        await SettleAsync();
        Assert.That((Daemon.Troubles.Present.Count, AutoDisableSnapshot.Of(Daemon).BornLocked), Is.EqualTo((0, (string?)null)));
    }

    [Test]
    public async Task A_restart_of_the_database_is_no_trouble_and_an_outage_is()
    {
        Stands(BornLockedStanding.Unknown);
        for (var i = 0; i < 3; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(50));
            await VisitAsync();
        }

        Assert.That(Daemon.Troubles.Has(TroubleKind.BornLockedBroken), Is.False);
        Time.Advance(TimeSpan.FromSeconds(50));
        await VisitAsync();
        Assert.That(Daemon.Troubles.Has(TroubleKind.BornLockedBroken));
    }

    [Test]
    public async Task Who_was_approved_in_Grafana_is_let_go_and_nobody_else()
    {
        var waits = Born("waits");
        await SettleAsync();
        var known = World.Users.First(user => user.Login == "colleague0");
        database.Setup(d => d.HeldAsync(It.IsAny<int>(), It.IsAny<CancellationToken>())).ReturnsAsync(
        [
            new HeldAccount(known.Id, known.Uid, false, Time.GetUtcNow(), true),
            new HeldAccount(waits.Id, waits.Uid, true, Time.GetUtcNow(), true),
            new HeldAccount(known.Id + 1000, null, null, Time.GetUtcNow(), true),
            new HeldAccount(World.Users.First(user => user.Login == "colleague1").Id, "another", false, Time.GetUtcNow(), true),
        ]);
        Time.Advance(TimeSpan.FromSeconds(50));
        Assert.That(await VisitAsync(), Is.EqualTo(new[] { known.Id, known.Id + 1000 }), "approved, and deleted since");
    }

    [TestCase(true, ExpectedResult = 1)]
    [TestCase(false, ExpectedResult = 0)]
    [TestCase(null, ExpectedResult = 0)]
    public async Task<int> Whoever_is_born_locked_is_written_to_by_default_where_Grafana_verifies_addresses(bool? verifies)
    {
        Build(new AutoDisableOptions("http://127.0.0.1:3000", ReceivedIfBornLocked: true), database: database.Object);
        Grafana.Setup(g => g.ServerSettingsAsync(It.IsAny<CancellationToken>())).ReturnsAsync(verifies is { } flag
            ? new GrafanaAnswer<ServerSettings>(
                GrafanaOutcome.Done,
                new ServerSettings(new Dictionary<string, IReadOnlyDictionary<string, string>>
                {
                    ["users"] = new Dictionary<string, string> { ["verify_email_enabled"] = flag ? "true" : "false" },
                }),
                "")
            : new GrafanaAnswer<ServerSettings>(GrafanaOutcome.Refused, null, "no"));
        await SettleAsync();
        await VisitAsync();
        Time.Advance(TimeSpan.FromMinutes(3));
        Born("new");
        await SettleAsync();
        await VisitAsync();
        await ExposeAsync();
        return Disk.Waiting.Keys.Count(key => key.StartsWith("received/", StringComparison.Ordinal));
    }

    [Test]
    public void An_address_is_written_to_once_in_30_days_and_all_together_twenty_times_an_hour()
    {
        List<ReceivedNote> told = [];
        var now = Time.GetUtcNow();
        Assert.That(ReceivedPolicy.MayTell(told, "One@example.net", now));
        Assert.That(ReceivedPolicy.MayTell(told, "one@example.net", now.AddDays(29)), Is.False);
        Assert.That(ReceivedPolicy.MayTell(told, "one@example.net", now.AddDays(30)));
        Assert.That(
            Enumerable.Range(0, 100).Count(i => ReceivedPolicy.MayTell(told, $"x{i}@example.net", now.AddDays(31))),
            Is.EqualTo(ReceivedPolicy.MostAnHour));
        Assert.That(told, Has.None.Property(nameof(ReceivedNote.Address)).Contains("example"));
        var later = Enumerable.Range(0, 24 * 20 * 25)
            .Count(i => ReceivedPolicy.MayTell(told, $"y{i}@example.net", now.AddDays(32).AddHours(i / 20)));
        Assert.That(
            (later, told.Count),
            Is.EqualTo((ReceivedPolicy.MostRemembered - 21, ReceivedPolicy.MostRemembered)),
            "and no more than are remembered");
    }

    private SimulatedUser Born(string name)
    {
        var user = World.Add($"{name}@example.net", $"{name}@example.net");
        user.IsDisabled = true;
        return user;
    }

    private void Stands(BornLockedStanding standing) => database.Setup(d => d.LookAsync(It.IsAny<CancellationToken>()))
        .ReturnsAsync(new BornLockedStatus(
            standing, standing is BornLockedStanding.Broken or BornLockedStanding.Unknown ? ["The trigger is missing."] : [], []));

    /// <summary>Whole, and found so at the next look.</summary>
    private Task OwnedAsync(string owner, bool isSuperuser = false)
    {
        database.Setup(d => d.LookAsync(It.IsAny<CancellationToken>()))
            .ReturnsAsync(new BornLockedStatus(BornLockedStanding.Whole, [], []) { Owner = owner, IsOfSuperuser = isSuperuser });
        Time.Advance(TimeSpan.FromSeconds(50));
        return VisitAsync();
    }

    private async Task<IReadOnlyList<long>> VisitAsync()
    {
        var due = await Daemon.Gate.BornLockedDueAsync();
        var released = due is null ? [] : await Daemon.Gate.UseBornLockedAsync(await due(CancellationToken.None));
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        return released;
    }
}
