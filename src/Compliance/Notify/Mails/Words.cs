using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Compliance.Policy;

namespace Athena.Compliance.Notify.Mails;

/// <summary>Roles and proofs in words for people.</summary>
internal static class Words
{
    public static string Of(Role role) => role switch
    {
        Role.Admin => "administrator",
        Role.User => "user",
        Role.Unknown => "unknown",
        Role.Stranger => "stranger, locked at once",
        Role.Display => "wall display",
        Role.Ours => "the daemons' account, used by somebody",
        Role.Machine => "service account",
    };

    public static string Of(Doubt doubt) => doubt switch
    {
        Doubt.InBrowser => "used in a browser",
        Doubt.MadeOfLate => "made less than a day before",
        Doubt.AgeNotKnown => "when it was made is not known",
    };

    public static string Of(ActivityProof proof) => proof switch
    {
        ActivityProof.OpenedDashboard => "opened dashboards",
        ActivityProof.Queried => "queried data",
        ActivityProof.Other => "other requests",
        ActivityProof.RendererOnly => "rendered pictures only",
        ActivityProof.TabOnly => "tab left open",
    };

    /// <summary>For those outside: what is missing, and nothing of how our servers are built.</summary>
    public static string Of(GapCause cause) => cause switch
    {
        GapCause.BeginsLater => "the log does not reach back so far",
        GapCause.EndsEarlier => "the log ends before",
        GapCause.Dropped => "lines of the log were lost",
        GapCause.Unreadable => "a part of the log cannot be read",
        GapCause.ReaderDied => "a part of the log is damaged",
        GapCause.RouterLoggingOff => "successful requests were not logged",
        GapCause.ProbeLost => "a test request is not in the log",
        GapCause.ClockSet => "the server's clock was set",
        GapCause.SeesNotAll => "requests are known that are not in the log",
        GapCause.Unidentified => "Grafana could not tell who was asking",
        GapCause.TooMany => "there were more accounts than can be told apart",
        GapCause.NoLog => "there was no log",
    };

    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.InUse => "in use",
        Outcome.OnlyAdmins => "only administrators",
        Outcome.OnlyAdminsInPart => "only administrators, in part",
        Outcome.Nobody => "nobody",
        Outcome.VisitorsOnly => "nobody signed in",
        Outcome.NotSeen => "not seen",
    };
}
