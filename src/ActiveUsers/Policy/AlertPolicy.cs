using System.Globalization;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Grafana.Usage;

namespace Athena.ActiveUsers.Policy;

/// <summary>
/// Every rule of when people are told between pulses. Changes the book and gives what changed; no I/O, no clock. What could not be seen
/// changes nothing: an outage of Grafana does not end an alert about its log.
/// </summary>
internal static class AlertPolicy
{
    /// <summary>A log may lag for a moment; a second look so much later is no chance.</summary>
    public static readonly TimeSpan Confirmation = TimeSpan.FromSeconds(50);

    /// <summary>So many requests without an answer from the database are an outage; one or two are a hiccup at a restart of it.</summary>
    public const int DatabaseFailures = 5;

    /// <summary>The span over which failed logins and sign-ups are counted.</summary>
    public static readonly TimeSpan CountedOver = TimeSpan.FromMinutes(5);

    public static IReadOnlyList<AlertChange> Apply(AlertBook book, AlertFacts facts, AlertLimits limits)
    {
        var changes = new List<AlertChange>();
        bool wasDown = IsKnownDown(book);
        if (facts.Look is { } look) Watch(book, look, changes);
        WatchDatabase(book, facts, wasDown || IsKnownDown(book), changes);
        WatchLog(book, facts, changes);
        if (facts.IsMemoryWritten is { } isWritten)
            Confirm(book, AlertKind.MemoryNotWritten, !isWritten, facts.At, facts.MemoryDetail, changes);
        Note(book, AlertKind.SecondCopy, facts.OtherCopy, facts.At, changes);
        Note(book, AlertKind.ListenerNotProved, facts.Listener, facts.At, changes);
        Note(book, AlertKind.AlertmanagerSilent, facts.Alertmanager, facts.At, changes);
        // Whoever asks them does not answer: that is one message.
        if (!IsKnownDown(book)) Note(book, AlertKind.DataSourceFails, facts.DataSources, facts.At, changes);
        Note(book, AlertKind.BackupFails, facts.Backups, facts.At, changes);
        Count(book, AlertKind.FailedLogins, facts.FailedLogins, limits.FailedLogins, "failed logins", facts.At, changes);
        Count(book, AlertKind.SignUps, facts.SignUps, limits.SignUps, "sign-ups", facts.At, changes);
        return changes;
    }

    private static void Watch(AlertBook book, HealthLook look, List<AlertChange> changes)
    {
        (book.Grafana, var seen) = GrafanaWatch.Next(book.Grafana, look);
        foreach (var change in seen)
        {
            switch (change.Kind)
            {
                case GrafanaChangeKind.WentDown:
                    End(book, AlertKind.DatabaseDown, change.At, changes);
                    Begin(book, AlertKind.GrafanaDown, change.Since, change.Detail, changes);
                    break;
                case GrafanaChangeKind.DatabaseFails:
                    End(book, AlertKind.GrafanaDown, change.At, changes);
                    Begin(book, AlertKind.DatabaseDown, change.Since, change.Detail, changes);
                    break;
                case GrafanaChangeKind.BackUp:
                    End(book, AlertKind.GrafanaDown, change.At, changes);
                    End(book, AlertKind.DatabaseDown, change.At, changes);
                    break;
                case GrafanaChangeKind.VersionChanged:
                    changes.Add(new AlertChange(
                        new OpenAlert(AlertKind.VersionChanged, change.At, $"{change.Before} → {change.Version}", IsTold: false), null));
                    break;
            }
        }
    }

    private static bool IsKnownDown(AlertBook book) =>
        book.Find(AlertKind.GrafanaDown) is not null || book.Find(AlertKind.DatabaseDown) is not null;

    /// <summary>
    /// A Grafana that does not answer writes no log either. What is still not seen when it is back is confirmed anew, and told then.
    /// </summary>
    private static void WatchLog(AlertBook book, AlertFacts facts, List<AlertChange> changes)
    {
        var isDown = facts.Look is { Verdict: HealthVerdict.NotAnswering } || book.Find(AlertKind.GrafanaDown) is not null;
        if (isDown && facts.IsLogSeen == false) book.Suspected.Remove(AlertKind.LogNotSeen);
        else if (facts.IsLogSeen is { } isSeen) Confirm(book, AlertKind.LogNotSeen, !isSeen, facts.At, facts.LogDetail, changes);
    }

    /// <summary>One cause is one message: while Grafana or its database are known to be down, the log adds nothing.</summary>
    private static void WatchDatabase(AlertBook book, AlertFacts facts, bool isKnown, List<AlertChange> changes)
    {
        if (facts.Database.Failures is { } failures && failures.Requests >= DatabaseFailures)
        {
            if (!isKnown && !IsTold(book, failures))
                Begin(
                    book,
                    AlertKind.DatabaseFailing,
                    failures.First,
                    string.Create(CultureInfo.InvariantCulture, $"{failures.Requests} requests without an answer"),
                    changes);
            if (isKnown || book.Find(AlertKind.DatabaseFailing) is not null)
                book.DatabaseToldTo = failures.Last;
        }
        else if (facts.Database is { IsSeen: true, Failures: null })
        {
            // Five minutes were seen without a failure: over it was with the last.
            End(book, AlertKind.DatabaseFailing, book.DatabaseToldTo ?? facts.At, changes);
        }
    }

    /// <summary>Of an outage that was told as "down" lines remain in the last five minutes when it is over.</summary>
    private static bool IsTold(AlertBook book, DatabaseFailures failures) => book.DatabaseToldTo >= failures.Last;

    private static void Confirm(AlertBook book, AlertKind kind, bool isSo, DateTimeOffset at, string detail, List<AlertChange> changes)
    {
        if (!isSo)
        {
            book.Suspected.Remove(kind);
            End(book, kind, at, changes);
        }
        else if (!book.Suspected.TryGetValue(kind, out var since) || since > at)
        {
            book.Suspected[kind] = at;
        }
        else if (at - since >= Confirmation)
        {
            Begin(book, kind, since, detail, changes);
        }
    }

    /// <summary>What one look proves.</summary>
    private static void Note(AlertBook book, AlertKind kind, string? detail, DateTimeOffset at, List<AlertChange> changes)
    {
        if (detail is { Length: > 0 }) Begin(book, kind, at, detail, changes);
        else if (detail is not null) End(book, kind, at, changes);
    }

    /// <summary>Over only at half of the limit: a count that swings round the limit is one event.</summary>
    private static void Count(
        AlertBook book, AlertKind kind, long? count, int limit, string what, DateTimeOffset at, List<AlertChange> changes)
    {
        if (count > limit) Begin(book, kind, at, string.Create(CultureInfo.InvariantCulture, $"{count} {what} in 5 minutes"), changes);
        else if (count <= limit / 2) End(book, kind, at, changes);
    }

    private static void Begin(AlertBook book, AlertKind kind, DateTimeOffset since, string detail, List<AlertChange> changes)
    {
        if (book.Find(kind) is not null) return;
        var alert = new OpenAlert(kind, since, detail, IsTold: false);
        book.Open.Add(alert);
        changes.Add(new AlertChange(alert, null));
    }

    private static void End(AlertBook book, AlertKind kind, DateTimeOffset at, List<AlertChange> changes)
    {
        if (book.Find(kind) is not { } open) return;
        book.Open.Remove(open);
        changes.Add(new AlertChange(open, at));
    }
}
