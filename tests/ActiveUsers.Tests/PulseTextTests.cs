using System.Runtime.CompilerServices;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Text;
using Athena.Common.Time;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.ActiveUsers.Tests;

/// <summary>
/// The messages as Telegram gets them, compared whole with <c>docs/samples</c>. After a change that is meant,
/// <c>UPDATE_SAMPLES=1 make test</c> writes them anew.
/// </summary>
internal sealed class PulseTextTests
{
    /// <summary>What an ordinary pulse has at most, in characters as people see them.</summary>
    internal const int ShortLength = 900;

    private static readonly Dictionary<string, string> Titles = new()
    {
        ["ward"] = "Ward Occupancy",
        ["lab"] = "Lab Turnaround & QC <2h>",
        ["hl7"] = "HL7 interface",
    };

    private static IEnumerable<TestCaseData> Samples()
    {
        yield return Sample("pulse", Pulse(Busy(), before: new PulseFigures(3, 352)));
        yield return Sample("pulse-in-part", Pulse(Busy(), before: new PulseFigures(3, 352)));
        yield return Sample("pulse-nobody", Pulse(Some.Activity(), look: Some.Up));
        yield return Sample("pulse-strangers", Pulse(Flood(), look: Some.Up));
        yield return Sample("pulse-not-seen", Pulse(
            Some.Activity(),
            Some.Coverage(Some.Gap(0, 15, "/var/log/grafana/grafana.log does not exist", GapCause.NoLog)) with { LinesRead = 0 },
            look: Some.Up));
        yield return Sample("pulse-many", Pulse(Crowd(), look: Some.Up));
        yield return Sample("pulse-hostile", Pulse(Hostile(), look: Some.Up));
        yield return Sample("pulse-down", Pulse(
            Some.Activity(Some.User(2, "naledi", 4)), look: new HealthLook(Some.Six, HealthVerdict.NotAnswering, null, "no connection")));
        yield return new TestCaseData("pulse-after-a-pause", PulseText.Of(
            Pulse(Busy(), look: Some.Up), new Window(Some.Six.AddMinutes(-90), Some.Six),
            new Window(Some.Six.AddMinutes(-105), Some.Six.AddMinutes(-90)),
            new Silence(Some.Six, Some.Six.AddHours(2), "naledi (sudo)", "Grafana is updated"), Some.Wording))
                .SetArgDisplayNames("pulse-after-a-pause");
        foreach (var kind in Enum.GetValues<AlertKind>())
            yield return Text("alert-" + kind.ToString().ToLowerInvariant(), AlertText.Began(
                new OpenAlert(kind, Some.Six.AddMinutes(31), Detail(kind), true)
                {
                    Number = kind == AlertKind.VersionChanged ? null : "AL-20261121-1",
                },
                Some.Wording));
        yield return Text("alert-acknowledged", AlertText.Taken(
            new OpenAlert(AlertKind.GrafanaDown, Some.Six.AddMinutes(31), "", true)
            {
                Number = "AL-20261121-1",
                Acknowledged = new Acknowledgement(Some.Six.AddMinutes(35), "thabo (sudo)", "The disk is being made larger."),
            },
            Some.Wording));
        yield return Text("alert-over", AlertText.Over(
            new OpenAlert(AlertKind.GrafanaDown, Some.Six.AddMinutes(31), "", true) { Number = "AL-20261121-1" },
            Some.Six.AddMinutes(43), Some.Wording));
        yield return Text("alert-again", AlertText.Again(AlertText.Over(
            new OpenAlert(AlertKind.LogNotSeen, Some.Six, "", true), Some.Six.AddMinutes(200), Some.Wording)));
    }

    [TestCaseSource(nameof(Samples))]
    public void Reads_as_its_sample(string name, object text)
    {
        var path = Path.Combine(Directory(), $"{name}.telegram.html");
        var written = TelegramWriter.Html((TelegramText)text) + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_SAMPLES") == "1") File.WriteAllText(path, written);
        Assert.That(File.Exists(path), Is.True, $"{path} is missing: UPDATE_SAMPLES=1 make test");
        Assert.That(written, Is.EqualTo(File.ReadAllText(path)));
    }

    [Test]
    public void One_user_in_two_organisations_is_one_row()
    {
        var text = Plain(Pulse(Some.Activity(Some.User(2, "naledi", 5), Some.User(2, "naledi", 7, org: 2))));
        Assert.That(
            text, Does.Contain("1 user\n").And.Contain("naledi  org 2, org 1  12 requests")
                .And.Contain("Organisations by users: org 1: 1, org 2: 1"));
    }

    [Test]
    public void Visitors_who_are_not_signed_in_are_named_apart_and_nobody_is_not_said_of_them() =>
        Assert.That(Plain(Pulse(Some.Activity() with { VisitorViews = 34 })), Does.StartWith("nobody signed in\n")
            .And.Contain("visitors who are not signed in asked for dashboards 34 times"));

    [Test]
    public void A_remedy_is_not_cut()
    {
        var why =
            "/var/log/grafana/grafana.log is not there, nor is its directory /var/log/grafana. See 'logs' in section [paths] of "
            + "grafana.ini and set LOG to the file that Grafana writes.";
        Assert.That(Plain(Pulse(Some.Activity(), Some.Coverage(Some.Gap(0, 15, why, GapCause.NoLog)))), Does.Contain(why));
    }

    [Test]
    public void A_name_that_ends_with_a_number_is_not_mixed_up_with_the_count() =>
        Assert.That(
            Plain(Pulse(Some.Activity(Some.User(2, "naledi", 5, dashboards: [("ward-12", 1)]), Some.User(
                4, "thabo", 5, dashboards: [("ward-12", 1), ("lab", 1)])))),
            Does.Contain("Dashboards by users: ward-12: 2, lab 1"));

    [Test]
    public void What_was_not_seen_is_said_whatever_people_and_dashboards_are_called()
    {
        string[] odd =
        [
            string.Concat(Enumerable.Repeat("👨‍👩‍👧‍👦", 16)),
            string.Concat(Enumerable.Repeat("ש.א@", 45)),
            new string('x', 180),
            string.Concat(Enumerable.Repeat("e\u0301\u0302", 60)),
        ];
        var users = Enumerable.Range(1, 40).Select(i => Some.User(
            long.MaxValue - i, odd[i % odd.Length], long.MaxValue / 100, org: long.MaxValue - (i % 9),
            proof: i > 20 ? ActivityProof.TabOnly : ActivityProof.Other, dashboards: i > 20 ? [] : [(odd[i % odd.Length] + i, 3)]))
                .ToArray();
        var gaps = Enumerable.Range(0, 9).Select(i => Some.Gap(i, i + 1, string.Concat(Enumerable.Repeat("/a.b@c ", 80)))).ToArray();
        var text = PulseText.Of(
            Pulse(Some.Activity(users) with { Security = new SecurityTally(9, 9, 9, 9, 9, 9) }, Some.Coverage(gaps)),
            Some.Quarter,
            Some.Quarter,
            null,
            Some.Wording);
        var plain = TelegramWriter.Plain(text);
        Assert.That(plain, Has.Length.LessThanOrEqualTo(TelegramWriter.MaxLength));
        Assert.That(plain, Does.Contain("Not seen: "));
        Assert.That(plain, Does.Contain("None sent"));
    }

    [Test]
    public void Rows_are_sorted_by_requests_and_then_by_login()
    {
        var rows = Pulse(Some.Activity(Some.User(1, "b", 5), Some.User(2, "a", 5), Some.User(3, "z", 9))).Rows.Select(row => row.Login);
        Assert.That(rows, Is.EqualTo(new[] { "z", "a", "b" }));
    }

    [Test]
    public void Ten_rows_at_most_and_a_line_for_the_rest()
    {
        var users = Enumerable.Range(1, 13).Select(i => Some.User(i, $"user{i:D2}", i <= 10 ? 100 : i == 11 ? 4 : 5)).ToArray();
        var text = Plain(Pulse(Some.Activity(users)));
        Assert.That(text, Does.Contain("\nuser10  100\n").And.EndWith("\nand 3 more with 14").And.Not.Contain("user11"));
    }

    [Test]
    public void A_quiet_window_is_two_lines()
    {
        var lines = Plain(Pulse(Some.Activity(), look: Some.Up, before: new PulseFigures(3, 90))).Split('\n');
        Assert.That(
            lines, Is.EqualTo(new[] { "OK · nobody active (quarter before: 3) · Grafana 12.3.0 up", "Athena, 06:00–06:15 SAST" }));
    }

    [TestCaseSource(nameof(OrdinarySamples))]
    public void An_ordinary_pulse_is_short(string name, object text) =>
        Assert.That(TelegramWriter.Plain((TelegramText)text), Has.Length.LessThan(ShortLength), name);

    private static IEnumerable<TestCaseData> OrdinarySamples() =>
        Samples().Where(sample => ((string)sample.Arguments[0]!).StartsWith("pulse", StringComparison.Ordinal));

    [Test]
    public void What_was_not_seen_is_never_called_nobody()
    {
        var unseen = Plain(Pulse(
            Some.Activity(), Some.Coverage(Some.Gap(0, 15, "journald dropped 112 lines", GapCause.Dropped)) with { LinesRead = 0 }));
        var half = Plain(Pulse(Some.Activity(), Some.Coverage(Some.Gap(0, 4, "the log begins at 06:04"))));
        Assert.Multiple(() =>
        {
            Assert.That(unseen, Does.Contain("Could not see whether anybody was active").And.Not.Contain("nobody"));
            Assert.That(unseen, Does.Contain("Not seen: journald dropped 112 lines"));
            Assert.That(half, Does.Contain("Could not see all; nobody was active in what was seen")
                .And.Contain("Not seen: 06:00–06:04, the log begins at 06:04"));
            Assert.That(half, Does.Not.Contain("nobody active").And.Not.Contain("OK"));
        });
    }

    [Test]
    public void A_tab_left_open_is_listed_apart_and_counts_as_no_user()
    {
        var pulse = Pulse(Some.Activity(
            Some.User(2, "naledi", 4),
            Some.User(3, "johan", 6, proof: ActivityProof.TabOnly),
            Some.User(2, "naledi", 1, org: 2, proof: ActivityProof.TabOnly)));
        Assert.That(Plain(pulse), Does.Contain("1 user\n").And.Contain("Only a tab left open: johan")
            .And.Not.Contain("open: johan, naledi"));
    }

    /// <summary>Then a person has its token. One request of a page is enough; a program may make it as well, so it stays no user.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void A_service_account_in_a_browser_is_told_of(bool isInBrowser)
    {
        var robot = Some.User(28, "sa-1-athena-bot", 34) with { IsInBrowser = isInBrowser };
        var text = Plain(Pulse(Some.Activity(Some.User(2, "naledi", 4), robot), userDirectory: Some.UserDirectory([2], [28])));
        Assert.That(text, Does.Contain("1 user\n").And.Contain("service accounts asked 34 times"));
        Assert.That(text.Contains("1 service account in a browser", StringComparison.Ordinal), Is.EqualTo(isInBrowser));
    }

    [Test]
    public void A_service_account_is_no_user_and_its_requests_are_told_apart()
    {
        var pulse = Pulse(
            Some.Activity(Some.User(2, "naledi", 4), Some.User(28, "sa-1-athena-bot", 34)), userDirectory: Some.UserDirectory([2], [28]));
        Assert.That(Plain(pulse), Does.Contain("1 user\n").And.Contain("service accounts asked 34 times"));
    }

    [Test]
    public void A_person_whose_login_looks_like_a_service_account_is_a_user() =>
        Assert.That(
            Plain(Pulse(Some.Activity(Some.User(22, "sa-1-looks-like", 4)), userDirectory: Some.UserDirectory([22]))),
            Does.Contain("1 user\n"));

    [Test]
    public void What_the_image_renderer_did_in_somebodys_name_is_not_theirs()
    {
        var pulse = Pulse(Some.Activity(
            Some.User(2, "naledi", 10, rendered: 6), Some.User(3, "johan", 5, proof: ActivityProof.RendererOnly, rendered: 5)));
        Assert.That(Plain(pulse), Does.Contain("1 user\n").And.Contain("naledi  4 requests").And.Contain("image renderer asked 11 times"));
    }

    [Test]
    public void Organisations_are_named_when_there_are_several()
    {
        var activity = Some.Activity(
            Some.User(1, "a", 1), Some.User(2, "b", 1), Some.User(3, "c", 1, org: 2), Some.User(4, "d", 1, org: -1));
        Assert.That(Plain(Pulse(activity, userDirectory: Some.UserDirectory([1, 2, 3, 4], null, (1, "Main Org."), (2, "Clinic North")))),
            Does.Contain("Organisations by users: Main Org. 2, in no organisation 1, Clinic North 1").And.Match("\nc  Clinic North +1"));
        Assert.That(Plain(Pulse(Some.Activity(Some.User(1, "a", 1)))), Does.Not.Contain("rganisation"));
    }

    [Test]
    public void Three_dashboards_at_most_by_users_with_the_uid_where_there_is_no_title()
    {
        var activity = Some.Activity(
            Some.User(1, "a", 1, dashboards: [("ward", 1), ("lab", 5), ("gone", 1), ("hl7", 1)]),
            Some.User(2, "b", 1, dashboards: [("ward", 0), ("gone", 3)]));
        var pulse = Pulse(activity).WithTitles(Titles);
        Assert.That(
            Plain(pulse), Does.Contain("Dashboards by users: gone 2, Ward Occupancy 2, Lab Turnaround & QC <2h> 1").And.Not.Contain("HL7"));
    }

    [TestCase(NameStyle.Login, "naledi.mokoena@example.…")]
    [TestCase(NameStyle.Masked, "n…@e…")]
    [TestCase(NameStyle.Id, "user 2")]
    public void Names_are_shown_as_the_setting_says(NameStyle style, string shown)
    {
        var pulse = Pulse(
            Some.Activity(Some.User(2, "naledi.mokoena@example.org", 4), Some.User(3, "x@y", 6, proof: ActivityProof.TabOnly)));
        var text = TelegramWriter.Plain(PulseText.Of(pulse, null, null, null, Some.Wording with { Names = style }));
        Assert.That(text, Does.Contain($"\n{shown}  4 requests"));
        if (style != NameStyle.Login) Assert.That(text, Does.Not.Contain("naledi").And.Not.Contain("x@y"));
    }

    [TestCase("a", "…")]
    [TestCase("ab", "a…")]
    [TestCase("naledi", "na…")]
    [TestCase("a@b", "…@…")]
    [TestCase("😀😀😀", "😀😀…")]
    public void A_masked_name_is_never_whole(string login, string masked) =>
        Assert.That(PersonName.Of(login, 1, NameStyle.Masked), Is.EqualTo(masked));

    [Test]
    public void Columns_hold_whatever_somebody_calls_themselves()
    {
        var rows = PulseText.Of(Pulse(Hostile()), null, null, null, Some.Wording).Rows.Where(row => row.IsTable)
            .Select(row => row.Spans[0].Text).ToList();
        Assert.That(rows, Has.Count.EqualTo(10));
        Assert.That(
            rows.Skip(1).Append(rows[0].Replace(" requests", "", StringComparison.Ordinal)).Select(row => DisplayWidth.Of(row)).Distinct()
                .Count(),
            Is.EqualTo(1), string.Join('\n', rows));
    }

    /// <summary>Any names, any numbers: the message fits, is not torn, and says no line of a stranger's.</summary>
    [Test]
    public void Every_message_fits_into_one_and_holds_no_line_that_a_stranger_wrote()
    {
        var text = ArbMap.Default.GeneratorFor<string?>();
        Prop.ForAll(text.Two().Three().ListOf(20).ToArbitrary(), names =>
        {
            var users = names.SelectMany(name => new[] { name.Item1.Item1, name.Item2.Item1, name.Item3.Item1 })
                .Select((login, index) => Some.User(
                    index + 1,
                    (login ?? "") + new string('x', index % 3 * 90),
                    long.MaxValue / 100 - index,
                    index % 7,
                    dashboards: [(login ?? "u", 1)])).ToArray();
            var titles = names.ToDictionary(name => Guid.NewGuid().ToString(), name => name.Item1.Item2 ?? "");
            var plain = TelegramWriter.Plain(PulseText.Of(Pulse(Some.Activity(users)).WithTitles(titles), null, null, null, Some.Wording));
            return plain.Length <= TelegramWriter.MaxLength && plain.Split('\n').Length <= 20;
        }).QuickCheckThrowOnFailure();
    }

    private static Pulse Pulse(
        Activity activity,
        Coverage? coverage = null,
        UserDirectory? userDirectory = null,
        HealthLook? look = null,
        PulseFigures? before = null) =>
        Some.Pulse(activity, coverage, userDirectory, look, before);

    private static string Plain(Pulse pulse) =>
        TelegramWriter.Plain(PulseText.Of(pulse, null, null, null, Some.Wording)).Replace("\u200b", "", StringComparison.Ordinal);

    private static Activity Busy() => Some.Activity(
        Some.User(2, "some.login", 120, dashboards: [("ward", 3), ("lab", 1)]),
        Some.User(5, "thabo.m", 88, dashboards: [("ward", 1)]),
        Some.User(60, "palesa.zulu@example.net", 61, dashboards: [("hl7", 1), ("ward", 0)]),
        Some.User(9, "johan", 40, org: 2),
        Some.User(1, "admin", 3),
        Some.User(17, "left.a.tab", 12, proof: ActivityProof.TabOnly),
        Some.User(28, "sa-1-athena-bot", 34)) with
    {
        Security = new SecurityTally(3, 1, 1, 2, 0, 5),
        Pages = new PageTally(358, 1, 40, 180, 420),
    };

    private static Activity Flood()
    {
        var strangers = Enumerable.Range(100, 209).Select(id => Some.User(id, $"bulk{id}@example.net", 1)).ToArray();
        return Some.Activity([Some.User(2, "some.login", 120), Some.User(5, "thabo.m", 88), .. strangers]) with
        {
            Security = new SecurityTally(0, 0, 208, 0, 209, 2),
            Locks = strangers.ToDictionary(row => $"{row.Id}", row => row.LastSeen),
        };
    }

    private static Activity Crowd() => Some.Activity(
    [
        .. Enumerable.Range(1, 13).Select(i => Some.User(i, $"colleague{i}@example.org", i > 10 ? 24 - (i / 2) : 300 - (i * 7))),
    ]);

    private static Activity Hostile() => Some.Activity(
        Some.User(8, "<script>alert(1)</script>", 99),
        Some.User(13, "名前", 98),
        Some.User(14, "rtl\u202egnp", 97),
        Some.User(15, "emoji😀_*[x](y)~`", 96),
        Some.User(16, "tab\there", 95),
        Some.User(17, "line\nbreak", 94),
        Some.User(21, new string('x', 180), 93),
        Some.User(23, "admin ", 92),
        Some.User(30, "שלום", 91),
        Some.User(31, "@everybody t.me/evil", 90, dashboards: [("<b>&amp;", 1)]));

    private static string Detail(AlertKind kind) => kind switch
    {
        AlertKind.GrafanaDown => "No connection to http://127.0.0.1:3000/ (ConnectionRefused).",
        AlertKind.DatabaseDown => "Grafana runs, but says that its database does not answer.",
        AlertKind.LogNotSeen => "a test request was answered by Grafana but is not in the log",
        AlertKind.DatabaseFailing => "64 requests without an answer",
        AlertKind.FailedLogins => "57 failed logins in 5 minutes",
        AlertKind.SignUps => "63 sign-ups in 5 minutes",
        AlertKind.MemoryNotWritten =>
            "The state could not be written to /var/lib/grafana-active-users/state.json: No space left on device. It is kept in memory "
            + "and will be tried again.",
        AlertKind.BackupFails => "the newest backup, grafana-20261120.dump, is 31 h old; BACKUP_MAX_AGE is 26h",
        _ => "12.3.0 → 12.4.0",
    };

    private static TestCaseData Sample(string name, Pulse pulse)
    {
        var userDirectory = Some.UserDirectory([1, 2, 5, 9, 17, 60], [28], (1, "Main Org."), (2, "Clinic North"));
        var whole = name is "pulse" or "pulse-in-part" or "pulse-strangers"
            ? Pulses.Pulse.Of(
                new WindowReading(
                    name is "pulse-strangers" ? Flood() : Busy(),
                    name is "pulse-in-part" ? Some.Coverage(Some.Gap(0, 4, "the log begins at 06:04")) : Some.Coverage()),
                userDirectory, Some.Up, pulse.Before)
            : pulse;
        return Text(name, PulseText.Of(whole.WithTitles(Titles), null, null, null, Some.Wording));
    }

    private static TestCaseData Text(string name, TelegramText text) => new TestCaseData(name, text).SetArgDisplayNames(name);

    private static string Directory([CallerFilePath] string source = "") =>
        Path.Combine(Path.GetDirectoryName(source)!, "..", "..", "docs", "samples");
}
