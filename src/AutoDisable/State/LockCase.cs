using System.Text.Json.Serialization;
using Athena.AutoDisable.Evidence;
using Athena.Common.Grafana.Api;
using Athena.Common.State;
using Athena.Common.Text;

namespace Athena.AutoDisable.State;

/// <summary>The open matter of locking one account: from the first sight of it until an admin has decided.</summary>
internal sealed class LockCase : Tracked
{
    private Account? owner;

    /// <summary>When we first saw the account. Part of the keys of its mails, so it never changes within a case.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required DateTimeOffset OpenedAt { get; init; }

    public required Person Person { get; set => Set(ref field, value); }

    public Arrival Arrival { get; set => Set(ref field, value); } = Arrival.Unknown;

    /// <summary>When Grafana made it, if it says so.</summary>
    public DateTimeOffset? Created { get; set => Set(ref field, value); }

    /// <summary>When it was read back as disabled; null until then.</summary>
    public DateTimeOffset? LockedAt { get; set => Set(ref field, value); }

    /// <summary>
    /// <see cref="LockedAt"/> is when it was found disabled: the lock itself came before, at a time that nobody wrote down (a crash, a full
    /// disk, an answer that was lost, somebody else).
    /// </summary>
    public bool IsLockTimeLatest { get; set => Set(ref field, value); }

    /// <summary><c>Main Org.: Viewer</c>, one for each organisation.</summary>
    public IReadOnlyList<string> Roles { get; set => Set(ref field, value); } = [];

    /// <summary>Set while the account is a server admin; null otherwise.</summary>
    public ServerAdminNote? ServerAdmin { get; set => Set(ref field, value); }

    /// <summary>True when they have a role other than the one that sign-up gives.</summary>
    public bool HasUnusualRole { get; set => Set(ref field, value); }

    /// <summary>Why it could not be locked so far, as a sentence; null when nothing went wrong.</summary>
    public string? Problem { get; set => Set(ref field, value); }

    /// <summary>Failed attempts so far.</summary>
    public int Attempts { get; set => Set(ref field, value); }

    /// <summary>Not to be tried before; null means at once.</summary>
    public DateTimeOffset? NextAttempt { get; set => Set(ref field, value); }

    /// <summary>Since when it is known that the account cannot be locked; null while it can.</summary>
    public DateTimeOffset? InsideSince { get; set => Set(ref field, value); }

    /// <summary>Key of the mail that told the admins so; null while none is planned.</summary>
    public string? InsideKey { get; set => Set(ref field, value); }

    /// <summary>Key of the mail that told the admins they are locked; null while none is planned.</summary>
    public string? NoticeKey { get; set => Set(ref field, value); }

    /// <summary>When it was written down what they did while they were inside; null until then. No mail says "locked" before.</summary>
    public DateTimeOffset? ExposedAt { get; set => Set(ref field, value); }

    /// <summary>What they did while they were inside, as far as it could be seen.</summary>
    public Exposure? Exposure { get; set => Set(ref field, value); }

    /// <summary>
    /// Ids above their own of service accounts that were there when the case was opened: those they did not make. The lower ones are older
    /// than they are.
    /// </summary>
    public IReadOnlyList<long> ServiceAccountsBefore { get; set => Set(ref field, value); } = [];

    /// <summary>Whether Grafana's list says that they made requests; null when it does not say.</summary>
    public bool? HasActed { get; set => Set(ref field, value); }

    /// <summary>How many reminders the admins got.</summary>
    public int Reminded { get; set => Set(ref field, value); }

    /// <summary>
    /// They come from single sign-on, a directory or a proxy. Their approval is only ever our own command: such accounts are enabled by
    /// their own sign-in.
    /// </summary>
    public bool IsExternal { get; set => Set(ref field, value); }

    /// <summary>
    /// When to look once more whether they are external: Grafana marks it just after it makes the account. Null when that is done.
    /// </summary>
    public DateTimeOffset? LookAgainAt { get; set => Set(ref field, value); }

    /// <summary>Roles that were taken from them at the door.</summary>
    public IReadOnlyList<RoleBefore> RolesBefore { get; set => Set(ref field, value); } = [];

    /// <summary>When they came back within the last hour.</summary>
    public IReadOnlyList<DateTimeOffset> Returns { get; set => Set(ref field, value); } = [];

    /// <summary>When the admins were last told that they come back again and again.</summary>
    public DateTimeOffset? ToldReturnsAt { get; set => Set(ref field, value); }

    /// <summary>Set when the case was opened by a rejection: it then ends as rejected instead of waiting.</summary>
    public Decision? Rejection { get; set => Set(ref field, value); }

    /// <summary>It was disabled when we first saw it: born locked, if the database's mark says so, or by somebody else.</summary>
    public bool WasFoundDisabled { get; set => Set(ref field, value); }

    /// <summary>The database was asked whether it was born locked.</summary>
    public bool IsMarkRead { get; set => Set(ref field, value); }

    /// <summary>When the database disabled it, as its row was made; null when it did not, or that is not known.</summary>
    public DateTimeOffset? BornLockedAt { get; set => Set(ref field, value); }

    /// <summary>It came with many others whose rows were made within a minute, and is told of with them.</summary>
    public bool IsImported { get; set => Set(ref field, value); }

    /// <summary>The account's id is not above all that were ever listed, so somebody else may have had it before.</summary>
    public bool IsOldId { get; set => Set(ref field, value); }

    /// <summary>With <see cref="Rejection"/>: the account is to be deleted once it is locked.</summary>
    public bool Delete { get; set => Set(ref field, value); }

    /// <summary>
    /// The case was opened by the first look after the memory was restored from a backup of this time, so the account may have been decided
    /// about before; null otherwise.
    /// </summary>
    public DateTimeOffset? RestoredFrom { get; set => Set(ref field, value); }

    /// <summary>
    /// Since when they had been found enabled by nobody known, if they were locked again because of that; null otherwise.
    /// </summary>
    public DateTimeOffset? FoundAt { get; set => Set(ref field, value); }

    /// <summary>When others were told that the admins did not act on a critical mail about it; null until then.</summary>
    public DateTimeOffset? EscalatedAt { get; set => Set(ref field, value); }

    /// <summary>Set when the account waits again because a decision about it was taken back; null otherwise.</summary>
    public UndoneDecision? Undone { get; set => Set(ref field, value); }

    /// <summary>
    /// The account was made by our own drill, which deletes it: it is locked as any other, and no admin hears of it or is asked about it.
    /// </summary>
    public bool IsDrill { get; set => Set(ref field, value); }

    /// <summary>From when on the time to a lock is counted: the arrival by the log, or where that is not known our first sight.</summary>
    public DateTimeOffset CountedFrom(DateTimeOffset lockedAt) =>
        Arrival.At is { } arrived && arrived <= lockedAt ? arrived : OpenedAt;

    /// <summary>
    /// Whose it is, who hears of its changes. The first one keeps it: a case that ends before its exposure is written lies in an
    /// <see cref="EndedCase"/> as well.
    /// </summary>
    public void BelongTo(Account account) => owner ??= account;

    /// <inheritdoc/>
    protected override void OnChanged() => owner?.Stir();

    /// <summary>A case that holds who it is and nothing else, for a mail about somebody who never had one.</summary>
    public static LockCase For(GrafanaUser user, DateTimeOffset now) =>
        new() { OpenedAt = now, Person = Person.Of(user) };

    /// <summary>
    /// Notes whether the account is a server admin. Of how it became one the line may come later than the list, or not at all.
    /// </summary>
    /// <returns>True when it is one and that was not known.</returns>
    public bool NoteServerAdmin(bool isAdmin, Func<ServerAdminNote> how)
    {
        var was = ServerAdmin;
        if (!isAdmin) ServerAdmin = null;
        else if (was is not { By: not null }) ServerAdmin = how();
        return was is null && isAdmin;
    }

    /// <summary>Says who it is where that is not known (any more).</summary>
    public static void Name(Account account, GrafanaUser user, DateTimeOffset now)
    {
        if (account.Case is null) account.Case = For(user, now);
        else if (account.Case.Person.IsForgotten) account.Case.Person = Person.Of(user);
    }
}

/// <summary>
/// An account that waits is a server admin: one made through Grafana's API is none at its birth, and is made one by a second request.
/// </summary>
/// <param name="At">The log's time of that request; null where no line was seen.</param>
/// <param name="By">Who made it one; null where no line was seen.</param>
internal sealed record ServerAdminNote(DateTimeOffset? At, string? By)
{
    public string? By { get; init; } = By is null ? null : ClaimedText.Cut(By);
}

/// <summary>
/// A case that ended before it was written down what they did while they were inside: approved within seconds, or deleted while they were
/// being locked. Kept until that has been done and the mail about the outcome, which tells it, is owed.
/// </summary>
internal sealed class EndedCase
{
    /// <summary>The account as it is when the case ends, with the case; the book may have forgotten either.</summary>
    public required Account Account { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>
    /// The outcome that is to be told; null while it is not settled, as with an approval that has to be carried out first.
    /// </summary>
    public LetterKind? Outcome { get; set; }

    /// <summary>The account is no more in Grafana.</summary>
    public bool IsDeleted { get; set; }

    /// <summary>True while it is still to be written down what they did.</summary>
    [JsonIgnore]
    public bool IsUnexposed => Account.Case is { ExposedAt: null };

    /// <summary>True when this is the case that <paramref name="account"/> has, or had last.</summary>
    public bool IsOf(Account account) => Account.Ref == account.Ref && Account.Case?.OpenedAt == account.Case?.OpenedAt;
}
