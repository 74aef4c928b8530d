using System.Globalization;

namespace Athena.ActiveUsers.Alerts;

/// <summary>
/// Every rule of when people are told between pulses. Changes the book and gives what changed; no I/O, no clock. What could not be seen
/// changes nothing: an outage of Grafana does not end an alert about its log.
/// </summary>
internal static class AlertPolicy
{
    /// <summary>One check may meet a restart or a full queue; a second one so much later does not by chance.</summary>
    public static readonly TimeSpan Confirmation = TimeSpan.FromMinutes(1);

    /// <summary>The span over which failed logins and sign-ups are counted.</summary>
    public static readonly TimeSpan CountedOver = TimeSpan.FromMinutes(5);

    public static IReadOnlyList<AlertChange> Apply(AlertBook book, AlertFacts facts, AlertLimits limits)
    {
        var changes = new List<AlertChange>();
        Confirmed(AlertKind.GrafanaDown, !facts.IsUp, facts.HealthDetail);
        Confirmed(AlertKind.DatabaseDown, !facts.IsDatabaseOk, facts.HealthDetail);
        Set(AlertKind.LogNotSeen, !facts.IsLogSeen, facts.At, facts.LogDetail);
        Counted(AlertKind.FailedLogins, facts.FailedLogins, limits.FailedLogins, "failed logins");
        Counted(AlertKind.SignUps, facts.SignUps, limits.SignUps, "sign-ups");
        NoteVersion();
        return changes;

        void Confirmed(AlertKind kind, bool? isSo, string detail)
        {
            if (isSo is null) return;
            if (isSo == false)
            {
                book.Suspected.Remove(kind);
                Set(kind, false, facts.At, detail);
            }
            else if (!book.Suspected.TryGetValue(kind, out var since))
            {
                book.Suspected[kind] = facts.At;
            }
            else if (facts.At - since >= Confirmation)
            {
                Set(kind, true, since, detail);
            }
        }

        // Over only at half of the limit: a count that swings round the limit is one event.
        void Counted(AlertKind kind, long? count, int limit, string what)
        {
            if (count is not { } number) return;
            var isOpen = book.Find(kind) is not null;
            bool? isSo = number > limit ? true : isOpen && number > limit / 2 ? null : false;
            Set(kind, isSo, facts.At, string.Create(CultureInfo.InvariantCulture, $"{number} {what} in 5 minutes"));
        }

        void Set(AlertKind kind, bool? isSo, DateTimeOffset since, string detail)
        {
            var open = book.Find(kind);
            if (isSo == true && open is null)
            {
                open = new OpenAlert(kind, since, detail, IsTold: false);
                book.Open.Add(open);
                changes.Add(new AlertChange(open, null));
            }
            else if (isSo == false && open is not null)
            {
                book.Open.Remove(open);
                changes.Add(new AlertChange(open, facts.At));
            }
        }

        void NoteVersion()
        {
            if (facts.Version is not { Length: > 0 } version || version == book.Version) return;
            if (book.Version is { } before)
                changes.Add(new AlertChange(new OpenAlert(AlertKind.VersionChanged, facts.At, $"{before} → {version}", IsTold: false), null));
            book.Version = version;
        }
    }
}
