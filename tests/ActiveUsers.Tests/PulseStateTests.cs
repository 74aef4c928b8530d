using Athena.ActiveUsers.Evidence;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Grafana.Probes;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Time;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>What stands in the first line, who counts as a user, and how long a message is of an ordinary day.</summary>
internal sealed class PulseStateTests
{
    [Test]
    public void The_first_line_says_what_is_wrong_and_OK_only_where_all_is_well()
    {
        var busy = Some.Activity(Some.User(2, "naledi", 4));
        var failures = new DatabaseFailures(3, Some.Six.AddMinutes(2), Some.Six.AddMinutes(4));
        Assert.Multiple(() =>
        {
            Assert.That(First(Some.Pulse(busy, look: Some.Up)), Is.EqualTo("OK · 1 user · Grafana 12.3.0 up"));
            Assert.That(
                First(Some.Pulse(busy, look: Some.Up with { Verdict = HealthVerdict.NotAnswering })),
                Is.EqualTo("Grafana DOES NOT ANSWER · 1 user"));
            Assert.That(
                First(Some.Pulse(busy, look: Some.Up with { Verdict = HealthVerdict.DatabaseFailing })),
                Is.EqualTo("Grafana's database DOES NOT ANSWER · 1 user"));
            Assert.That(
                First(Some.Pulse(busy with { DatabaseFailures = failures }, look: Some.Up)),
                Is.EqualTo("Grafana's database FAILED · 1 user · Grafana 12.3.0 up"));
            Assert.That(
                First(Some.Pulse(busy, Some.Coverage(Some.Gap(0, 4, "the log begins at 06:04")), look: Some.Up)),
                Is.EqualTo("LOG SEEN IN PART · 1 user · Grafana 12.3.0 up"));
            Assert.That(
                First(Some.Pulse(
                    Some.Activity(), Some.Coverage(Some.Gap(0, 15, "no log", GapCause.NoLog)) with { LinesRead = 0 }, look: Some.Up)),
                Is.EqualTo("LOG NOT SEEN · Grafana 12.3.0 up"));
            Assert.That(First(Some.Pulse(busy)), Is.EqualTo("1 user"), "Nobody looked at Grafana, so nobody says OK.");
        });

        static string First(Pulse pulse) => Plain(pulse).Split('\n')[0];
    }

    [Test]
    public void An_alert_that_is_not_over_is_in_the_first_line_and_Grafanas_health_is_as_the_pulse_itself_found_it()
    {
        OpenAlert[] open =
        [
            new(AlertKind.GrafanaDown, Some.Six, "", true), new(AlertKind.FailedLogins, Some.Six, "57 failed logins in 5 minutes", false),
        ];
        var text = TelegramWriter.Plain(PulseText.Of(
            Some.Pulse(Some.Activity(), look: Some.Up), null, null, null, Some.Wording, alerts: AlertText.BesideHealth(open)));
        Assert.That(text, Does.StartWith("many failed logins · nobody active · Grafana 12.3.0 up\n").And.Not.Contain("does not answer"));
    }

    /// <summary>Two hundred sign-ups of a robot are no two hundred users, nor do they fill the rows.</summary>
    [Test]
    public void Strangers_who_were_locked_are_no_users_and_have_a_line_of_their_own()
    {
        var strangers = Enumerable.Range(100, 209).Select(id =>
            Some.User(id, $"stranger{id}", 400, dashboards: id == 100 ? [("ward", 1)] : [])).ToArray();
        var activity = Some.Activity([Some.User(2, "naledi", 4, dashboards: [("lab", 1)]), .. strangers]) with
        {
            Security = new SecurityTally(0, 0, 0, 0, 209, 0),
            Locks = strangers.ToDictionary(row => $"{row.Id}", row => row.LastSeen),
        };
        var pulse = Some.Pulse(activity);
        Assert.That(pulse.Figures, Is.EqualTo(new PulseFigures(1, 4)));
        Assert.That(Plain(pulse), Does.StartWith("1 user\n").And.Contain("naledi  4 requests\nDashboards by users: lab 1\n")
            .And.Contain("New and locked, no users: 209 accounts, 1 of them had a dashboard on screen").And.Not.Contain("stranger"));
    }

    [TestCase(0, false, false, "0 users, 12 requests in the last window")]
    [TestCase(0, false, true, "Grafana was down in the last window, and nobody was seen")]
    [TestCase(0, true, true, "Grafana was down in the last window, and nobody was seen")]
    [TestCase(0, true, false, "Nobody was seen in the last window, and it was not seen whole")]
    [TestCase(1, true, true, "1 user, 12 requests in the last window")]
    public void Nobody_there_is_only_said_where_somebody_would_have_been_seen(int users, bool isInPart, bool wasDown, string said) =>
        Assert.That(new PulseFigures(users, 12) { IsInPart = isInPart, WasDown = wasDown }.Sentence, Is.EqualTo(said));

    [Test]
    public void Whoever_goes_on_after_the_lock_was_let_in_and_is_a_user()
    {
        var row = Some.User(100, "thabo", 40);
        var activity = Some.Activity(row) with
        {
            Security = new SecurityTally(0, 0, 0, 0, 1, 0),
            Locks = new Dictionary<string, DateTimeOffset> { ["100"] = row.LastSeen.AddMinutes(-5) },
        };
        Assert.That(Some.Pulse(activity).Figures.Users, Is.EqualTo(1));
    }

    [Test]
    public void Whoever_worked_and_is_locked_for_good_is_a_user_of_that_window()
    {
        var row = Some.User(5, "thabo", 40);
        var activity = Some.Activity(row) with { Locks = new Dictionary<string, DateTimeOffset> { ["5"] = row.LastSeen } };
        Assert.That(Some.Pulse(activity).Figures.Users, Is.EqualTo(1));
    }

    /// <summary>One on which people worked, robots knocked, and somebody signed up with every name that there is.</summary>
    [Test]
    public void Every_window_of_a_recorded_day_that_was_seen_whole_makes_a_short_pulse()
    {
        var log = new LogWindows(LogSource.TryParse("file:" + Repository.PathOf("tests/Fixtures/logs/day/rotated/grafana.log"), out _)!);
        var reader = new WindowReader(
            log, new GrafanaDirectory(grafana: null, door: null, TimeProvider.System),
            new ActiveUsersOptions(Some.Wording, TimeSpan.FromSeconds(10), false, new HashSet<long>(), new AlertLimits(20, 20), true));
        var people = 0;
        for (var from = Some.Six.AddHours(-6); from < Some.Six.AddHours(18); from = from.AddMinutes(5))
        {
            var reading = reader.Read(new Window(from, from.AddMinutes(5)), ProbeBook.Empty, CancellationToken.None);
            if (!reading.Coverage.IsComplete) continue;
            var pulse = Pulse.Of(reading, UserDirectory.Unread, Some.Up, new PulseFigures(12, 900));
            people += pulse.Figures.Users;
            var text = Plain(pulse);
            Assert.That(text, Has.Length.LessThan(PulseTextTests.ShortLength), text);
        }

        Assert.That(people, Is.GreaterThan(0), "The day must have people in it.");
    }

    [Test]
    public void Where_there_are_several_Grafanas_the_pulse_and_the_alerts_say_which()
    {
        var wording = Some.Wording with { Site = "North Wing" };
        Assert.That(
            TelegramWriter.Plain(PulseText.Of(Some.Pulse(Some.Activity()), null, null, null, wording)),
            Is.EqualTo("nobody active\nAthena (North Wing), 06:00–06:15 SAST"));
        Assert.That(
            TelegramWriter.Plain(AlertText.Began(new OpenAlert(AlertKind.GrafanaDown, Some.Six, "", true), wording)),
            Does.StartWith("CRITICAL · Athena (North Wing): "));
    }

    private static string Plain(Pulse pulse) =>
        TelegramWriter.Plain(PulseText.Of(pulse, null, null, null, Some.Wording)).Replace("\u200b", "", StringComparison.Ordinal);
}
