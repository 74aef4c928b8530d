namespace Athena.Compliance.Summaries;

/// <summary>What is left of an hour for those who ask later.</summary>
internal enum HourState
{
    /// <summary>No report was due: a day or an hour that is not looked at, before the installation, or still to come.</summary>
    NotDue,

    InUse,

    OnlyAdmins,

    OnlyAdminsInPart,

    Nobody,

    /// <summary>Nobody who had signed in; visitors without a login were given dashboards.</summary>
    VisitorsOnly,

    NotSeen,

    /// <summary>Recorded as not looked at: it was too long ago when the daemon came back.</summary>
    NotLookedAt,

    /// <summary>It was due and the audit has nothing about it.</summary>
    NoRecord,
}
