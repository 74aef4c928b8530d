using System.Globalization;
using Athena.ActiveUsers.State;
using Athena.Common.Kpis;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Delivery;
using Athena.Common.Notify.Documents;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Notify;

/// <summary>
/// Mails the key figures of a month, once, when it is over: at six in the morning where each daemon's part is there, a day after the
/// month's end where one is missing. Of a month of which nothing is known there is no mail.
/// </summary>
/// <param name="options">Null mails none.</param>
/// <param name="own">This daemon's part of a span.</param>
/// <param name="others">Another daemon's part of the last month, as that wrote it; null where there is none.</param>
/// <param name="wasMailed">Whether the audit has that a mail with this key was offered.</param>
internal sealed class KpiNotifier(
    KpiMailOptions? options, Func<Window, KpiPart> own, Func<string, KpiPart?> others, Func<string, bool> wasMailed, IOutbox outbox,
    ActiveUsersMemory memory, TimeZoneInfo zone, TimeProvider time)
{
    /// <summary>Until then the others have written what the last hours of the month came to.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromHours(3);

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(24);

    /// <summary>To be called on each round; does something once a month.</summary>
    /// <returns>Whether the state was changed.</returns>
    public bool Step()
    {
        if (options is null) return false;
        var now = time.GetUtcNow();
        var (month, isFirst, isDue) = MonthTurn.Of(memory.State.KpisFrom, zone, now);
        if (isFirst)
        {
            memory.State.KpisFrom = month.To;
            return true;
        }

        if (!isDue) return false;
        var parts = KpiKinds.All.Select(known => known.Daemon).Distinct().Where(name => name != Identity.Worker.Daemon)
            .Select(others).OfType<KpiPart>()
            .Where(part => part.From == month.From && part.To == month.To && part.MadeAt >= month.To + Settled)
            .ToDictionary(part => part.Daemon);
        if (parts.Count < KpiKinds.All.Select(known => known.Daemon).Distinct().Count() - 1 && now < month.To + LongestWait) return false;
        try
        {
            parts[Identity.Worker.Daemon] = own(month);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // A disk that refuses is told of elsewhere; in a minute again.
        }

        var report = KpiReport.Of(
            month.From, month.To, zone, parts,
            daemon => $"{daemon} was not running after the month, or is not installed: sudo athena-workers status");
        var mail = Write(options, report);
        if (!report.IsEmpty && !wasMailed(mail.Key)) outbox.Put(mail);
        memory.State.KpisFrom = month.To;
        return true;
    }

    /// <summary>The mail about a month.</summary>
    public static Notification Write(KpiMailOptions options, KpiReport report)
    {
        var month = TimeZoneInfo.ConvertTime(report.From, report.Zone);
        return new Notification(
            string.Create(CultureInfo.InvariantCulture, $"kpi/{month:yyyy-MM}"), options.To,
            string.Create(CultureInfo.InvariantCulture, $"{options.Brand.Name}: key figures, {month:MMMM yyyy}"), KpiDocument.Of(report),
            options.Brand)
        {
            Severity = Severity.Info,
            Thread = "kpi",
        };
    }
}

/// <summary>Who gets the key figures of each month.</summary>
/// <param name="To"><c>KPI_TO</c>.</param>
internal sealed record KpiMailOptions(SmtpSettings Smtp, IReadOnlyList<string> To, Brand Brand)
{
    public const string Key = "KPI_TO";
}
