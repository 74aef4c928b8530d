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
