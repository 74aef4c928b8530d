using System.Text.Json.Serialization;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.State;
using Athena.Common.Text;

namespace Athena.AutoDisable.State;

/// <summary>Everything the daemon remembers, as it lies in the state file.</summary>
internal sealed class AutoDisableState
{
    /// <summary>Since the second, what has changed since is in a log beside it.</summary>
    private const int Format = 2;

    /// <summary>The Grafana this state belongs to.</summary>
    public required string GrafanaUrl { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required DateTimeOffset BaselineAt { get; set; }

    /// <summary>Begin of the last look at the complete list that was understood and believed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required DateTimeOffset LastCompleteLook { get; set; }

    /// <summary>The id under which Grafana logs our requests, as far as known: needed before we are signed in again.</summary>
    public long OurLogId { get; set; }

    /// <summary>Where the log has been read to; everything before it has had its effect.</summary>
    public LogPosition? Log { get; set; }

    /// <summary>When it was last found that lines of the log may have been missed; null for never since the baseline.</summary>
    public DateTimeOffset? LastGapAt { get; set; }

    /// <summary>By how much the clock by which the log is written was ahead of ours when that was last read off; null for never.</summary>
    public TimeSpan? GrafanaAhead { get; set; }

    public List<Account> Accounts { get; set; } = [];

    /// <summary>Ids that are known to be no people, so that their requests do not wake us.</summary>
    public HashSet<long> ServiceAccounts { get; set; } = [];

    /// <summary>Approvals of accounts that we have not seen yet.</summary>
    public List<EarlyApproval> EarlyApprovals { get; set; } = [];

    /// <summary>Cases that ended before it was written down what somebody did.</summary>
    public List<EndedCase> EndedCases { get; set; } = [];

    /// <summary>Admitted accounts that the list has lost, for a while.</summary>
    public List<Departed> Departed { get; set; } = [];

    /// <summary>When those were locked of whom the admins were told within the last hour: limits how many mails they get.</summary>
    public List<DateTimeOffset> LockNotices { get; set; } = [];

    /// <summary>When the admins were told of somebody still inside, within the last hour.</summary>
    public List<DateTimeOffset> InsideNotices { get; set; } = [];

    /// <summary>When accounts were accepted that were found enabled by nobody known, within the last hour.</summary>
    public List<DateTimeOffset> FoundAccepted { get; set; } = [];

    /// <summary>
    /// The highest id that a list ever held. A newcomer with a higher one has it first; one with a lower may have another's.
    /// </summary>
    public long HighestId { get; set; }

    /// <summary>The highest id in the list of another database when it first answered; null while the Grafana is the one we know.</summary>
    public long? StrangeListTo { get; set; }

    /// <summary>When the admins were told something, within the last hour, by its theme: limits how many mails they get.</summary>
    public Dictionary<string, List<DateTimeOffset>> NoticesTold { get; set; } = [];

    /// <summary>Mails that are owed.</summary>
    public List<Letter> Letters { get; set; } = [];

    public List<Trouble> Troubles { get; set; } = [];

    /// <summary>The quarter of the last review, <c>2026-Q4</c>; null before the first look.</summary>
    public string? ReviewedQuarter { get; set; }

    /// <summary>The week of the last summary, <c>2026-W48</c>; null before the first look.</summary>
    public string? SummedWeek { get; set; }

    /// <summary>Whom admins disabled since then although they had been let in: the first of them.</summary>
    public List<AdminDisable> AdminDisables { get; set; } = [];

    /// <summary>How many there were beside those.</summary>
    public int MoreAdminDisables { get; set; }

    /// <summary>When the last mail about a flood of sign-ups was decided; null when there was none.</summary>
    public DateTimeOffset? FloodToldAt { get; set; }

    /// <summary>When the last mail about an import was decided; null when there was none.</summary>
    public DateTimeOffset? ImportToldAt { get; set; }

    /// <summary>Set when this memory came out of a backup; null otherwise.</summary>
    public RestoredAutoDisable? Restored { get; set; }

    /// <summary>It is known who of those who were let in is disabled; false in a state of version 0.1.0, which did not look.</summary>
    public bool KnowsDisabled { get; set; }

    /// <summary>Who was written to that their request was received, within the last 30 days.</summary>
    public List<ReceivedNote> Received { get; set; } = [];

    /// <summary>Set while new accounts are expected to be born locked; null otherwise.</summary>
    public BornLockedMemory? BornLocked { get; set; }

    /// <summary>The drill that runs, or the last one; null when there was none.</summary>
    public DrillRun? Drill { get; set; }

    /// <summary>How it is written: account by account, so that many thousand of them cost the lock of the next one nothing.</summary>
    public static StateForm<AutoDisableState> Form() =>
        new ItemsForm<AutoDisableState, Account>(
            AutoDisableStateJson.Default.AutoDisableState,
            "accounts",
            AutoDisableStateJson.Default.Account,
            state => state.Accounts,
            Format);

    /// <summary>The store of it in a state directory.</summary>
    public static IStateStore<AutoDisableState> In(string directory) => new FileState<AutoDisableState>(directory, Form());
}

/// <summary>
/// What is as in a new object is not written: of tens of thousands who wait that is a third of the file, and of the time of a start.
/// </summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AutoDisableState))]
internal sealed partial class AutoDisableStateJson : JsonSerializerContext;

/// <summary>An admin disabled in Grafana somebody who had been let in. Who it is the list of users tells when it is told.</summary>
/// <param name="Account">Reference of the account.</param>
/// <param name="At">The log's time of the request, or ours.</param>
/// <param name="By">The admin.</param>
internal sealed record AdminDisable(string Account, DateTimeOffset At, string By)
{
    public string By { get; init; } = ClaimedText.Cut(By);
}

/// <summary>What is remembered of the triggers in Grafana's database: since when they have been there as they should.</summary>
/// <param name="Since">When they were first found whole. Whoever was made after that was born locked, or something is wrong.</param>
internal sealed record BornLockedMemory(DateTimeOffset Since)
{
    /// <summary>To whom they belonged then; null while that is to be learnt.</summary>
    public string? Owner { get; set; }
}

/// <summary>
/// An admitted account that the list no longer holds. Should its uid come back (a lagging replica, a deletion that was rolled back), it is
/// still admitted: nobody can choose a uid.
/// </summary>
/// <param name="IsDisabled">It had been disabled meanwhile, by an admin or by somebody else.</param>
/// <param name="Until">When the access ends that was given for a time; null when it does not.</param>
internal sealed record Departed(string Uid, DateTimeOffset At, bool IsDisabled = false, DateTimeOffset? Until = null);

/// <summary>An approval that was known before the account was seen in the list: kept until the list shows it.</summary>
/// <param name="Subject">Id or uid, as the request's path named it; or <see cref="ByLogin"/> with the login of an account that root makes
/// for us.</param>
/// <param name="IsOfCopy">Another copy of this daemon approved it, and so it holds for external accounts as well.</param>
internal sealed record EarlyApproval(string Subject, Decision Decision, bool IsOfCopy = false)
{
    /// <summary>Begins the subject of an account that root is about to make for the daemons: no id and no uid begins so.</summary>
    public const string ByLogin = "login:";

    /// <summary>It is an account for the daemons.</summary>
    [JsonIgnore]
    public bool IsOfOurs => Subject.StartsWith(ByLogin, StringComparison.Ordinal);
}

/// <summary>Somebody was written to that their request was received.</summary>
/// <param name="Address">A hash of the address.</param>
/// <param name="At">When.</param>
internal sealed record ReceivedNote(string Address, DateTimeOffset At);
