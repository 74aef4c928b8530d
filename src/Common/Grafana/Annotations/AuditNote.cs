using System.Globalization;
using Athena.Common.Grafana.Api;
using Athena.Common.Text;

namespace Athena.Common.Grafana.Annotations;

/// <summary>Of what Grafana's dashboards are told.</summary>
public enum NoteKind
{
    /// <summary>An account was locked.</summary>
    Locked,

    /// <summary>One was let in.</summary>
    Approved,

    /// <summary>One stays locked.</summary>
    Rejected,

    /// <summary>One was refused, and is deleted.</summary>
    Deleted,

    /// <summary>A decision was taken back.</summary>
    Undone,

    /// <summary>It was decided about one that nobody is known to have enabled.</summary>
    FoundSettled,

    /// <summary>A span of the log was not seen.</summary>
    LogGap,

    /// <summary>Of an hour it cannot be said who was at work.</summary>
    HourNotSeen,

    /// <summary>A report follows from an hour.</summary>
    ReportOwed,

    /// <summary>A mail server took a report.</summary>
    ReportSent,
}

/// <summary>What a line of the audit tells the dashboards. Nobody's name stands in it.</summary>
/// <param name="Kind">Of what it tells.</param>
/// <param name="Subject">Which account, hour or report; lines about one of them in one minute are one annotation.</param>
/// <param name="At">When it was, or began.</param>
/// <param name="End">When it was over; null for what is of one moment.</param>
public sealed record AuditNote(NoteKind Kind, string Subject, DateTimeOffset At, DateTimeOffset? End = null)
{
    /// <summary>A line's own time, which the audit gives each.</summary>
    public static DateTimeOffset TimeOf(string at) => DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);

    /// <summary>The time in a fact; null where there is none.</summary>
    public static DateTimeOffset? TimeIn(string? fact) =>
        DateTimeOffset.TryParse(fact, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}

/// <summary>How notes are written. Pure.</summary>
internal static class NoteText
{
    /// <summary>The tag that each annotation has, by which a dashboard asks for them.</summary>
    public const string Tag = "athena";

    /// <summary>More accounts than this are counted, and not named.</summary>
    private const int MostNamed = 5;

    private const int LongestName = 60;

    /// <summary>One annotation of notes of one kind.</summary>
    /// <param name="daemon">By the name of its unit, a tag.</param>
    /// <param name="notes">In the order of their lines; one at least.</param>
    /// <param name="logins">Hostile text; none where nobody is to be named.</param>
    public static GrafanaAnnotation Write(string daemon, IReadOnlyList<AuditNote> notes, IReadOnlyList<string> logins)
    {
        var kind = notes[0].Kind;
        var end = notes.Max(note => note.End);
        var count = notes.Select(note => note.Subject).Distinct(StringComparer.Ordinal).Count();
        var text = count == 1 ? One(kind) : string.Create(CultureInfo.InvariantCulture, $"{count} {Several(kind)}");
        if (logins.Count > 0) text += ": " + string.Join(", ", logins.Take(MostNamed).Select(Named));
        if (logins.Count > MostNamed) text += string.Create(CultureInfo.InvariantCulture, $" and {logins.Count - MostNamed} more");
        return new GrafanaAnnotation(notes.Min(note => note.At), end, [Tag, daemon, TagOf(kind)], text);
    }

    /// <summary>Dashboards ask for these words, and Grafana keeps them: none is ever renamed.</summary>
    public static string TagOf(NoteKind kind) => kind switch
    {
        NoteKind.Locked => "locked",
        NoteKind.Approved => "approved",
        NoteKind.Rejected => "rejected",
        NoteKind.Deleted => "deleted",
        NoteKind.Undone => "decision-undone",
        NoteKind.FoundSettled => "found-settled",
        NoteKind.LogGap => "log-gap",
        NoteKind.HourNotSeen => "hour-not-seen",
        NoteKind.ReportOwed => "report-owed",
        NoteKind.ReportSent => "report-sent",
    };

    private static string One(NoteKind kind) => kind switch
    {
        NoteKind.Locked => "Account locked",
        NoteKind.Approved => "Account let in",
        NoteKind.Rejected => "Account rejected, stays locked",
        NoteKind.Deleted => "Account rejected and deleted",
        NoteKind.Undone => "Decision taken back",
        NoteKind.FoundSettled => "Decided about an account that was found enabled",
        NoteKind.LogGap => "The log was not seen",
        NoteKind.HourNotSeen => "Hour not seen",
        NoteKind.ReportOwed => "Report owed",
        NoteKind.ReportSent => "Report sent",
    };

    private static string Several(NoteKind kind) => kind switch
    {
        NoteKind.Locked => "accounts locked",
        NoteKind.Approved => "accounts let in",
        NoteKind.Rejected => "accounts rejected, they stay locked",
        NoteKind.Deleted => "accounts rejected and deleted",
        NoteKind.Undone => "decisions taken back",
        NoteKind.FoundSettled => "decisions about accounts that were found enabled",
        NoteKind.LogGap => "spans of the log were not seen",
        NoteKind.HourNotSeen => "hours not seen",
        NoteKind.ReportOwed => "reports owed",
        NoteKind.ReportSent => "reports sent",
    };

    /// <summary>
    /// Grafana takes the text for HTML: what somebody typed must be none, nor lead anywhere. What cannot be seen the audit has made
    /// visible.
    /// </summary>
    private static string Named(string login) =>
        UntrustedText.Html(UntrustedText.Inert(login.Length <= LongestName ? login : login[..LongestName] + "…"));
}
