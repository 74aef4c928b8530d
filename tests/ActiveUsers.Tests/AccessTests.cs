using System.Text;
using Athena.ActiveUsers.Access;
using Athena.ActiveUsers.CommandLine;
using Athena.ActiveUsers.Evidence;
using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Telemetry;
using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Grafana.Usage;
using Athena.Common.Kpis;
using Athena.Common.Notify.Delivery;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.State.Persons;
using Athena.Common.Time;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.ActiveUsers.Tests;

/// <summary>With <c>ACCESS_AUDIT=yes</c>: who did what is kept, found, held against the audit, and erased.</summary>
internal sealed class AccessTests
{
    private const string Evil = "</td><script>\u202E@x";

    private readonly ManualTime time = new(Some.Six.AddMinutes(30));
    private TemporaryDirectory folder = null!;

    private string Day => Path.Combine(folder.Path, AccessBook.Folder, "2026-11-21.jsonl");

    private AccessBook Book => new(folder.Path, TimeSpan.FromDays(90), time);

    [SetUp]
    public void Open() => folder = new TemporaryDirectory();

    [TearDown]
    public void Close() => folder.Dispose();

    [Test]
    public void What_was_kept_is_read_again_and_is_what_the_audit_tells_of()
    {
        var audit = Keep(Window(), Window(15, gap: true));
        var windows = Book.Read(Some.Six, Some.Six.AddDays(1)).ToList();
        Assert.That(windows.Select(window => window.Window.From), Is.EqualTo(new[] { Some.Six, Some.Six.AddMinutes(15) }));
        var naledi = windows[0].Rows.Single(row => row.Id == 2);
        Assert.That((naledi.Login, naledi.Kind, naledi.SignIns, naledi.Requests), Is.EqualTo(("naledi", AccessKind.Person, 1L, 12L)));
        Assert.That(naledi.Dashboards.Single(), Is.EqualTo(new AccessDashboard("ward", 3, Some.Six.AddMinutes(1), Some.Six.AddMinutes(9))));
        Assert.That(windows[0].Rows.Single(row => row.Id == 1).Changes.Single().Path, Is.EqualTo("/api/datasources"));
        Assert.That(windows[0].Rows.Single(row => row.Kind == AccessKind.Address).RefusedSignIns, Is.EqualTo(4));
        Assert.That(windows[1].NotSeen, Has.Count.EqualTo(1));
        Assert.That(Book.Verify(audit), Is.Empty);
        Assert.That(File.GetUnixFileMode(Day), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(audit[0].Verdict + audit[0].Case, Does.Not.Contain("naledi"), "it is kept for years");
    }

    [Test]
    public void A_row_that_was_changed_and_a_window_that_was_taken_away_are_found()
    {
        var audit = Keep(Window(), Window(15));
        var whole = File.ReadAllText(Day);
        File.WriteAllText(Day, whole.Replace("\"uid\":\"ward\"", "\"uid\":\"wart\"", StringComparison.Ordinal));
        Assert.That(Book.Verify(audit), Has.Count.EqualTo(2).And.All.Contains("does not fit its hash"));

        // With a hash that fits, it is not what the audit has.
        File.WriteAllText(Day, whole);
        var other = Window();
        Book.Append(other);
        Assert.That(Book.Verify(audit), Has.Count.EqualTo(1).And.All.Contains("not what the audit tells of"));

        File.WriteAllLines(Day, whole.Split('\n').Take(1));
        Assert.That(Book.Verify(audit), Has.Count.EqualTo(1).And.All.Contains("access/2026-11-21T04:15:00Z is missing"));
        File.Delete(Day);
        Assert.That(Book.Verify(audit), Has.Count.EqualTo(2));
    }

    [Test]
    public void A_line_that_a_crash_tore_is_passed_over_and_its_window_kept_again()
    {
        var first = Window();
        Book.Append(first);
        var torn = Encoding.UTF8.GetString(File.ReadAllBytes(Day));
        File.WriteAllText(Day, torn + torn[..(torn.Length / 2)]);
        var audit = Keep(Window(), Window(15));
        Assert.That(Book.Read(Some.Six, Some.Six.AddDays(1)).Count(), Is.EqualTo(2));
        Assert.That(Book.Verify(audit), Is.Empty);
    }

    [Test]
    public void Whoever_is_erased_leaves_hashes_that_hold()
    {
        var audit = Keep(Window(), Window(15));
        var shelf = new AccessShelf(Book);
        var who = new PersonIdentity(["id:2", "login:naledi"]);
        Assert.That(shelf.Show(who), Has.Count.EqualTo(2));
        Assert.That(shelf.TakeOut(who), Is.EqualTo(2));
        Assert.That(File.ReadAllText(Day), Does.Not.Contain("naledi").And.Contain("admin"));
        Assert.That(Book.Verify(audit), Is.Empty);
        Assert.That(shelf.TakeOut(who), Is.Zero);
    }

    [Test]
    public void After_its_time_a_day_goes_and_nothing_is_said_to_be_missing()
    {
        var audit = Keep(Window(), Window(15));
        time.Advance(TimeSpan.FromDays(90));
        Book.TrimIfDue();
        Assert.That(File.Exists(Day), "not all of it is older than its time");
        time.Advance(TimeSpan.FromDays(1));
        Book.TrimIfDue();
        Assert.That(File.Exists(Day), Is.False);
        Assert.That(Book.Verify(audit), Is.Empty);
    }

    [Test]
    public void A_disk_that_refuses_is_said_in_the_journal_and_leaves_no_line_in_the_audit()
    {
        File.WriteAllText(Path.Combine(folder.Path, AccessBook.Folder), "a file in the way");
        List<string> journal = [];
        var audit = new SimulatedAudit(new CrashPoint());
        new AccessKeeper(Book, new EventRecorder(audit, audit.Has, new ListLogger<EventRecorder>(journal))).Keep(Pulse(), Tally());
        Assert.That(audit.Entries, Is.Empty);
        Assert.That(journal, Has.One.Contains("Who did what"));
    }

    [Test]
    public void Who_saw_and_who_changed_are_answered_with_what_is_not_known()
    {
        Keep(Window(), Window(15, gap: true));
        var span = new Window(Some.Six, Some.Six.AddMinutes(45));
        var windows = Book.Read(span.From, span.To).ToList();
        var saw = AccessReport.Of(span, windows, "ward");
        Assert.That(saw.Viewers.Select(viewer => (viewer.Login, viewer.Opens)), Is.EqualTo(new[] { ("naledi", 6L) }));
        Assert.That(saw.NotKept, Is.EqualTo(new[] { new Window(Some.Six.AddMinutes(30), Some.Six.AddMinutes(45)) }));
        Assert.That(saw.NotSeen, Has.Count.EqualTo(1));
        var clock = new ZoneText(Some.Zone);
        Assert.That(AccessText.Saw(AccessReport.Of(span, windows, "other"), "other", null, clock), Does.Contain("Nobody is known to have"));
        var whole = new Window(Some.Six, Some.Six.AddMinutes(15));
        Assert.That(
            AccessText.Saw(AccessReport.Of(whole, [windows[0]], "other"), "other", null, clock), Does.Contain("Nobody opened it."));

        var changed = AccessReport.Of(span, windows, null, ChangeKind.DataSources);
        Assert.That(changed.Writes.Select(write => write.Login), Is.EqualTo(new[] { "admin", "admin" }));
        Assert.That(AccessReport.Of(span, windows, null, ChangeKind.Tokens).Writes, Is.Empty);
        Assert.That(AccessText.Changed(changed, clock), Does.Contain("POST /api/datasources").And.Contain("06:03:00"));
    }

    [TestCase("/api/serviceaccounts/7/tokens", ChangeKind.Tokens)]
    [TestCase("/api/serviceaccounts", ChangeKind.Users)]
    [TestCase("/api/datasources/uid/x", ChangeKind.DataSources)]
    [TestCase("/api/folders/x/permissions", ChangeKind.Roles)]
    [TestCase("/apis/dashboard.grafana.app/v1/namespaces/default/dashboards/x", ChangeKind.Dashboards)]
    [TestCase("/api/v1/provisioning/alert-rules", ChangeKind.AlertRules)]
    [TestCase("/api/admin/users/7/enable", ChangeKind.Users)]
    [TestCase("/api/user/password", ChangeKind.Profile)]
    [TestCase("/api/users/7", ChangeKind.Users)]
    [TestCase("/API/Admin/Settings", ChangeKind.Settings)]
    [TestCase("/api/organs", ChangeKind.Other)]
    public void What_was_changed_is_told_by_its_path(string path, ChangeKind kind) => Assert.That(ChangeKinds.Of(path), Is.EqualTo(kind));

    [Test]
    public async Task The_commands_answer_from_what_was_kept()
    {
        var clock = TimeProvider.System;
        var now = new AlignedSchedule(TimeSpan.FromMinutes(15), Some.Zone).Next(clock.GetUtcNow()).From.AddMinutes(-15);
        var shift = now - Some.Six;
        Book.Append(Window() with { Window = new Window(Some.Six + shift, Some.Six.AddMinutes(15) + shift) });
        var (code, text) = await RunAsync("who-saw", "ward", "--since", "2h");
        Assert.That(code, Is.Zero, text);
        Assert.That(text, Does.Contain("naledi").And.Contain("Nothing was kept of"));
        (code, text) = await RunAsync("who-changed", "-o", "json");
        Assert.That(code, Is.Zero, text);
        Assert.That(text, Does.Contain("\"path\":\"/api/datasources\"").And.Contain("\"whole\":false"));
        Assert.That((await RunAsync("who-changed", "--kind", "nonsense")).Code, Is.EqualTo(ExitCode.Usage));
        Assert.That((await RunAsync("who-saw", "ward", "--since", "soon")).Code, Is.EqualTo(ExitCode.Usage));
        Assert.That((await RunAsync("audit", "verify")).Code, Is.Zero);
        File.Delete(Directory.EnumerateFiles(Path.Combine(folder.Path, AccessBook.Folder)).Single());
        (code, text) = await RunAsync("who-saw", "ward");
        Assert.That(code, Is.EqualTo(ExitCode.Configuration));
        Assert.That(text, Does.Contain("ACCESS_AUDIT is not set"));
    }

    [Test]
    public async Task Each_month_our_own_people_are_told_once_who_opened_what_and_who_for_the_first_time()
    {
        var crash = new CrashPoint();
        var audit = new SimulatedAudit(crash);
        var disk = new SimulatedDisk(crash);
        var memory = new ActiveUsersMemory(new ActiveUsersState(), disk);
        time.Jump(new DateTimeOffset(2026, 11, 30, 22, 30, 0, TimeSpan.Zero) - time.GetUtcNow());
        using var mailbox = new SimulatedMailbox(crash);
        await using var outbox = Outbox.Open(mailbox.Directory, [mailbox.Route], time, () => 0.5, new AuditWatch(audit));
        var notifier = new SensitiveNotifier(
            Sensitive, Book, key => audit.Has(key, EventRecorder.MailEvent), outbox, memory, Some.Zone, time);
        Assert.That(await Step(), Is.True, "it begins with the month that runs");
        Keep(Window(), Window(15));
        for (var i = 0; i < 40; i++)
        {
            time.Advance(TimeSpan.FromDays(1));
            await Step();
            await outbox.DeliverDueAsync(CancellationToken.None);
        }

        Assert.That(mailbox.Seen.Select(mail => mail.Key), Is.EqualTo(new[] { "sensitive/2026-12" }));

        Task<bool> Step() => notifier.StepAsync(
            (_, _) => Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string> { ["ward"] = "Ward" }),
            CancellationToken.None);
    }

    [Test]
    public void The_mail_reads_as_its_sample_and_what_strangers_chose_does_not_act_in_it()
    {
        var month = KpiSpan.LastMonth(Some.Zone, new DateTimeOffset(2026, 12, 5, 0, 0, 0, TimeSpan.Zero));
        var before = Window() with { Window = new Window(Some.Six.AddMonths(-1), Some.Six.AddMonths(-1).AddMinutes(15)) };
        var titles = new Dictionary<string, string> { ["ward"] = "Ward occupancy" };
        var mail = SensitiveNotifier.Write(
            Sensitive, [before, Window(), Window(15, gap: true, other: "thabo@clinic.example")], month, Some.Zone, titles);
        Sample.AssertIs("sensitive-mail", mail);
        var hostile = SensitiveNotifier.Write(
            Sensitive, [Window(other: Evil)], month, Some.Zone, new Dictionary<string, string> { ["ward"] = Evil });
        Assert.That(hostile.Html, Does.Not.Contain("<script>").And.Not.Contain("\u202E"));
        Assert.That(hostile.Text, Does.Not.Contain("\u202E"));
    }

    [Test]
    public void Who_is_sensitive_is_told_only_where_it_is_kept_and_somebody_can_be_told()
    {
        Assert.That(Read().Remarks.Select(remark => remark.What), Has.Some.Contains("ACCESS_AUDIT is not"));
        Assert.That(Read(("ACCESS_AUDIT", "yes")).Remarks.Select(remark => remark.What), Has.Some.Contains("SMTP_HOST"));
        Assert.That(
            Read(("SENSITIVE_DASHBOARDS", "a b")).Problems.Select(problem => problem.Key), Has.Some.EqualTo(SensitiveMailOptions.Key));

        static SettingsReader Read(params (string Key, string Value)[] more)
        {
            var values = new Dictionary<string, string> { ["SENSITIVE_DASHBOARDS"] = "ward" };
            foreach (var (key, value) in more) values[key] = value;
            var reader = new SettingsReader(new SettingsSource(values, null, []));
            ActiveUsersSettings.Read(reader);
            return reader;
        }
    }

    private static SensitiveMailOptions Sensitive { get; } =
        new(Some.AlertMail.Smtp, ["ops@hospital.example"], Some.AlertMail.Brand, ["ward", "icu"]);

    private List<AuditRecord> Keep(params AccessWindow[] windows)
    {
        var audit = new SimulatedAudit(new CrashPoint());
        var recorder = new EventRecorder(audit, audit.Has, NullLogger<EventRecorder>.Instance);
        foreach (var window in windows)
        {
            Assert.That(Book.Append(window), Is.Null);
            recorder.Kept(window);
        }

        return [.. audit.Entries.Select((entry, i) => Record(entry, i + 1))];
    }

    private static AuditRecord Record(AuditEntry entry, long seq) =>
        new(seq, "", entry.Event, entry.Case, entry.Verdict, "", entry.Facts, "", "", "");

    private static AccessWindow Window(int minute = 0, bool gap = false, string other = "admin") => AccessWindow.Of(
        Pulse(gap, other), Tally(), () => Guid.NewGuid().ToString("N")) with
    {
        Window = new Window(Some.Six.AddMinutes(minute), Some.Six.AddMinutes(minute + 15)),
    };

    private static Pulses.Pulse Pulse(bool gap = false, string other = "admin") => Some.Pulse(
        Some.Activity(
            Some.User(2, "naledi", 12, dashboards: ("ward", 3)),
            other == "admin" ? Some.User(1, other, 5) : Some.User(1, other, 5, dashboards: ("ward", 1))),
        gap ? Some.Coverage(Some.Gap(3, 7, "the log begins later")) : null);

    private static AccessTally Tally() => new(
        [new AccessPassages(2, 1, 1, 0)],
        new Dictionary<string, long> { ["10.0.0.7"] = 4 },
        [new AccessWrite(Some.Six.AddMinutes(3), 1, 1, "POST", "/api/datasources")],
        IsCut: false);

    private async Task<(int Code, string Text)> RunAsync(params string[] arguments)
    {
        var source = new SettingsSource(
            new Dictionary<string, string> { ["STATE_DIR"] = folder.Path, ["CONTROL_DIR"] = folder.Path }, null, []);
        await using var output = new StringWriter();
        var code = await ActiveUsersProgram.Create(_ => source).InvokeAsync(arguments, output, output);
        return (code, output.ToString());
    }
}
