namespace Athena.Compliance.Policy;

/// <summary>What a window of the log comes to. Exactly one for each window.</summary>
internal enum Outcome
{
    /// <summary>A person who is no administrator was at work: nothing is sent.</summary>
    InUse,

    /// <summary>Only administrators were at work, and everything could be seen: the report.</summary>
    OnlyAdmins,

    /// <summary>Only administrators in what could be seen, and a part could not be: the report, saying just that.</summary>
    OnlyAdminsInPart,

    /// <summary>Nobody was at work, and everything could be seen.</summary>
    Nobody,

    /// <summary>
    /// Nobody who had signed in was at work, visitors without a login were given dashboards, and everything could be seen. Nothing is sent;
    /// the summary says it.
    /// </summary>
    VisitorsOnly,

    /// <summary>It cannot be said. First2Lead is told nothing, our own people are.</summary>
    NotSeen,
}
