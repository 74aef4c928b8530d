namespace Athena.AutoDisable.Evidence;

/// <summary>What a request that is not GET, HEAD or OPTIONS touches. The kinds up to <see cref="Administration"/> are critical.</summary>
internal enum ObservedActionKind
{
    /// <summary>A service account or a token of one. A token outlives the account of whoever made it (docs/grafana.md §5).</summary>
    ServiceAccount,

    /// <summary>A snapshot: data that can be read without signing in.</summary>
    Snapshot,

    /// <summary>A dashboard shared in public.</summary>
    PublicDashboard,

    /// <summary>An invitation: another way in.</summary>
    Invitation,

    /// <summary>An API key of the old kind.</summary>
    ApiKey,

    /// <summary>Accounts, organisations, roles, permissions, teams, data sources, plugins, alerting, reports, provisioning.</summary>
    Administration,

    /// <summary>Their own name, e-mail, password, preferences, stars, current organisation.</summary>
    OwnProfile,

    /// <summary>A dashboard saved or deleted.</summary>
    Dashboard,

    /// <summary>Anything else that may have changed something: folders, annotations, playlists, calls passed on to a data source…</summary>
    Other,

    /// <summary>What an open page sends by itself: queries, metrics, feature flags, the renewal of its session. Made nothing.</summary>
    PageNoise,
}
