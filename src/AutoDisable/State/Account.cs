using System.Globalization;
using System.Text.Json.Serialization;
using Athena.Common.State;

namespace Athena.AutoDisable.State;

/// <summary>What the daemon remembers of one Grafana account. Only <see cref="Reconciler"/> and what it is made of change it.</summary>
internal sealed class Account : StateItem
{
    private static long lastRevision;

    public string? Uid { get; set => Set(ref field, value); }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long Id { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required AccountStatus Status
    {
        get;
        set
        {
            Set(ref field, value);
            Revision = NextRevision();
        }
    }

    /// <summary>The case that is open or was closed last; null for those of the baseline.</summary>
    public LockCase? Case
    {
        get;
        set
        {
            value?.BelongTo(this);
            Set(ref field, value);
        }
    }

    /// <summary>The admin's last decision; null for those of the baseline and while none was made.</summary>
    public Decision? Decision { get; set => Set(ref field, value); }

    /// <summary>Intent: approved by our own command, and still to be enabled in Grafana. Resumed after a crash.</summary>
    public Approval? Approving { get; set => Set(ref field, value); }

    /// <summary>When the access ends that was given for a time; null when it does not.</summary>
    public DateTimeOffset? Until { get; set => Set(ref field, value); }

    /// <summary>How many warnings of that end were sent.</summary>
    public int UntilWarned { get; set => Set(ref field, value); }

    /// <summary>
    /// When it was first found enabled although nobody was seen enabling it; null otherwise. The line may still be on its way.
    /// </summary>
    public DateTimeOffset? EnabledUnseenSince { get; set => Set(ref field, value); }

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsChanged => base.IsChanged || Case?.IsChanged == true;

    /// <summary>Set while the account is held as found enabled by nobody known; null otherwise.</summary>
    public FoundEnabled? Found { get; set => Set(ref field, value); }

    /// <summary>When its standing last changed, in the order of this process's changes.</summary>
    [JsonIgnore]
    public long Revision { get; private set; }

    /// <summary>The revision of the newest change of any account.</summary>
    [JsonIgnore]
    public static long LastRevision => Interlocked.Read(ref lastRevision);

    /// <summary>The number of the change that happens now.</summary>
    public static long NextRevision() => Interlocked.Increment(ref lastRevision);

    /// <summary>When it was first found disabled although it was let in; null while it is enabled.</summary>
    public DateTimeOffset? DisabledSince { get; set => Set(ref field, value); }

    /// <summary>That was written down or told, or was so when we began to look.</summary>
    public bool IsDisabledTold { get; set => Set(ref field, value); }

    /// <summary>Set while it is locked although it was let in, because an import made its row anew; null otherwise.</summary>
    public ImportLock? Import { get; set => Set(ref field, value); }

    /// <summary>Names the account in the audit and in mail keys: its uid, or <c>id:17</c> where Grafana has none.</summary>
    [JsonIgnore]
    public string Ref => Uid ?? string.Create(CultureInfo.InvariantCulture, $"id:{Id}");

    /// <summary>Where it stands in the book; whoever came first has the lowest. Of an account that is in none it says nothing.</summary>
    internal long Place { get; set; }

    /// <summary>Told of each change of it and of its case; null while it is in no book.</summary>
    internal Action<Account>? Changed { get; set; }

    /// <summary>Something of it, or of its case, is another than it was.</summary>
    internal void Stir() => Changed?.Invoke(this);

    /// <inheritdoc/>
    protected override void OnChanged() => Stir();

    /// <inheritdoc/>
    public override void Settle()
    {
        base.Settle();
        Case?.Settle();
    }
}

/// <summary>Where an account stands at the gate. The order of the members is not significant; their names are in the state file.</summary>
internal enum AccountStatus
{
    /// <summary>Let in by the baseline, by an admin or by our own <c>approve</c>. Never touched.</summary>
    Admitted,

    /// <summary>Was disabled already when the baseline was made. Enabling it counts as approval.</summary>
    DisabledBefore,

    /// <summary>Intent: it is to be locked, and whether that has happened is not known yet. Resumed after a crash.</summary>
    Locking,

    /// <summary>Locked and read back as such; waits for an admin.</summary>
    Locked,

    /// <summary>External, and cannot be locked: shown out at every sign of them until an admin decides.</summary>
    AtDoor,

    /// <summary>An admin said no. It stays locked.</summary>
    Rejected,
}

/// <summary>What an approval still asks to be done in Grafana. The admins and the person are told when it is done, not before.</summary>
/// <param name="Enable">
/// Whether the account is to be enabled by us: after our own command, or when our disable came after the approval. An admin who enabled it
/// themselves may have disabled it since, and that holds.
/// </param>
/// <param name="Letter">What the admins are told when it is done.</param>
/// <param name="Role">The role to give; null leaves it as it is.</param>
/// <param name="OrgId">The organisation the role is for; 0 for each in which they have none.</param>
/// <param name="Restore">Roles that were taken from them at the door; null when none were.</param>
/// <param name="Problem">Why it could not be done so far, as a sentence; null when nothing went wrong.</param>
internal sealed record Approval(
    bool Enable, LetterKind Letter, string? Role = null, long OrgId = 0, IReadOnlyList<RoleBefore>? Restore = null, string? Problem = null)
{
    /// <summary>They had been let in before and were locked by an import: nobody is told of each.</summary>
    public bool IsReturn { get; init; }

    /// <summary>True when there is nothing to do in Grafana.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsNothing => !Enable && Role is null && Restore is null;
}

/// <summary>The role that somebody had in an organisation before it was taken from them; given back when they are approved.</summary>
internal sealed record RoleBefore(long OrgId, string Role);

/// <summary>
/// Somebody who was let in is locked because their row was put anew into Grafana's database, where new accounts are born locked.
/// </summary>
/// <param name="At">When that was found out.</param>
/// <param name="ToldKey">Key of the mail that tells it; null while none is planned.</param>
internal sealed record ImportLock(DateTimeOffset At, string? ToldKey = null);

/// <summary>
/// An account that should be locked was found enabled, nobody was seen doing it, and that proves no approval. It is inside until the
/// admins answer or the time for that is over.
/// </summary>
/// <param name="At">When it was held.</param>
/// <param name="ToldKey">Key of the mail that names it to the admins; null while none is planned.</param>
internal sealed record FoundEnabled(DateTimeOffset At, string? ToldKey = null)
{
    /// <summary>How long the admins have to answer.</summary>
    public static readonly TimeSpan AnswerAwaited = TimeSpan.FromMinutes(15);
}
