namespace Athena.Compliance.Policy;

/// <summary>As what somebody in the log is counted.</summary>
internal enum Role
{
    /// <summary>One of <c>ADMIN_USER_IDS</c>.</summary>
    Admin,

    /// <summary>A person who is none of them.</summary>
    User,

    /// <summary>In no list of Grafana's, so perhaps a person: nothing may be claimed without knowing.</summary>
    Unknown,

    /// <summary>An account that was new and was disabled by our account; neither use nor anybody's business but our own.</summary>
    Stranger,

    /// <summary>One of <c>DISPLAY_USER_IDS</c>: a screen on a wall.</summary>
    Display,

    /// <summary>The daemons' own account, with requests that are none of the daemons': somebody uses it.</summary>
    Ours,

    /// <summary>A service account.</summary>
    Machine,
}
