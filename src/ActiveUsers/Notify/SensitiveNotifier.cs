using System.Globalization;
using Athena.ActiveUsers.Access;
using Athena.ActiveUsers.State;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Delivery;
using Athena.Common.Notify.Documents;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Notify;

/// <summary>Mails once a month, when it is over, who opened which of the dashboards that were named, and who for the first time.</summary>
/// <param name="wasMailed">Whether the audit has that a mail with this key was offered.</param>
internal sealed class SensitiveNotifier(
    SensitiveMailOptions options, AccessBook book, Func<string, bool> wasMailed, IOutbox outbox, ActiveUsersMemory memory,
    TimeZoneInfo zone, TimeProvider time)
{
    /// <summary>To be called on each round; does something once a month.</summary>
    /// <returns>Whether the state was changed.</returns>
    public async Task<bool> StepAsync(
        Func<IEnumerable<string>, CancellationToken, Task<IReadOnlyDictionary<string, string>>> titles, CancellationToken cancel)
    {
        var (month, isFirst, isDue) = MonthTurn.Of(memory.State.SensitiveFrom, zone, time.GetUtcNow());
        if (isFirst)
        {
            memory.State.SensitiveFrom = month.To;
            return true;
        }

        if (!isDue) return false;
        List<AccessWindow> kept;
        try
        {
            kept = [.. book.Read(DateTimeOffset.MinValue, month.To)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // A disk that refuses is told of elsewhere; in a minute again.
        }

        var named = await titles(options.Uids, cancel).ConfigureAwait(false);
        var mail = Write(options, kept, month, zone, named);
        if (!wasMailed(mail.Key)) outbox.Put(mail);
        memory.State.SensitiveFrom = month.To;
        return true;
    }

    /// <summary>The mail about a month.</summary>
    /// <param name="kept">All that is kept up to its end.</param>
    public static Notification Write(
        SensitiveMailOptions options, IReadOnlyList<AccessWindow> kept, Window month, TimeZoneInfo zone,
        IReadOnlyDictionary<string, string> titles)
    {
        var local = TimeZoneInfo.ConvertTime(month.From, zone);
        var clock = new ZoneText(zone);
        var inside = kept.Where(window => month.Contains(window.Window.From)).ToList();
        var before = kept.Where(window => window.Window.From < month.From).ToList();
        List<MailBlock> blocks = [];
        HashSet<long> people = [];
        foreach (var uid in options.Uids)
        {
            var report = AccessReport.Of(month, inside, uid);
            var known = AccessReport.Of(month, before, uid).Viewers.Select(viewer => viewer.Id).ToHashSet();
            people.UnionWith(report.Viewers.Select(viewer => viewer.Id));
            blocks.Add(new MailBlock.Heading(UntrustedText.Visible(titles.GetValueOrDefault(uid, uid), 80)));
            blocks.Add(report.Viewers.Count == 0
                ? new MailBlock.Paragraph(Phrase.Of(report.IsWhole ? "Nobody opened it." : "Nobody is known to have opened it."))
                : new MailBlock.Table(
                    ["Who", "Opened", "First", "Last"],
                    [
                        .. report.Viewers.Select(viewer => (IReadOnlyList<Phrase>)
                        [
                            Phrase.Format($"{new Stranger(viewer.Login)}{(known.Contains(viewer.Id) ? "" : ", for the first time")}"),
                            Phrase.Of(viewer.Opens == 0 ? "on screen" : viewer.Opens.ToString(CultureInfo.InvariantCulture)),
                            Phrase.Of(clock.ShortDateAndClockAlone(viewer.First)), Phrase.Of(clock.ShortDateAndClockAlone(viewer.Last)),
                        ]),
                    ]));
        }

        var whole = AccessReport.Of(month, inside, options.Uids[0]);
        blocks.Insert(0, new MailBlock.Lead(Phrase.Of(
            $"{Count(people.Count, "account")} opened "
            + $"{(options.Uids.Count == 1 ? "this dashboard" : "one of these dashboards, or several,")} in "
            + $"{local.ToString("MMMM yyyy", CultureInfo.InvariantCulture)} ({clock.Name(month.From)}).")));
        if (!whole.IsWhole)
            blocks.Insert(1, new MailBlock.Banner(Phrase.Of(AccessText.NotWhole(whole, clock))));
        blocks.Add(new MailBlock.Paragraph(Phrase.Of(
            "For the first time: in nothing that is kept from before the month"
            + (before.Count > 0 ? $", which goes back to {clock.Date(before[0].Window.From)}." : "; nothing is kept from before it."))));
        return new Notification(
            string.Create(CultureInfo.InvariantCulture, $"sensitive/{local:yyyy-MM}"), options.To,
            string.Create(CultureInfo.InvariantCulture, $"{options.Brand.Name}: who opened sensitive dashboards, {local:MMMM yyyy}"),
            new MailDocument(
                "Who opened sensitive dashboards", whole.IsWhole ? Tone.Calm : Tone.Warning, "ACCESS", blocks,
                "Written because SENSITIVE_DASHBOARDS names these dashboards. It is about our own staff: it is for nobody else."),
            options.Brand)
        {
            Severity = Severity.Info,
            Thread = "sensitive",
        };
    }

    private static string Count(int number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");
}

/// <summary>Whom to tell each month who opened which of these dashboards.</summary>
/// <param name="To">Our own people, <c>OPS_MAIL_TO</c>.</param>
/// <param name="Uids"><c>SENSITIVE_DASHBOARDS</c>.</param>
internal sealed record SensitiveMailOptions(SmtpSettings Smtp, IReadOnlyList<string> To, Brand Brand, IReadOnlyList<string> Uids)
{
    public const string Key = "SENSITIVE_DASHBOARDS";

    /// <param name="missing">Keys without which no mail goes to our own people.</param>
    public static IReadOnlyList<string> ReadUids(SettingsReader reader, bool isAccessKept, IReadOnlyList<string> missing)
    {
        var uids = reader.Read<IReadOnlyList<string>>(
            Key, "", "Uids of dashboards, comma separated: with ACCESS_AUDIT=yes OPS_MAIL_TO is told each month who opened them.",
            (string text, out IReadOnlyList<string> value) =>
            {
                value = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];
                return value.FirstOrDefault(uid => !uid.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_')) is { } odd
                    ? $"{odd} is no uid: it is what stands behind /d/ in a dashboard's address"
                    : null;
            });
        if (uids.Count > 0 && (!isAccessKept || missing.Count > 0))
            reader.Remark(new SettingsRemark(
                $"{Key} is set, and {(isAccessKept ? string.Join(" and ", missing) : "ACCESS_AUDIT")} is not: nobody is told who opened "
                + "them",
                isAccessKept
                    ? $"Set {string.Join(", ", missing)} in /etc/default/{WorkerIdentity.Platform}."
                    : $"Set ACCESS_AUDIT=yes in /etc/default/{Identity.Worker.Daemon}, once the staff have been told."));
        return isAccessKept ? uids : [];
    }
}
