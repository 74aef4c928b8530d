using Athena.Common.Time;

namespace Athena.ActiveUsers.Access;

/// <summary>Who opened a dashboard, or who changed what, in a span; and of what in it nothing is known. Pure.</summary>
/// <param name="NotKept">Spans of which no window was kept, in order.</param>
/// <param name="NotSeen">What of the windows that were kept was not seen.</param>
internal sealed record AccessReport(
    Window Span, IReadOnlyList<Viewer> Viewers, IReadOnlyList<Writer> Writes, IReadOnlyList<Window> NotKept,
    IReadOnlyList<AccessGap> NotSeen)
{
    /// <summary>Nobody is missing.</summary>
    public bool IsWhole => NotKept.Count + NotSeen.Count == 0;

    /// <param name="windows">Those that begin in the span, in order of time.</param>
    /// <param name="uid">Of the dashboard whose viewers are asked for; null for none.</param>
    /// <param name="kind">Only changes of this kind; null for all.</param>
    public static AccessReport Of(Window span, IReadOnlyCollection<AccessWindow> windows, string? uid, ChangeKind? kind = null) => new(
        span,
        uid is null ? [] : ViewersOf(windows, uid),
        uid is null ? WritesOf(windows, kind) : [],
        NotKeptOf(span, windows),
        [.. windows.SelectMany(window => window.NotSeen)]);

    /// <summary>Uids of all dashboards that somebody had before them.</summary>
    public static IReadOnlyList<string> DashboardsOf(IEnumerable<AccessWindow> windows) =>
        [.. windows.SelectMany(window => window.Rows).SelectMany(row => row.Dashboards).Select(one => one.Uid).Distinct().Order()];

    /// <summary>One for each account that opened it or had it on screen, who came first first.</summary>
    private static IReadOnlyList<Viewer> ViewersOf(IEnumerable<AccessWindow> windows, string uid) =>
    [
        .. windows.SelectMany(window => window.Rows)
            .SelectMany(row => row.Dashboards.Where(one => one.Uid == uid).Select(one => (Row: row, Dashboard: one)))
            .GroupBy(one => one.Row.Id)
            .Select(one => new Viewer(
                one.Key, one.Last().Row.Login, one.Last().Row.Kind, one.Sum(view => view.Dashboard.Opens),
                one.Min(view => view.Dashboard.First), one.Max(view => view.Dashboard.Last)))
            .OrderBy(viewer => viewer.First).ThenBy(viewer => viewer.Id),
    ];

    private static IReadOnlyList<Writer> WritesOf(IEnumerable<AccessWindow> windows, ChangeKind? kind) =>
    [
        .. windows.SelectMany(window => window.Rows)
            .SelectMany(row => row.Changes.Select(change => new Writer(row.Id, row.Login, row.Kind, change, ChangeKinds.Of(change.Path))))
            .Where(write => kind is null || write.What == kind).OrderBy(write => write.Change.At),
    ];

    private static IReadOnlyList<Window> NotKeptOf(Window span, IEnumerable<AccessWindow> windows)
    {
        List<Window> missing = [];
        var at = span.From;
        foreach (var window in windows.Select(window => window.Window))
        {
            if (window.From > at) missing.Add(new Window(at, window.From));
            if (window.To > at) at = window.To;
        }

        if (at < span.To) missing.Add(new Window(at, span.To));
        return missing;
    }
}

/// <summary>Somebody who had a dashboard before them.</summary>
/// <param name="Login">As last written; hostile text.</param>
/// <param name="Opens">0 where it was on screen and had been opened before the span.</param>
internal sealed record Viewer(long Id, string Login, AccessKind Kind, long Opens, DateTimeOffset First, DateTimeOffset Last);

/// <summary>Somebody who changed something.</summary>
/// <param name="Login">As last written in that window; hostile text.</param>
internal sealed record Writer(long Id, string Login, AccessKind Kind, AccessChange Change, ChangeKind What);

/// <summary>What a change is about, by its path.</summary>
internal enum ChangeKind
{
    Users,
    Roles,
    Tokens,
    DataSources,
    Dashboards,
    AlertRules,
    Settings,
    Profile,
    Other,
}

/// <summary>Tells them apart. What a later Grafana brings is <see cref="ChangeKind.Other"/>, and shown.</summary>
internal static class ChangeKinds
{
    // The first that the path begins with.
    private static readonly (string Folder, ChangeKind Kind)[] Folders =
    [
        ("/api/auth/keys", ChangeKind.Tokens),
        ("/api/serviceaccounts", ChangeKind.Users),
        ("/api/datasources", ChangeKind.DataSources),
        ("/apis/datasource", ChangeKind.DataSources),
        ("/api/dashboards", ChangeKind.Dashboards),
        ("/api/folders", ChangeKind.Dashboards),
        ("/api/library-elements", ChangeKind.Dashboards),
        ("/api/playlists", ChangeKind.Dashboards),
        ("/api/snapshots", ChangeKind.Dashboards),
        ("/api/annotations", ChangeKind.Dashboards),
        ("/apis/dashboard.grafana.app", ChangeKind.Dashboards),
        ("/apis/folder.grafana.app", ChangeKind.Dashboards),
        ("/apis/playlist.grafana.app", ChangeKind.Dashboards),
        ("/api/ruler", ChangeKind.AlertRules),
        ("/api/v1/provisioning", ChangeKind.AlertRules),
        ("/api/alertmanager", ChangeKind.AlertRules),
        ("/apis/notifications.alerting.grafana.app", ChangeKind.AlertRules),
        ("/apis/rules.alerting.grafana.app", ChangeKind.AlertRules),
        ("/api/access-control", ChangeKind.Roles),
        ("/api/teams", ChangeKind.Roles),
        ("/apis/iam.grafana.app", ChangeKind.Roles),
        ("/api/admin/users", ChangeKind.Users),
        ("/api/admin/provisioning", ChangeKind.Settings),
        ("/api/admin/settings", ChangeKind.Settings),
        ("/api/v1/sso-settings", ChangeKind.Settings),
        ("/api/plugins", ChangeKind.Settings),
        ("/api/org/preferences", ChangeKind.Settings),
        ("/api/org/address", ChangeKind.Settings),
        ("/api/licensing", ChangeKind.Settings),
        ("/api/reports", ChangeKind.Settings),
        ("/api/orgs", ChangeKind.Users),
        ("/api/org", ChangeKind.Users),
        ("/api/users", ChangeKind.Users),
        ("/api/user", ChangeKind.Profile),
    ];

    /// <summary>Of each kind its word.</summary>
    public static string Word(ChangeKind kind) => kind switch
    {
        ChangeKind.Users => "users",
        ChangeKind.Roles => "roles",
        ChangeKind.Tokens => "tokens",
        ChangeKind.DataSources => "data-sources",
        ChangeKind.Dashboards => "dashboards",
        ChangeKind.AlertRules => "alert-rules",
        ChangeKind.Settings => "settings",
        ChangeKind.Profile => "profile",
        ChangeKind.Other => "other",
    };

    /// <param name="path">Hostile text.</param>
    public static ChangeKind Of(string path) =>
        path.EndsWith("/permissions", StringComparison.OrdinalIgnoreCase) ? ChangeKind.Roles
        : path.StartsWith("/api/serviceaccounts/", StringComparison.OrdinalIgnoreCase)
            && path.Contains("/tokens", StringComparison.OrdinalIgnoreCase) ? ChangeKind.Tokens
        : Folders.Where(one => IsIn(path, one.Folder)).Select(one => one.Kind).FirstOrDefault(ChangeKind.Other);

    private static bool IsIn(string path, string folder) =>
        path.StartsWith(folder, StringComparison.OrdinalIgnoreCase) && (path.Length == folder.Length || path[folder.Length] is '/' or '.');
}
