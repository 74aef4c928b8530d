using System.Globalization;
using System.Text.Json.Serialization;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.State.Audit;
using Athena.Common.Time;
using Athena.Compliance.Policy;

namespace Athena.Compliance.Evidence;

/// <summary>
/// A decision with everything that it rests on, and everything that its mails are made from: written once, before anything is sent, so
/// that a crash cannot make a second opinion of it.
/// </summary>
/// <param name="Window">What was looked at.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="IsLate">Decided long after its end: the daemon, or its disk, was down.</param>
/// <param name="Finding">Null for a window that was not looked at, because it was too long ago.</param>
/// <param name="Coverage">What could be seen of it; null when it was not looked at.</param>
/// <param name="People">Everybody in the log of the window.</param>
/// <param name="Warnings">What our own people should put right: a listed administrator who is none, a shared account.</param>
/// <param name="Source">The log, as the setting names it.</param>
/// <param name="GrafanaVersion">Null when Grafana did not answer.</param>
/// <param name="AuditHead">The newest line of the audit before this decision: whoever has the mail can witness the audit up to
/// there.</param>
internal sealed record WindowEvidence(
    Window Window,
    DateTimeOffset DecidedAt,
    bool IsLate,
    Finding? Finding,
    Coverage? Coverage,
    IReadOnlyList<EvidencePerson> People,
    IReadOnlyList<string> Warnings,
    string Source,
    string? GrafanaVersion,
    AuditAnchor? AuditHead)
{
    /// <summary>At the end of a verdict: it may be the second one of this window.</summary>
    public const string AfterRestore = ", after a restore";

    private const string InventedId = "AC-TEST";

    private const string IdForm = "'AC-'yyyyMMdd'T'HHmm'Z'";

    /// <summary>What became of the sight probes; null when none are sent.</summary>
    public ProbeTally? Probes { get; init; }

    /// <summary>The daemon's own version, by whose rules it was decided; null for evidence of before it was noted.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>What people were given who had not signed in; null when nobody was.</summary>
    public Visitors? Visitors { get; init; }

    /// <summary>
    /// So many requests in the log were our own daemons' and were left out; null for evidence of before they were counted.
    /// </summary>
    public long? OwnRequests { get; init; }

    /// <summary>
    /// The daemons sign in with an administrator's own account. Then only our own API paths with our referer are left out, and every
    /// report says so.
    /// </summary>
    public bool IsAccountShared { get; init; }

    /// <summary>
    /// The window ended before the daemon's memory was restored from a backup of this time, so it may have been decided and reported
    /// before; null otherwise.
    /// </summary>
    public DateTimeOffset? RestoredFrom { get; init; }

    /// <summary>
    /// The decision of the same window that does not count, because a clock that was ahead had made it too early; null otherwise.
    /// </summary>
    public VoidDecision? Replaces { get; init; }

    /// <summary>
    /// For an hour that was not seen: the hours of the same cause up to this one. Null where nobody counts, as in a trial.
    /// </summary>
    public NotSeenSeries? NotSeen { get; init; }

    /// <summary>What is over with this hour, which was seen: causes for which hours before it were not.</summary>
    public IReadOnlyList<NotSeenSeries> SeenAgain { get; init => field = value ?? []; } = []; // Null where an older version wrote it.

    /// <summary>
    /// Its place among the reports; null where none follows from it, in a trial, and in evidence of before they were counted.
    /// </summary>
    public ReportPlace? Place { get; init; }

    /// <summary>What keeps the mails of this decision apart from those of one that it replaces.</summary>
    [JsonIgnore]
    public string KeySuffix =>
        Replaces is { } struck
            ? $"/after-{struck.At.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}-{struck.Number}"
            : "";

    /// <summary>The report's name for ever: the window's end in UTC, so that an hour that comes twice by the clock has two.</summary>
    public string Id => IsInvented ? InventedId : IdOf(Window.To);

    /// <summary>An example: nobody was looked at, and it is never kept.</summary>
    [JsonIgnore]
    public bool IsInvented { get; init; }

    public static string IdOf(DateTimeOffset end) => end.UtcDateTime.ToString(IdForm, CultureInfo.InvariantCulture);

    /// <summary>The end that an id names; null when it is none.</summary>
    public static DateTimeOffset? EndOf(string id) =>
        DateTimeOffset.TryParseExact(id, IdForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) ? end : null;

    public IEnumerable<EvidencePerson> As(Role role) => People.Where(person => person.Role == role);

    /// <summary>The outcome in a word, for programs.</summary>
    public string OutcomeWord => WordOf(Finding?.Outcome);

    /// <inheritdoc cref="OutcomeWord"/>
    public static string WordOf(Outcome? outcome) => outcome switch
    {
        Outcome.InUse => "in-use",
        Outcome.OnlyAdmins => "only-admins",
        Outcome.OnlyAdminsInPart => "only-admins-in-part",
        Outcome.Nobody => "nobody",
        Outcome.VisitorsOnly => "visitors-only",
        Outcome.NotSeen => "not-seen",
        null => "not-looked-at",
    };

    /// <summary>The outcome for the audit, which is kept for years: no names.</summary>
    public string Verdict =>
        OutcomeWord + (Place is null ? "" : ", " + Place.Words) + (IsLate ? ", late" : "") + (RestoredFrom is null ? "" : AfterRestore);
}

/// <summary>Somebody in a window as they are kept and shown. Login and name are hostile text.</summary>
/// <param name="Marks">Bit n: at work in the n-th five minutes of the window.</param>
internal sealed record EvidencePerson(
    long Id,
    string Login,
    string? Name,
    Role Role,
    ActivityProof Proof,
    long Requests,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen,
    IReadOnlyList<EvidenceDashboard> Dashboards,
    ulong Marks)
{
    /// <inheritdoc cref="Actor.Doubt"/>
    public Doubt? Doubt { get; init; }
}

/// <summary>A dashboard of an administrator's. All texts are hostile.</summary>
/// <param name="Title">Null when Grafana did not tell it: deleted since, or not reachable. Then the uid is shown.</param>
internal sealed record EvidenceDashboard(string Uid, string? Title, string? Folder, long Opens, bool OnScreen);

/// <summary>
/// Hours that could not be seen for one cause. Our own people are told of the first at once, then once a day while it lasts, then that it
/// is over: thirteen mails a day of the same would be read by nobody.
/// </summary>
/// <param name="Cause">See <see cref="Policy.Finding.Cause"/>.</param>
/// <param name="Since">Begin of the first of these hours.</param>
/// <param name="Until">End of the last.</param>
/// <param name="Hours">So many, one after the other or with hours between in which somebody was seen.</param>
/// <param name="ToldOf">End of the last hour about which a mail went out.</param>
internal sealed record NotSeenSeries(string Cause, DateTimeOffset Since, DateTimeOffset Until, int Hours, DateTimeOffset ToldOf)
{
    /// <summary>From one mail to the next.</summary>
    public static TimeSpan Pause { get; } = TimeSpan.FromDays(1);

    /// <summary>This hour's mail is left out.</summary>
    public bool IsToldAlready => ToldOf != Until;
}

/// <summary>What became of the sight probes of a window.</summary>
/// <param name="Found">So many came back in the log.</param>
/// <param name="Lost">So many were answered by Grafana and are not in the log.</param>
internal sealed record ProbeTally(int Found, int Lost);

/// <summary>
/// A decision that was made by a clock that was ahead, before its window was over: it is void, and the window is decided again.
/// </summary>
/// <param name="From">Where the window begins, or all those that were recorded as one; anything after that where it is not known.</param>
/// <param name="End">Of the window.</param>
/// <param name="At">When it was made, by that clock.</param>
/// <param name="Outcome">What may have been reported, and has to be taken back or replaced; null where nobody looked, or that is not
/// known.</param>
/// <param name="Number">The how manieth of this window it was: 1 for the first.</param>
internal sealed record VoidDecision(DateTimeOffset From, DateTimeOffset End, DateTimeOffset At, Outcome? Outcome, int Number);
