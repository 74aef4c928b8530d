using System.Globalization;
using Athena.AutoDisable.BornLocked;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Grafana.Api;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// People who were let in and are found disabled. An admin may do that, and the log then names them: that is written down. Where it names
/// nobody, or another copy of this daemon, another guard may have locked out those who work here: the admins are told, once for all of a
/// look.
/// </summary>
internal sealed class Disablements(
    AutoDisableMemory memory, Imports imports, NotificationPlanner notificationPlanner, EventRecorder eventRecorder, TimeProvider time)
{
    /// <summary>How long the log may take to show who it was.</summary>
    public static readonly TimeSpan LineGrace = TimeSpan.FromSeconds(5);

    private const int MostRemembered = 1000;

    /// <summary>So many are named in the summary of a week; the audit has all.</summary>
    private const int MostOfAWeek = 50;

    private readonly Dictionary<string, DisabledByAdmin> seen = new(StringComparer.Ordinal);
    private readonly Dictionary<Account, GrafanaUser> untold = [];

    /// <summary>Somebody was found disabled, and it is not known yet by whom.</summary>
    public bool IsAnyOpen => untold.Count > 0;

    /// <summary>Takes what the log brought.</summary>
    public void Note(IReadOnlyList<LogEvent> events)
    {
        foreach (var line in events)
        {
            if (line is EnabledByAdmin enabled) seen.Remove(enabled.Subject);
            if (line is not DisabledByAdmin disabled) continue;
            if (seen.Count >= MostRemembered) seen.Clear();
            seen[disabled.Subject] = disabled;
        }
    }

    /// <summary>Takes a complete list that we believed. The caller saves.</summary>
    /// <param name="isFresh">The memory comes out of a backup or from an older version: who is disabled now may be so for long.</param>
    public void Look(IEnumerable<GrafanaUser> users, bool isFresh)
    {
        isFresh |= !memory.State.KnowsDisabled;
        memory.State.KnowsDisabled = true;
        foreach (var user in users)
        {
            if (memory.Book.Find(user) is not { Status: AccountStatus.Admitted, Approving: null } account) continue;
            if (!user.IsDisabled)
            {
                account.DisabledSince = null;
                account.IsDisabledTold = false;
                account.Import = null;
                continue;
            }

            account.DisabledSince ??= time.GetUtcNow();
            account.IsDisabledTold |= isFresh;
            if (!account.IsDisabledTold) untold[account] = user;
        }
    }

    /// <summary>Tells of those for whom the log had its time. The caller commits when true.</summary>
    public bool Step()
    {
        if (untold.Count == 0) return false;
        var now = time.GetUtcNow();
        var due = untold.Where(found => found.Key.DisabledSince is not { } since || Deadline.IsDue(since + LineGrace, now, LineGrace))
            .ToList();
        var nobodys = new List<(Account Account, GrafanaUser User, string? Copy)>();
        var isChanged = false;
        foreach (var (account, user) in due)
        {
            var isOpen = account is { Status: AccountStatus.Admitted, IsDisabledTold: false, DisabledSince: not null };
            var line = LineOf(account);
            var isImport = isOpen && line is null ? imports.Take(account, user) : false;
            if (isImport is null) continue; // The database has not said yet whether an import did it.
            isChanged = true;
            untold.Remove(account);
            if (!isOpen) continue;
            account.IsDisabledTold = true;
            if (isImport == true) continue;
            if (line is { Copy: null }) NoteForTheWeek(account, user, line);
            else nobodys.Add((account, user, line?.Copy));
        }

        if (nobodys.Count > 0) Tell(nobodys, now);
        return isChanged;
    }

    private void NoteForTheWeek(Account account, GrafanaUser user, DisabledByAdmin line)
    {
        eventRecorder.DisabledByAdmin(account, Name(user), line.By);
        if (memory.State.AdminDisables.Count < MostOfAWeek)
            memory.State.AdminDisables.Add(new AdminDisable(account.Ref, line.At ?? time.GetUtcNow(), line.By));
        else memory.State.MoreAdminDisables++;
    }

    private void Tell(List<(Account Account, GrafanaUser User, string? Copy)> found, DateTimeOffset now)
    {
        foreach (var (account, user, copy) in found) eventRecorder.FoundDisabled(account, Name(user), copy);
        notificationPlanner.Owe(new Letter(
            $"found-disabled/{now.ToUnixTimeMilliseconds()}", LetterKind.FoundDisabled,
            [.. found.Take(LettersNames).Select(one => one.Account.Ref)], now,
            Note: new LetterNote(
                Text: string.Join('\n', found.Take(LettersNames)
                    .Select(one => $"{Name(one.User)}\t{EventRecorder.Selector(one.Account)}\t{(one.User.IsExternal ? "external" : "")}")),
                Count: found.Count,
                Decision: found.Select(one => one.Copy).FirstOrDefault(copy => copy is not null) is { } by
                    ? new Decision(now, by, "")
                    : null)));
    }

    /// <summary>So many are named in the mail; the audit has all.</summary>
    private const int LettersNames = 50;

    private DisabledByAdmin? LineOf(Account account) =>
        seen.GetValueOrDefault(account.Id.ToString(CultureInfo.InvariantCulture))
            ?? (account.Uid is { } uid ? seen.GetValueOrDefault(uid) : null);

    private static string Name(GrafanaUser user) => $"{UntrustedText.Visible(user.Name, 40)} <{UntrustedText.Visible(user.Email, 60)}>";
}
