using System.Globalization;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Grafana.Api;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.AutoDisable.BornLocked;

/// <summary>
/// An import into Grafana's database, such as a restore of the data alone, locks a whole site where new accounts are born locked. The
/// admins are told once for all of it, with one command that lets those in again who had been let in. What proves it is the database's mark
/// on the row of somebody known: a uid is nobody's to choose, and only who writes in that database can make such a row anew.
/// </summary>
internal sealed class Imports(
    AutoDisableMemory memory,
    BornLockedWatch bornLocked,
    NotificationPlanner notificationPlanner,
    Troubles troubles,
    EventRecorder eventRecorder,
    TimeProvider time)
{
    /// <summary>How long the first mail collects: an import goes on for a while.</summary>
    private static readonly TimeSpan Collected = TimeSpan.FromMinutes(1);

    /// <summary>And the next within an hour.</summary>
    private static readonly TimeSpan CollectedAgain = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>How long the database may take to say who was made anew.</summary>
    private static readonly TimeSpan MarkAwaited = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Those who came with an import and whom nobody knows are asked about like everybody who waits, so this is over by then.
    /// </summary>
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <summary>So many of those who had been let in are named in the mail; the command names more, and the audit all.</summary>
    private const int MostNamed = 50;

    /// <summary>When the rows of those were made anew who had been let in, as far as this process has read it.</summary>
    private readonly Dictionary<Account, (DateTimeOffset At, string Who)> made = [];

    /// <summary>Found since the last step, for the audit.</summary>
    private readonly List<(Account Account, string Who)> unwritten = [];

    /// <summary>People who were let in are disabled, and it is not known yet by whom.</summary>
    private bool isAwaiting;

    /// <summary>Somebody who was let in is disabled, and no admin was seen who did it. The caller commits.</summary>
    /// <returns>True when an import did it, false when it did not, null while the database has not said it.</returns>
    public bool? Take(Account account, GrafanaUser user)
    {
        if (account.Import is not null) return true;
        if (!bornLocked.MayTellMarks || account.Uid is null || user.Uid != account.Uid || user.Id != account.Id) return false;
        if (!bornLocked.TryTakeMark(account, out var mark))
            return Deadline.IsDue(account.DisabledSince + MarkAwaited, time.GetUtcNow(), MarkAwaited) ? false : null;

        // A mark from before they were let in is that of their first day.
        if (mark is not { } at || at <= (account.Decision?.At ?? memory.State.BaselineAt)) return false;
        made[account] = (at, $"{UntrustedText.Visible(user.Name, 40)} <{UntrustedText.Visible(user.Email, 60)}>");
        account.Import = new ImportLock(time.GetUtcNow());
        unwritten.Add((account, made[account].Who));
        return true;
    }

    /// <summary>
    /// True of somebody of whom no line tells how they came, while it is to be learnt whether the same import locked people who had been
    /// let in: told of alone they would look like a stranger.
    /// </summary>
    public bool IsHeldBack(Account account) => isAwaiting && IsCandidate(account);

    /// <summary>Finds who came together, and plans the mail. True when something is to be written down; the caller commits.</summary>
    /// <param name="isAnyOpen">Of somebody who was let in and is disabled it is not known yet by whom.</param>
    public bool Step(bool isAnyOpen)
    {
        isAwaiting = isAnyOpen && bornLocked.MayTellMarks;
        if (!isAnyOpen) bornLocked.ForgetMarks();
        if (unwritten.Count > 0) eventRecorder.Imported(unwritten);
        unwritten.Clear();
        if (!troubles.Has(TroubleKind.Imported) && (bornLocked.Since is null || !memory.Book.Open.Any(MayBegin))) return false;
        var now = time.GetUtcNow();
        List<Account> known = [], candidates = [], waiting = [];
        foreach (var account in memory.Book.All)
        {
            if (account.Import is not null) known.Add(account);
            else if (account is { Status: AccountStatus.Locked, Case.IsImported: true }) waiting.Add(account);
            else if (IsCandidate(account)) candidates.Add(account);
        }

        var together = ImportPolicy.Together(
            candidates.ConvertAll(account => account.Case!.BornLockedAt!.Value),
            known.ConvertAll(account => made.TryGetValue(account, out var row) ? row.At : account.Import!.At));
        List<Account> came = [.. candidates.Where((account, i) => together[i] && account.Case!.NoticeKey is null)];
        foreach (var account in came) account.Case!.IsImported = true;
        waiting.AddRange(came);
        return NoteTrouble(known, waiting, now) | PlanMail(known, waiting, now) | came.Count > 0;
    }

    /// <summary>An import is found out by somebody who was let in, or by somebody of whom nobody was told yet.</summary>
    private static bool MayBegin(Account account) =>
        account.Import is not null || (account.Case is { NoticeKey: null } open && (open.IsImported || IsCandidate(account)));

    private static bool IsCandidate(Account account) => account is
    {
        Status: AccountStatus.Locked,
        Case:
        {
            WasFoundDisabled: true, BornLockedAt: not null, ExposedAt: not null, Arrival.At: null, IsDrill: false,
            Exposure: not { IsCritical: true }
        },
    };

    private bool NoteTrouble(List<Account> known, List<Account> waiting, DateTimeOffset now)
    {
        var isOver = known.Count == 0 && !waiting.Exists(account => account.Case!.NoticeKey is null || now - account.Case.OpenedAt < Day);
        if (isOver)
        {
            if (!troubles.Has(TroubleKind.Imported)) return false;
            troubles.End(TroubleKind.Imported);
            made.Clear();
            return true;
        }

        var isNew = !troubles.Has(TroubleKind.Imported);
        var detail = known.Count > 0
            ? string.Create(CultureInfo.InvariantCulture,
                $"{Count(known.Count, "person", "people")} who had been let in {(known.Count == 1 ? "is" : "are")} locked by it; "
                + $"{waiting.Count} more are not known and wait. To let those in again who had been: sudo grafana-auto-disable approve "
                + $"--imported")
            : string.Create(CultureInfo.InvariantCulture,
                $"{Count(waiting.Count, "account", "accounts")} came within a minute, no line of the log says how, and none of them is "
                + $"known. They wait: sudo grafana-auto-disable pending");
        if (isNew) troubles.Begin(TroubleKind.Imported, detail);
        else troubles.Renew(TroubleKind.Imported, detail);
        return isNew;
    }

    private bool PlanMail(List<Account> known, List<Account> waiting, DateTimeOffset now)
    {
        var (people, strangers) =
            (known.FindAll(account => account.Import!.ToldKey is null), waiting.FindAll(account => account.Case!.NoticeKey is null));
        if (people.Count + strangers.Count == 0) return false;
        var collect = memory.State.ImportToldAt is { } told && now - told < Hour ? CollectedAgain : Collected;
        var first = people.Select(account => account.Import!.At).Concat(strangers.Select(account => account.Case!.ExposedAt!.Value)).Min();
        if (!Deadline.IsDue(first + collect, now, collect)) return false;

        var key = $"imported/{now.ToUnixTimeMilliseconds()}";
        memory.State.ImportToldAt = now;
        foreach (var account in people) account.Import = account.Import! with { ToldKey = key };
        notificationPlanner.OweImported(
            key,
            known.Take(MostNamed).Select(account => $"{made.GetValueOrDefault(account).Who}\t{EventRecorder.Selector(account)}"),
            known.Count,
            strangers,
            now);
        return true;
    }

    private static string Count(int number, string one, string more) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : more)}");
}

/// <summary>
/// Which accounts came with an import into Grafana's database and are told of together. Nobody is let in by it; it decides about mails
/// alone. Pure.
/// </summary>
internal static class ImportPolicy
{
    /// <summary>So many may be made within a minute without any line of the log, as by a directory on a Monday morning.</summary>
    public const int MostOrdinary = 20;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <param name="unknown">When those were made whom nobody let in and of whom no line of the log tells how they came.</param>
    /// <param name="known">When the rows of those were made anew who had been let in.</param>
    /// <returns>For each of <paramref name="unknown"/> whether it came with an import.</returns>
    public static IReadOnlyList<bool> Together(IReadOnlyList<DateTimeOffset> unknown, IReadOnlyList<DateTimeOffset> known)
    {
        var together = new bool[unknown.Count];
        var order = Enumerable.Range(0, unknown.Count).OrderBy(i => unknown[i]).ToList();
        for (var (first, last) = (0, 0); last < order.Count; last++)
        {
            while (unknown[order[last]] - unknown[order[first]] > Window) first++;
            if (last - first >= MostOrdinary)
                for (var i = first; i <= last; i++) together[order[i]] = true;
        }

        var sorted = known.Order().ToArray();
        for (var i = 0; i < unknown.Count; i++) together[i] |= IsNear(unknown[i], sorted);
        return together;
    }

    private static bool IsNear(DateTimeOffset at, DateTimeOffset[] sorted)
    {
        var from = Array.BinarySearch(sorted, at - Window);
        if (from < 0) from = ~from;
        return from < sorted.Length && sorted[from] <= at + Window;
    }
}
