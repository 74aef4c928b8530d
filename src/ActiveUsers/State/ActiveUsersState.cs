using System.Globalization;
using System.Text.Json.Serialization;
using Athena.ActiveUsers.History;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Grafana.Probes;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.State;
using Athena.Common.State.Backups;
using Athena.Common.Time;

namespace Athena.ActiveUsers.State;

/// <summary>What the daemon remembers over a restart.</summary>
internal sealed class ActiveUsersState
{
    /// <summary>Of the shortest windows, those of a day and a half.</summary>
    private const int MostTold = 500;

    /// <summary>The end of the last window that was read; null before the first start.</summary>
    public DateTimeOffset? HandledTo { get; set; }

    /// <summary>The figures of the window that ended then; null when it was not seen.</summary>
    public PulseFigures? Before { get; set; }

    /// <summary>The newest pulse, while the chat does not have it. There is never more than one.</summary>
    public PendingMessage? Pulse { get; set; }

    /// <summary>Windows since the last pulse of which nobody was told.</summary>
    public Window? Unsent { get; set; }

    /// <summary>A window of which it is not known whether somebody was told: its answer was lost, or we were stopped.</summary>
    public Window? Unsure { get; set; }

    /// <summary>Windows of which somebody was told before they were over, by a clock that was ahead.</summary>
    public Window? Early { get; set; }

    /// <summary>
    /// Ends of the windows of which somebody was told last, or perhaps was: a clock that was ahead may have come to them before, and no
    /// pulse is sent twice.
    /// </summary>
    public List<DateTimeOffset> Told { get; set; } = [];

    /// <summary>Alerts and all-clears that the chat does not have, in order.</summary>
    public List<PendingMessage> Messages { get; set; } = [];

    /// <summary>How many messages the chat does not have.</summary>
    [JsonIgnore]
    public int Waiting => Messages.Count + (Pulse is null ? 0 : 1);

    /// <summary>The chat takes nothing before this; null when it does.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>How long <see cref="NotBefore"/> was away when it was set.</summary>
    public TimeSpan Pause { get; set; }

    /// <summary>Why the chat took nothing at the last attempt; null when it did. Said in the journal once per reason.</summary>
    public string? Trouble { get; set; }

    /// <summary>The first attempt that the chat did not take; null while it takes them, and in a state of before that was kept.</summary>
    public DateTimeOffset? TroubleSince { get; set; }

    /// <summary>The <see cref="TroubleSince"/> of which a mail told; null when none did.</summary>
    public DateTimeOffset? TroubleMailed { get; set; }

    public AlertBook Alerts { get; set; } = new();

    /// <summary>What is to be said of alerts and was not put into the outbox yet, in order: it is written here before.</summary>
    public List<OwedWord> Owed { get; set; } = [];

    /// <summary>How many alerts have a number of the newest day that has any; null until one has.</summary>
    public AlertCount? AlertCount { get; set; }

    /// <summary>The sight probes of the last day.</summary>
    public ProbeBook Probes { get; set; } = ProbeBook.Empty;

    public Silence? Silence { get; set; }

    /// <summary>What the log told of Grafana's absences, up to <see cref="HandledTo"/>.</summary>
    public Outages Outages { get; set; } = new();

    /// <summary>The first month of which no key figures were mailed yet; null before the first start that mails them.</summary>
    public DateTimeOffset? KpisFrom { get; set; }

    /// <summary>The first month of which it was not mailed yet who opened sensitive dashboards; null likewise.</summary>
    public DateTimeOffset? SensitiveFrom { get; set; }

    /// <summary>Groups that became supergroups: the number of the settings, and the number now.</summary>
    public Dictionary<string, string> MovedChats { get; set; } = [];

    /// <summary>Whether the journal was told that the daemon works without an account in Grafana.</summary>
    public bool SaidAnonymous { get; set; }

    /// <summary>Set when this memory came out of a backup; null otherwise.</summary>
    public RestoredFrom? Restored { get; set; }

    /// <summary>
    /// Everything up to the restore is still to be gone through: what is found there somebody may have been told after the backup was made.
    /// </summary>
    [JsonIgnore]
    public bool IsCatchingUp => Restored is { } restored && HandledTo < restored.At;

    /// <summary>The next number of an alert, <c>AL-20261121-3</c>. Under a clock that was set back the newest day goes on.</summary>
    /// <param name="day">As in <c>20261121</c>.</param>
    public string NumberAlert(string day)
    {
        AlertCount = AlertCount is { } count && string.CompareOrdinal(count.Day, day) >= 0
            ? count with { Last = count.Last + 1 }
            : new AlertCount(day, 1);
        return string.Create(CultureInfo.InvariantCulture, $"AL-{AlertCount.Day}-{AlertCount.Last}");
    }

    /// <summary>Nobody was told of this span; the next pulse says so.</summary>
    public void Miss(Window span) => Unsent = Join(Unsent, span);

    /// <summary>It is not known whether somebody was told of this span, and of what that message said was not sent before it.</summary>
    public void Doubt(Window span)
    {
        Unsure = Join(Unsure, Join(Unsent, span));
        Unsent = null;
    }

    /// <summary>Somebody was told of this span before it was over; the next pulse says so.</summary>
    public void TellOfEarly(Window span) => Early = Join(Early, span);

    /// <summary>The chat has, or perhaps has, the pulse of the window with this end.</summary>
    public void NoteTold(DateTimeOffset end)
    {
        Told.Add(end);
        if (Told.Count > MostTold) Told.RemoveAt(0);
    }

    /// <summary>The clock was ahead and has been put right: what was noted of windows after this is not so yet.</summary>
    public void ForgetAfter(DateTimeOffset time)
    {
        Before = null;
        if (Pulse is { IsSending: false } waiting && waiting.About.To > time) Pulse = null;
        Unsent = Until(Unsent, time);
        Unsure = Until(Unsure, time);
    }

    private static Window Join(Window? one, Window other) => one is not { } span ? other : new Window(
        span.From < other.From ? span.From : other.From, span.To > other.To ? span.To : other.To);

    private static Window? Until(Window? span, DateTimeOffset time) => span is not { } known || known.From >= time ? null
        : known.To <= time ? known : known with { To = time };

    /// <summary>The store of it in a state directory.</summary>
    public static IStateStore<ActiveUsersState> In(string directory) =>
        new FileState<ActiveUsersState>(directory, ActiveUsersStateJson.Default.ActiveUsersState);
}

/// <summary>A message that the chat does not have for sure.</summary>
/// <param name="Key">Names it in the audit: <c>pulse/2026-11-21T06:15:00Z</c>.</param>
/// <param name="About">The window of a pulse, with those before it of which nobody was told; for an alert, empty.</param>
/// <param name="IsSending">Written before it is sent and taken back when it surely was not: after a crash in between nobody knows.</param>
/// <param name="Attempts">How often it was tried.</param>
internal sealed record PendingMessage(
    string Key,
    MessageKind Kind,
    TelegramText Text,
    Window About,
    bool IsSilent,
    bool IsSending = false,
    int Attempts = 0);

/// <summary>Something that is to be said of an alert.</summary>
/// <param name="Alert">As it is then, with the ways by which it goes.</param>
/// <param name="OverAt">That it is over; null for its begin.</param>
/// <param name="IsAcknowledgement">That somebody has taken it up.</param>
internal sealed record OwedWord(OpenAlert Alert, DateTimeOffset? OverAt = null, bool IsAcknowledgement = false);

/// <summary>Messages differ in what is worse: to say something twice, or never.</summary>
internal enum MessageKind
{
    /// <summary>Never twice; a late one is superseded by the next.</summary>
    Pulse,

    /// <summary>Never lost; after a crash it may come twice, and says so.</summary>
    Alert,
}

/// <summary>Alerts that have a number.</summary>
/// <param name="Day">As in <c>20261121</c>.</param>
/// <param name="Last">The last number of that day.</param>
internal sealed record AlertCount(string Day, int Last);

[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ActiveUsersState))]
internal sealed partial class ActiveUsersStateJson : JsonSerializerContext;
