using System.Globalization;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.State;
using Athena.Common.Telemetry;
using Athena.Common.Text;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable.Telemetry;

/// <summary>
/// Where every decision is written down: one line in the journal for the sysadmin and one entry in the audit for the auditor, in one
/// place, so that both tell the same.
/// </summary>
/// <param name="counters">Counts what is in the metrics; null where nobody does.</param>
internal sealed class EventRecorder(IAuditLog audit, ILogger<EventRecorder> journal, LockCounters? counters = null)
{
    /// <inheritdoc cref="IAuditLog.Problem"/>
    public string? Problem => audit.Problem;

    public void Intended(IReadOnlyList<Account> accounts)
    {
        counters?.Intended(accounts);
        audit.Append([.. accounts.Select(account => Entry(
            account, "intent", account.Case?.Rejection is null ? "to be locked" : "to be locked: rejected", PersonOf(account)))]);
    }

    /// <param name="who">Name and e-mail, made visible.</param>
    /// <param name="by">The admin whom the log names.</param>
    public void DisabledByAdmin(Account account, string who, string by)
    {
        audit.Append(Entry(account, "disabled-by-admin", "was let in, and was disabled by an admin", new() { ["who"] = who, ["by"] = by }));
        Say(AutoDisableEvents.DisabledByAdmin, $"{who}, who was let in, was disabled by {by}.", account);
    }

    /// <param name="who">Name and e-mail, made visible.</param>
    /// <param name="copy">How another copy of this daemon is called, if it was that; null where nobody was seen.</param>
    public void FoundDisabled(Account account, string who, string? copy)
    {
        var by = copy is null ? "nobody was seen who did it" : $"by {copy}";
        audit.Append(Entry(account, "found-disabled", $"was let in, and is disabled; {by}", new() { ["who"] = who }));
        Say(AutoDisableEvents.FoundDisabled, $"{who}, who was let in, is disabled; {by}.", account);
    }

    /// <summary>Of a whole site at once, which waits for the disk once.</summary>
    /// <param name="found">Each with name and e-mail, made visible.</param>
    public void Imported(IReadOnlyList<(Account Account, string Who)> found) => audit.Append(
        [
            .. found.Select(one => Entry(
                one.Account,
                "import-locked",
                "was let in, and was locked as its row was made anew in Grafana's database",
                new() { ["who"] = one.Who })),
        ]);

    /// <inheritdoc cref="Imported"/>
    public void LetBack(IReadOnlyList<Account> accounts, Decision decision) => audit.Append(
        [
            .. accounts.Select(account => Entry(
                account,
                "let-back",
                "had been let in, is let in again after an import",
                new() { ["by"] = decision.By, ["reason"] = decision.Reason })),
        ]);

    public void CameBack(Account account) =>
        audit.Append(Entry(account, "came-back", "was admitted, had been missing from the list, is there again", []));

    public void LetterFailed(Letter letter, Exception fault) =>
        journal.Event(AutoDisableEvents.LetterFailed, $"The mail {letter.Key} could not be written: {fault.Message}", exception: fault);

    public void Locked(Account account)
    {
        var open = account.Case!;
        var within = After(open);
        var facts = PersonOf(account);
        facts["arrived"] = open.Arrival.Kind.ToString();
        if (open.Arrival.By is { } by) facts["madeBy"] = by;
        if (open.Arrival.Address is { } address) facts["claimedAddress"] = address;
        if (open.Roles.Count > 0) facts["roles"] = string.Join("; ", open.Roles);
        if (open.WasFoundDisabled) facts["foundDisabled"] = "yes";
        if (open.IsDrill) facts[LockNotes.DrillFact] = "yes";
        audit.Append(Entry(
            account, "locked", open.WasFoundDisabled ? "was disabled already when it was first seen" : $"locked {within}", facts));
        counters?.Locked(open);
        if (open.IsDrill) return; // The drill says it in words of its own; nobody waits for a decision.
        Say(
            AutoDisableEvents.Locked,
            open.WasFoundDisabled
                ? $"{Who(account)} is new and was disabled already; it stays locked until an admin decides."
                : $"Locked {Who(account)} {within}; it stays locked until an admin decides.",
            account);
    }

    public void CouldNotLock(Account account, bool isFirst)
    {
        if (!isFirst) return;
        audit.Append(Entry(
            account, "lock-failed", "could not be locked, will be tried again", new() { ["problem"] = account.Case!.Problem ?? "" }));
        if (account.Case.IsDrill) return; // That the drill failed is said instead.
        Say(AutoDisableEvents.StillInside, $"{Who(account)} is STILL INSIDE: {account.Case.Problem}", account);
    }

    /// <summary>What they did inside; what they left behind goes to the journal, too. The verdict stays for years: no address.</summary>
    public void Exposed(Account account)
    {
        var exposure = account.Case!.Exposure!;
        var made = exposure.Made.Where(observedAction => observedAction.IsCritical)
            .Select(observedAction => ExposureText.Plain(ExposureText.Request(observedAction))).ToList();
        audit.Append(Entry(account, "exposure", ExposureText.Plain(ExposureText.Summary(exposure with { Addresses = [] })), new()
        {
            ["requests"] = exposure.Requests.ToString(CultureInfo.InvariantCulture),
            ["refused"] = exposure.Refused.ToString(CultureInfo.InvariantCulture),
            ["queries"] = exposure.Queries.ToString(CultureInfo.InvariantCulture),
            ["dashboards"] = string.Join(", ", exposure.Dashboards.Select(view => view.Uid)),
            ["claimedAddresses"] = string.Join(", ", exposure.Addresses),
            ["changed"] = string.Join(
                ", ", exposure.Made.Select(observedAction => ExposureText.Plain(ExposureText.Request(observedAction)))),
            ["serviceAccounts"] = string.Join(", ", exposure.ServiceAccounts.Select(a => $"{a.Login} (id {a.Id}, organisation {a.OrgId})")),
            ["unseen"] = exposure.IsSightWhole ? "" : exposure.Limits.ToString(),
        }));
        counters?.Exposed(account.Case);
        if (!exposure.IsCritical) return;
        Say(AutoDisableEvents.LeftBehind, $"{Who(account)} LEFT SOMETHING BEHIND that the lock does not take away: "
            + $"{(made.Count > 0 ? string.Join(", ", made.Take(5)) : "it is not clear what")}. The mail names it and what removes it.",
                account);
    }

    public void ObjectDeleted(Account account, TouchedServiceAccount made) => audit.Append(
        Entry(account, "object-deleted", "a service account that they made was deleted", new()
        {
            ["serviceAccount"] = made.Id.ToString(CultureInfo.InvariantCulture),
            ["serviceAccountLogin"] = made.Login,
            ["organisation"] = made.OrgId.ToString(CultureInfo.InvariantCulture),
        }));

    public void ShownOut(Account account, int returns)
    {
        audit.Append(Entry(account, "shown-out", "came back and was logged out", new()
        {
            ["withinTheHour"] = returns.ToString(CultureInfo.InvariantCulture),
        }));
        Say(AutoDisableEvents.ShownOut, $"{Who(account)} came back and was logged out, {returns} times within the hour.", account);
    }

    public void Approved(Account account, bool seen)
    {
        var decision = account.Decision!;
        audit.Append(Entry(account, seen ? "approved" : "approved-unseen", seen ? "approved" : "found enabled, by whom could not be seen",
            new()
            {
                ["by"] = decision.By,
                ["reason"] = decision.Reason,
                ["decidedAt"] = Rfc3339(decision.At),
                ["until"] = account.Until is { } end ? Rfc3339(end) : "",
            }));
        counters?.LetIn(account, seen);
        if (seen)
        {
            var until = account.Until is { } at ? $", until {Rfc3339(at)}" : "";
            Say(AutoDisableEvents.Approved, $"Approved {Who(account)}, by {decision.By}{until}.", account);
            return;
        }

        Say(AutoDisableEvents.ApprovedUnseen,
            $"{Who(account)} was found enabled and no log line says by whom. Only a server admin can do that, so it counts as approved; "
            + $"to undo: grafana-auto-disable reject {Selector(account)}", account);
    }

    public void FoundEnabled(Account account)
    {
        audit.Append(Entry(account, "found-enabled", $"found enabled, by nobody known; was {account.Status}", PersonOf(account)));
        Say(AutoDisableEvents.FoundEnabled,
            $"{Who(account)}, {Standing(account)}, was found ENABLED, and neither a log line nor a single act of an admin explains it. It "
            + $"is not admitted; the admins are asked. To accept it: grafana-auto-disable approve --found {Selector(account)}; to lock "
            + $"it: grafana-auto-disable relock --found {Selector(account)}", account);
    }

    public void FoundSettled(Account account, string how)
    {
        audit.Append(Entry(account, "found-settled", $"was found enabled; {how}", []));
        Say(AutoDisableEvents.FoundSettled, $"{Who(account)}, who had been found enabled, {how}.", account);
    }

    /// <summary>What an account was before it was found enabled.</summary>
    public static string Standing(Account account) => account.Status switch
    {
        AccountStatus.Locked => "who waits for a decision",
        AccountStatus.Rejected => "who was rejected",
        AccountStatus.DisabledBefore => "who had been disabled before us",
        AccountStatus.Admitted or AccountStatus.Locking or AccountStatus.AtDoor => "whose case was another",
    };

    /// <summary>A decision was taken back: the account waits again.</summary>
    public void Undone(Account account, UndoneDecision undone)
    {
        var was = undone.WasApproval ? "approval" : "rejection";
        audit.Append(Entry(account, "undone", $"the {was} was taken back", new()
        {
            ["by"] = undone.By,
            ["decidedBy"] = undone.Decision.By,
            ["decidedAt"] = Rfc3339(undone.Decision.At),
        }));
        Say(AutoDisableEvents.Undone, $"{undone.By} took back the {was} of {Who(account)} by {undone.Decision.By}.", account);
    }

    /// <summary>Others are told of something critical on which nobody acted.</summary>
    public void Escalated(IReadOnlyList<Account> accounts) => audit.Append(
        [.. accounts.Select(account => Entry(account, "escalated", "nobody acted; others are told", []))]);

    public void Rejected(Account account, string how)
    {
        var decision = account.Decision;
        audit.Append(Entry(account, "rejected", $"rejected: {how}",
            new() { ["by"] = decision?.By ?? "", ["reason"] = decision?.Reason ?? "" }));
        counters?.KeptOut(account);
        Say(AutoDisableEvents.Rejected, $"Rejected {Who(account)}: {how}.", account);
    }

    public void Gone(Account account, string status)
    {
        audit.Append(Entry(account, "gone", $"{status} account is no longer in Grafana", []));
        Say(AutoDisableEvents.Gone, $"Account {Who(account)} ({status}) is no longer in Grafana.", account);
    }

    public void NewServerAdmin(Account account, Person person)
    {
        audit.Append(Entry(account, "new-server-admin", "new server admin, not locked", Facts(person)));
        Say(AutoDisableEvents.NewServerAdmin,
            $"A NEW SERVER ADMIN appeared: {Describe(account, person)}. Server admins are never locked; make sure that you know them.",
            account);
    }

    /// <summary>Of somebody who waits for a decision.</summary>
    public void IsServerAdmin(Account account)
    {
        var how = account.Case!.ServerAdmin!;
        audit.Append(Entry(account, "is-server-admin", "locked, and is a server admin", new()
        {
            ["by"] = how.By ?? "",
            ["madeAt"] = how.At is { } at ? Rfc3339(at) : "",
        }));
    }

    public void AdmittedSelf(Account account) =>
        audit.Append(Entry(account, "admitted", "our own account", []));

    public void AdmittedOurs(Account account, Decision by) =>
        audit.Append(Entry(account, "admitted", $"made for the daemons: {by.Reason}", new() { ["by"] = by.By }));

    public void AdmittedByCommand(Account account, string by) =>
        audit.Append(Entry(account, "admitted", "admitted with the database", new() { ["by"] = by }));

    public void AdmittedGuarded(Account account, RestoredAutoDisable restored)
    {
        var until = Rfc3339(restored.GuardedUntil!.Value);
        audit.Append(Entry(account, "admitted", "admitted after a restore: enabled, and made while the daemon was at work",
            new() { ["by"] = restored.By, ["guardedUntil"] = until, ["backupAt"] = Rfc3339(restored.BackupAt) }));
        Say(
            AutoDisableEvents.Restored,
            $"Admitted {Selector(account)} (id {account.Id}), who was made after the backup and is enabled: the daemon was at work until "
            + $"{until}, says {restored.By}.",
            account);
    }

    public void RestoredLooked(RestoredAutoDisable restored, int locked, int admitted)
    {
        audit.Append(new AuditEntry(
            "restored-looked",
            "daemon",
            $"first look after a restore: {locked} locked, {admitted} admitted",
            new Dictionary<string, string> { ["backupAt"] = Rfc3339(restored.BackupAt) }));
        Say(AutoDisableEvents.Restored,
            $"First look after the restore from a backup of {Rfc3339(restored.BackupAt)}: {locked} accounts that it does not know as "
            + $"approved are locked, {admitted} are admitted by the word of {restored.By}.");
    }

    public void Reminded(int count) =>
        audit.Append(new AuditEntry("reminded", "reminder", $"reminded of {count} waiting", new Dictionary<string, string>()));

    public void BornLocked(string what, string sentence)
    {
        audit.Append(new AuditEntry("born-locked", "database", what, new Dictionary<string, string>()));
        Say(AutoDisableEvents.BornLocked, sentence);
    }

    public void LogContinues() => Say(AutoDisableEvents.LogContinues, "The log goes on where it was left; nothing was missed.");

    public void LogGap(LogContinuity gap)
    {
        var from = gap.From is { } f ? Rfc3339(f) : "the beginning";
        var to = gap.To is { } t ? Rfc3339(t) : "now";
        audit.Append(new AuditEntry("log-gap", "log", "the log could not be followed without a gap",
            new Dictionary<string, string> { ["from"] = from, ["to"] = to, ["why"] = gap.Why }));
        counters?.Gap(gap);
        Say(AutoDisableEvents.LogGap, $"The log has a gap from {from} to {to}: {gap.Why} The complete user list is looked at instead.");
    }

    public void TroubleBegan(Trouble trouble)
    {
        audit.Append(new AuditEntry("trouble", trouble.Kind.ToString(), $"began: {trouble.Kind}",
            new Dictionary<string, string> { ["detail"] = trouble.Detail }));
        Say(AutoDisableEvents.TroubleBegan, $"{TroubleText.Of(trouble.Kind).Journal} {trouble.Detail}");
    }

    /// <summary>One that began before the daemon was started: the audit has its beginning.</summary>
    public void TroubleGoesOn(TroubleKind kind, string detail) =>
        Say(AutoDisableEvents.TroubleBegan, $"{TroubleText.Of(kind).Journal} {detail}");

    public void TroubleOver(Trouble trouble, TimeSpan lasted)
    {
        audit.Append(new AuditEntry("trouble-over", trouble.Kind.ToString(),
            string.Create(CultureInfo.InvariantCulture, $"over after {lasted.TotalSeconds:F0} s"), new Dictionary<string, string>()));
        Say(AutoDisableEvents.TroubleOver, $"Over after {Duration(lasted)}: {TroubleText.Of(trouble.Kind).Journal}");
    }

    public void Delivery(DeliveryReport report)
    {
        var (name, what, taken) = report.Channel switch
        {
            _ when report.IsMail => ("mail", report.What, AutoDisableEvents.MailAccepted),
            TelegramChannel.ChannelName => ("chat", $"Telegram message {report.Key}", AutoDisableEvents.ChatAccepted),
            _ => (report.Channel.ToLowerInvariant(), report.What, ProgramEvents.Taken(report.Channel)),
        };
        audit.Append(new AuditEntry(name, CaseOf(report.Key), report.Outcome,
            new Dictionary<string, string> { ["key"] = report.Key, ["to"] = report.Recipient, ["detail"] = report.Detail }));
        var isTaken = report.Verdict == DeliveryVerdict.Accepted;
        Say(isTaken ? taken : TroubleOf(report.Channel), $"{what}: {(isTaken ? "" : report.Outcome + "; ")}{report.Detail}");
    }

    /// <summary>What waits for this channel cannot be written down or read.</summary>
    public void DeliveryTrouble(string channel, string sentence) => Say(TroubleOf(channel), sentence);

    private static EventKind TroubleOf(string channel) => channel switch
    {
        MailChannel.ChannelName => AutoDisableEvents.MailTrouble,
        TelegramChannel.ChannelName => AutoDisableEvents.ChatTrouble,
        _ => ProgramEvents.Trouble(channel),
    };

    public void ChatMoved(string chat, string newChat)
    {
        audit.Append(new AuditEntry(
            "chat-moved", "chat", "the chat has another number", new Dictionary<string, string> { ["from"] = chat, ["to"] = newChat }));
        Say(AutoDisableEvents.ChatTrouble, $"The chat {chat} has another number, messages follow it: set TELEGRAM_CHAT_ID={newChat}.");
    }

    /// <summary><c>0.03 s after it was created</c>, or without a line of that <c>0.20 s after it was first seen</c>.</summary>
    public static string After(LockCase open)
    {
        if (open.LockedAt is not { } lockedAt) return "";
        var (most, since) = (open.IsLockTimeLatest ? "at most " : "", open.CountedFrom(lockedAt));
        return FormattableString.Invariant(
            $"{most}{(lockedAt - since).TotalSeconds:F2} s after it was {(since == open.Arrival.At ? "created" : "first seen")}");
    }

    /// <summary>What the commands take to name exactly this account.</summary>
    public static string Selector(Account account) => account.Uid is { } uid ? $"uid:{uid}" : account.Ref;

    public static string Duration(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Round(span.TotalSeconds)} s"),
        { TotalMinutes: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:F0} min"),
        { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:F0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:F0} days"),
    };

    private void Say(EventKind kind, string sentence, Account? about = null) => journal.Event(kind, sentence, about?.Id, about?.Ref);

    private static string Who(Account account) => Describe(account, account.Case?.Person);

    private static string Describe(Account account, Person? person) => person is null or { IsForgotten: true }
        ? string.Create(CultureInfo.InvariantCulture, $"{Selector(account)} (id {account.Id})")
        : string.Create(CultureInfo.InvariantCulture,
            $"{UntrustedText.Visible(person.Called, 40)} <{UntrustedText.Visible(person.Email, 60)}> ({Selector(account)}, id "
            + $"{account.Id})");

    private static AuditEntry Entry(Account account, string name, string verdict, Dictionary<string, string> facts)
    {
        facts["id"] = account.Id.ToString(CultureInfo.InvariantCulture);
        return new AuditEntry(name, account.Ref, verdict, facts);
    }

    private static Dictionary<string, string> PersonOf(Account account) =>
        account.Case is { Person.IsForgotten: false } open ? Facts(open.Person) : [];

    private static Dictionary<string, string> Facts(Person person) =>
        new() { ["login"] = person.Login, ["email"] = person.Email, ["name"] = person.Name };

    /// <summary>The account in a mail's key: <c>locked/REF/…</c>.</summary>
    private static string CaseOf(string key) => key.Split('/') is { Length: > 2 } parts ? parts[1] : "mail";

    private static string Rfc3339(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
}
