namespace Athena.Common.Notify;

/// <summary>
/// What a notification tells, for programs: a ticket system, a chat of another make. Names nobody but in <see cref="Person"/>, and none of
/// it is a stranger's text.
/// </summary>
/// <param name="Type">What happened.</param>
/// <param name="Key">
/// Our own reference: what begins and what ends bear the same. No login, no e-mail address and no uid of Grafana's.
/// </param>
/// <param name="Title">A few words of ours.</param>
public sealed record NotificationEvent(EventType Type, string Key, string Title)
{
    /// <summary>Somebody tries whether messages arrive.</summary>
    public static NotificationEvent Test { get; } = new(EventType.Test, "test", "this is a test, nothing has to be done");

    /// <summary>What a ticket system does with it.</summary>
    public EventAction Action { get; init; } = EventTypes.ActionOf(Type);

    /// <summary>Which of its type, as our enumerations have it: <c>GrafanaDown</c>; null where there is but one.</summary>
    public string? Kind { get; init; }

    /// <summary>When what it is about began; null where that is now.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Grafana's number of the account; null where it is about none, or many.</summary>
    public long? Account { get; init; }

    /// <summary>A report's number; null where it is about none.</summary>
    public string? Report { get; init; }

    /// <summary>How many accounts, where they are too many for a message each; null otherwise.</summary>
    public int? Count { get; init; }

    /// <summary>The key for programs, among those of all that tell them.</summary>
    /// <param name="tenant">Tells the installations of one receiver apart; where it is empty the host does.</param>
    public string KeyOf(string tenant, string host, string daemon) => $"{(tenant.Length > 0 ? tenant : host)}/{daemon}/{Key}";

    /// <summary>Who, as they call themselves; null where nobody is meant, or they are not remembered.</summary>
    public EventPerson? Person { get; init; }
}

/// <summary>What somebody typed about themselves.</summary>
public sealed record EventPerson(string Login, string Email, string Name);

/// <summary>What happened, for programs; <see cref="EventTypes.NameOf"/> is what they are told.</summary>
public enum EventType
{
    /// <summary>An account is locked and waits for a decision.</summary>
    AccountLocked,

    /// <summary>It was decided.</summary>
    AccountDecided,

    /// <summary>Somebody is to act now.</summary>
    AccountCritical,

    /// <summary>Something keeps a daemon from its work.</summary>
    TroubleBegan,

    /// <summary>That is over.</summary>
    TroubleEnded,

    /// <summary>Something is wrong with Grafana.</summary>
    AlertBegan,

    /// <summary>That is over.</summary>
    AlertEnded,

    /// <summary>A report was taken by the mail server.</summary>
    ReportSent,

    /// <summary>An hour could not be seen, so there is no report of it.</summary>
    ReportNotSeen,

    /// <summary>What could not be seen can be seen again.</summary>
    ReportSeenAgain,

    /// <summary>Somebody tries whether messages arrive.</summary>
    Test,
}

/// <summary>What a ticket system does with an event.</summary>
public enum EventAction
{
    /// <summary>Opens a ticket of this key, or adds to the one that is open.</summary>
    Open,

    /// <summary>Closes the ticket of this key.</summary>
    Close,

    /// <summary>Nothing waits for an end of it.</summary>
    Note,
}

/// <summary>How events are named to programs; a name, once given, stays.</summary>
public static class EventTypes
{
    /// <summary>As in <c>account.locked</c>: what it is about, a full stop, what happened.</summary>
    public static string NameOf(EventType type) => type switch
    {
        EventType.AccountLocked => "account.locked",
        EventType.AccountDecided => "account.decided",
        EventType.AccountCritical => "account.critical",
        EventType.TroubleBegan => "trouble.began",
        EventType.TroubleEnded => "trouble.ended",
        EventType.AlertBegan => "alert.began",
        EventType.AlertEnded => "alert.ended",
        EventType.ReportSent => "report.sent",
        EventType.ReportNotSeen => "report.not_seen",
        EventType.ReportSeenAgain => "report.seen_again",
        EventType.Test => "test",
    };

    /// <summary>What a ticket system does with one of these, if nothing else is said of it.</summary>
    public static EventAction ActionOf(EventType type) => type switch
    {
        EventType.AccountLocked or EventType.TroubleBegan or EventType.AlertBegan or EventType.ReportNotSeen => EventAction.Open,
        EventType.AccountDecided or EventType.TroubleEnded or EventType.AlertEnded or EventType.ReportSeenAgain => EventAction.Close,
        EventType.AccountCritical or EventType.ReportSent or EventType.Test => EventAction.Note,
    };
}
