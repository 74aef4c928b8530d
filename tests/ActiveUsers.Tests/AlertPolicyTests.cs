using Athena.ActiveUsers.Policy;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Usage;

namespace Athena.ActiveUsers.Tests;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AlertPolicyTests
{
    private static readonly AlertLimits Limits = new(20, 20);
    private readonly AlertBook book = new();

    [Test]
    public void Grafana_is_down_after_two_checks_a_minute_apart_and_its_return_is_told_once()
    {
        Assert.That(Look(0, HealthVerdict.Up), Is.Empty);
        Assert.That(Look(1, HealthVerdict.NotAnswering), Is.Empty);
        var began = Look(2, HealthVerdict.NotAnswering);
        Assert.That(began, Has.Count.EqualTo(1));
        Assert.That(
            began[0].Alert, Has.Property("Kind").EqualTo(AlertKind.GrafanaDown).And.Property("Since").EqualTo(Some.Six.AddMinutes(1)));
        Assert.That(Look(3, HealthVerdict.NotAnswering), Is.Empty);
        var over = Look(13, HealthVerdict.Up);
        Assert.That(over.Single().OverAt - over.Single().Alert.Since, Is.EqualTo(TimeSpan.FromMinutes(12)));
        Assert.That(Look(14, HealthVerdict.Up), Is.Empty);
    }

    /// <summary>Such as that of a log that may not be read: why, whose it is, and the two commands.</summary>
    [Test]
    public void A_detail_is_said_to_its_end_where_its_remedy_stands()
    {
        var detail =
            $"Permission denied: {new string('x', 600)}. Let the service be of that group: sudo /usr/lib/athena-workers/read-grafana-log "
            + "grafana-active-users, then restart it.";
        var said = AlertText.Began(new OpenAlert(AlertKind.LogNotSeen, Some.Six, detail, true), Some.Wording);
        Assert.That(string.Concat(said.Rows[1].Spans.Select(span => span.Text)), Does.EndWith("then restart it."));
    }

    [Test]
    public void A_restart_between_two_checks_is_nobodys_alarm()
    {
        Look(0, HealthVerdict.NotAnswering);
        Look(1, HealthVerdict.Up);
        Assert.That(Look(2, HealthVerdict.NotAnswering), Is.Empty);
    }

    [Test]
    public void A_database_that_fails_after_an_outage_ends_the_one_alert_and_begins_the_other()
    {
        Look(0, HealthVerdict.NotAnswering);
        Look(1, HealthVerdict.NotAnswering);
        Look(2, HealthVerdict.DatabaseFailing);
        var changes = Look(3, HealthVerdict.DatabaseFailing);
        Assert.That(changes.Select(change => (change.Alert.Kind, change.OverAt is null)), Is.EqualTo(
            new[] { (AlertKind.GrafanaDown, false), (AlertKind.DatabaseDown, true) }));
    }

    [Test]
    public void A_database_that_failed_between_two_checks_is_told_by_the_log_and_over_when_five_minutes_were_seen_without()
    {
        Assert.That(Fail(0, requests: 4, first: 0, last: 0), Is.Empty, "a hiccup");
        OpenAlert began = Fail(1, requests: 64, first: 0, last: 1).Single().Alert;
        Assert.That((began.Kind, began.Since), Is.EqualTo((AlertKind.DatabaseFailing, Some.Six)));
        Assert.That(Fail(2, requests: 64, first: 0, last: 1), Is.Empty, "said once");
        Assert.That(Look(4, HealthVerdict.Up), Is.Empty, "nothing seen of the log is no end");
        Assert.That(
            AlertPolicy.Apply(book, new AlertFacts(Some.Six.AddMinutes(5)) { Database = new DatabaseSight(false, null) }, Limits),
            Is.Empty,
            "nor is a part of it");
        Assert.That(
            AlertPolicy.Apply(book, new AlertFacts(Some.Six.AddMinutes(7)) { Database = new DatabaseSight(true, null) }, Limits)
                .Single().OverAt,
            Is.EqualTo(Some.Six.AddMinutes(1)),
            "over it was with the last failure");
    }

    [Test]
    public void What_the_log_says_of_an_outage_that_the_checks_have_told_is_no_second_alert()
    {
        Look(0, HealthVerdict.DatabaseFailing);
        Look(1, HealthVerdict.DatabaseFailing);
        Assert.That(Fail(2, 64, 0, 2, HealthVerdict.DatabaseFailing), Is.Empty);
        Assert.That(
            Fail(3, 70, 0, 3, HealthVerdict.Up).Select(change => (change.Alert.Kind, change.OverAt is null)),
            Is.EqualTo(new[] { (AlertKind.DatabaseDown, false) }));
        Assert.That(Fail(4, 70, 0, 3, HealthVerdict.Up), Is.Empty, "the same lines are in the last five minutes still");
        Assert.That(
            Fail(5, 99, 0, 5, HealthVerdict.Up).Single().Alert.Kind, Is.EqualTo(AlertKind.DatabaseFailing), "and then it failed again");
    }

    [Test]
    public void Another_version_is_told_once_and_the_first_one_never()
    {
        Assert.That(Look(0, HealthVerdict.Up), Is.Empty);
        Assert.That(Look(1, HealthVerdict.Up, "12.4.0").Single().Alert, Has.Property("Kind").EqualTo(AlertKind.VersionChanged)
            .And.Property("Detail").EqualTo("12.3.0 → 12.4.0"));
        Assert.That(Look(2, HealthVerdict.Up, "12.4.0"), Is.Empty);
    }

    [Test]
    public void A_log_that_is_not_seen_is_told_when_a_second_look_confirms_it_and_silence_of_the_probe_changes_nothing()
    {
        Assert.That(See(0, false), Is.Empty);
        Assert.That(See(1, false).Single().Alert.Kind, Is.EqualTo(AlertKind.LogNotSeen));
        Assert.That(See(2, null), Is.Empty);
        Assert.That(See(3, true).Single().OverAt, Is.EqualTo(Some.Six.AddMinutes(3)));
        Assert.That(See(4, false), Is.Empty);
        Assert.That(See(5, true), Is.Empty);
    }

    [Test]
    public void A_log_that_ends_with_Grafana_is_the_same_cause_and_is_told_when_it_is_not_seen_after_that()
    {
        Assert.That(Both(0, HealthVerdict.Up, isSeen: true), Is.Empty);
        Assert.That(Both(1, HealthVerdict.NotAnswering, isSeen: false), Is.Empty);
        Assert.That(Both(2, HealthVerdict.NotAnswering, isSeen: false).Single().Alert.Kind, Is.EqualTo(AlertKind.GrafanaDown));
        Assert.That(Both(9, HealthVerdict.NotAnswering, isSeen: false), Is.Empty);
        Assert.That(Both(10, HealthVerdict.Up, isSeen: false).Single().Alert.Kind, Is.EqualTo(AlertKind.GrafanaDown), "it is over");
        var began = Both(11, HealthVerdict.Up, isSeen: false).Single();
        Assert.That((began.Alert.Kind, began.Alert.Since, began.OverAt), Is.EqualTo(
            (AlertKind.LogNotSeen, Some.Six.AddMinutes(10), (DateTimeOffset?)null)));
    }

    /// <summary>A restart: Grafana misses one check, and what was suspected of its log before was that.</summary>
    [Test]
    public void A_suspicion_of_the_log_ends_with_a_check_that_Grafana_did_not_answer()
    {
        Assert.That(Both(0, HealthVerdict.Up, isSeen: false), Is.Empty);
        Assert.That(Both(1, HealthVerdict.NotAnswering, isSeen: false), Is.Empty);
        Assert.That(Both(2, HealthVerdict.Up, isSeen: false), Is.Empty);
        Assert.That(Both(3, HealthVerdict.Up, isSeen: false).Single().Alert.Since, Is.EqualTo(Some.Six.AddMinutes(2)));
    }

    [Test]
    public void A_log_that_was_not_seen_before_Grafana_went_down_stays_told_once()
    {
        See(0, false);
        Assert.That(See(1, false), Has.Count.EqualTo(1));
        Look(2, HealthVerdict.NotAnswering);
        Assert.That(Look(3, HealthVerdict.NotAnswering).Single().Alert.Kind, Is.EqualTo(AlertKind.GrafanaDown));
        Assert.That(See(4, false), Is.Empty);
        Assert.That(See(5, true).Single().Alert.Kind, Is.EqualTo(AlertKind.LogNotSeen));
    }

    [Test]
    public void A_memory_that_cannot_be_written_is_told_when_a_second_look_confirms_it_and_again_when_it_can()
    {
        Assert.That(Write(0, false), Is.Empty);
        Assert.That(Write(1, false).Single().Alert, Has.Property("Kind").EqualTo(AlertKind.MemoryNotWritten).And.Property("Detail")
            .EqualTo("no space left"));
        Assert.That(Write(2, false), Is.Empty);
        Assert.That(Write(3, true).Single().OverAt, Is.EqualTo(Some.Six.AddMinutes(3)));
        Assert.That(Write(4, false), Is.Empty);
        Assert.That(Write(5, true), Is.Empty);

        IReadOnlyList<AlertChange> Write(int minute, bool isWritten) =>
            AlertPolicy.Apply(
                book,
                new AlertFacts(Some.Six.AddMinutes(minute), IsMemoryWritten: isWritten, MemoryDetail: isWritten ? "" : "no space left"),
                Limits);
    }

    [Test]
    public void What_is_wrong_around_Grafana_is_told_at_the_first_look_and_over_when_one_finds_none(
        [Values(
            AlertKind.SecondCopy, AlertKind.ListenerNotProved, AlertKind.DataSourceFails, AlertKind.BackupFails,
            AlertKind.AlertmanagerSilent)]
        AlertKind kind)
    {
        Assert.That(Note(0, null), Is.Empty);
        Assert.That(Note(1, ""), Is.Empty);
        var began = Note(2, "what one sees of it").Single();
        Assert.That(
            (began.Alert.Kind, began.Alert.Since, began.Alert.Detail, began.OverAt),
            Is.EqualTo((kind, Some.Six.AddMinutes(2), "what one sees of it", (DateTimeOffset?)null)));
        Assert.That(Note(3, "and more"), Is.Empty, "said once");
        Assert.That(Note(4, null), Is.Empty, "nobody looked");
        Assert.That(Note(5, "").Single().OverAt, Is.EqualTo(Some.Six.AddMinutes(5)));

        IReadOnlyList<AlertChange> Note(int minute, string? detail)
        {
            var facts = new AlertFacts(Some.Six.AddMinutes(minute));
            return AlertPolicy.Apply(
                book,
                kind switch
                {
                    AlertKind.SecondCopy => facts with { OtherCopy = detail },
                    AlertKind.ListenerNotProved => facts with { Listener = detail },
                    AlertKind.BackupFails => facts with { Backups = detail },
                    AlertKind.AlertmanagerSilent => facts with { Alertmanager = detail },
                    _ => facts with { DataSources = detail },
                },
                Limits);
        }
    }

    [Test]
    public void Of_data_sources_nothing_is_said_while_Grafana_is_down()
    {
        Look(0, HealthVerdict.NotAnswering);
        Look(1, HealthVerdict.NotAnswering);
        var facts = new AlertFacts(Some.Six.AddMinutes(2)) { DataSources = "1 of 2: Wards" };
        Assert.That(AlertPolicy.Apply(book, facts, Limits), Is.Empty);
        Assert.That(
            AlertPolicy.Apply(book, new AlertFacts(Some.Six.AddMinutes(2)) { Backups = "none" }, Limits), Has.Count.EqualTo(1),
            "of backups something is, for they are needed then");
        Look(3, HealthVerdict.Up);
        Assert.That(
            AlertPolicy.Apply(book, facts, Limits).Select(change => change.Alert.Kind), Is.EqualTo(new[] { AlertKind.DataSourceFails }));
    }

    [Test]
    public void Grafana_that_is_down_altogether_ends_what_was_said_of_its_database()
    {
        Look(0, HealthVerdict.DatabaseFailing);
        Look(1, HealthVerdict.DatabaseFailing);
        Look(2, HealthVerdict.NotAnswering);
        var changes = Look(3, HealthVerdict.NotAnswering);
        Assert.That(changes.Select(change => (change.Alert.Kind, change.OverAt is null)), Is.EqualTo(
            new[] { (AlertKind.DatabaseDown, false), (AlertKind.GrafanaDown, true) }));
    }

    /// <summary>Whoever sends marks it as told; an alert that is born so is never sent.</summary>
    [Test]
    public void Nothing_that_begins_is_told_yet()
    {
        Look(0, HealthVerdict.Up);
        AlertChange[] all =
        [
            .. Look(1, HealthVerdict.Up, "12.4.0"),
            .. Count(2, 21),
            .. AlertPolicy.Apply(book, new AlertFacts(Some.Six, SignUps: 21), Limits),
        ];
        Assert.That(all, Has.Length.EqualTo(3));
        Assert.That(all.Select(change => change.Alert.IsTold), Is.All.False);
    }

    /// <summary>The log may lag for a moment: what is not seen twice within it is one look.</summary>
    [Test]
    public void A_second_look_confirms_only_so_much_later()
    {
        Assert.That(SeeAfter(TimeSpan.Zero), Is.Empty);
        Assert.That(SeeAfter(AlertPolicy.Confirmation - TimeSpan.FromTicks(1)), Is.Empty);
        var began = SeeAfter(AlertPolicy.Confirmation).Single();
        Assert.That((began.Alert.Kind, began.Alert.Since), Is.EqualTo((AlertKind.LogNotSeen, Some.Six)));
    }

    [Test]
    public void A_clock_that_was_set_back_begins_the_suspicion_anew()
    {
        Assert.That(SeeAfter(TimeSpan.FromHours(1)), Is.Empty);
        Assert.That(SeeAfter(TimeSpan.Zero), Is.Empty);
        Assert.That(SeeAfter(AlertPolicy.Confirmation).Single().Alert.Since, Is.EqualTo(Some.Six));
    }

    [TestCase(20, false)]
    [TestCase(21, true)]
    public void More_failed_logins_than_the_limit_are_an_alert(int count, bool isAlert) =>
        Assert.That(Count(0, count).Count == 1, Is.EqualTo(isAlert));

    [Test]
    public void A_count_that_swings_round_the_limit_is_one_event()
    {
        Assert.That(Count(0, 21), Has.Count.EqualTo(1));
        Assert.That(Count(1, 19), Is.Empty);
        Assert.That(Count(2, 25), Is.Empty);
        Assert.That(Count(3, 11), Is.Empty);
        Assert.That(Count(4, 10).Single().OverAt, Is.Not.Null);
    }

    [Test]
    public void Sign_ups_have_a_limit_of_their_own() =>
        Assert.That(
            AlertPolicy.Apply(book, new AlertFacts(Some.Six, SignUps: 21), Limits).Single().Alert,
            Has.Property("Kind").EqualTo(AlertKind.SignUps).And.Property("Detail").EqualTo("21 sign-ups in 5 minutes"));

    [Test]
    public void A_count_says_of_what() => Assert.That(Count(0, 21).Single().Alert.Detail, Is.EqualTo("21 failed logins in 5 minutes"));

    private IReadOnlyList<AlertChange> Look(int minute, HealthVerdict verdict, string version = "12.3.0") =>
        AlertPolicy.Apply(
            book,
            new AlertFacts(Some.Six.AddMinutes(minute), new HealthLook(
                Some.Six.AddMinutes(minute), verdict, verdict == HealthVerdict.NotAnswering ? null : version, "x")),
            Limits);

    private IReadOnlyList<AlertChange> Both(int minute, HealthVerdict verdict, bool isSeen) => AlertPolicy.Apply(
        book,
        new AlertFacts(Some.Six.AddMinutes(minute), new HealthLook(Some.Six.AddMinutes(minute), verdict, "12.3.0", ""), isSeen, "gone"),
        Limits);

    private IReadOnlyList<AlertChange> SeeAfter(TimeSpan span) =>
        AlertPolicy.Apply(book, new AlertFacts(Some.Six + span, IsLogSeen: false), Limits);

    private IReadOnlyList<AlertChange> See(int minute, bool? isSeen) =>
        AlertPolicy.Apply(book, new AlertFacts(Some.Six.AddMinutes(minute), IsLogSeen: isSeen), Limits);

    private IReadOnlyList<AlertChange> Fail(int minute, int requests, int first, int last, HealthVerdict? verdict = null) =>
        AlertPolicy.Apply(
            book,
            new AlertFacts(
                Some.Six.AddMinutes(minute), verdict is { } found ? new HealthLook(Some.Six.AddMinutes(minute), found, "12.3.0", "") : null)
            {
                Database = new DatabaseSight(true, new DatabaseFailures(requests, Some.Six.AddMinutes(first), Some.Six.AddMinutes(last))),
            },
            Limits);

    private IReadOnlyList<AlertChange> Count(int minute, int failed) =>
        AlertPolicy.Apply(book, new AlertFacts(Some.Six.AddMinutes(minute), FailedLogins: failed), Limits);
}
