using Athena.AutoDisable.Exposures;

namespace Athena.AutoDisable.Tests.Exposures;

internal sealed class DeedRulesTests
{
    [TestCase("POST", "/api/serviceaccounts", DeedKind.ServiceAccount)]
    [TestCase("POST", "/api/serviceaccounts/", DeedKind.ServiceAccount)]
    [TestCase("POST", "//api///serviceaccounts/24//tokens", DeedKind.ServiceAccount)]
    [TestCase("POST", "/API/ServiceAccounts", DeedKind.ServiceAccount)]
    [TestCase("POST", "/apis/iam.grafana.app/v0alpha1/namespaces/default/serviceaccounts", DeedKind.ServiceAccount)]
    [TestCase("POST", "/api/snapshots", DeedKind.Snapshot)]
    [TestCase("POST", "/apis/dashboard.grafana.app/v0alpha1/namespaces/default/snapshots/create", DeedKind.Snapshot)]
    [TestCase("POST", "/api/dashboards/uid/pub/public-dashboards", DeedKind.PublicDashboard)]
    [TestCase("PATCH", "/api/dashboards/uid/pub/public-dashboards/cg4xdjyo6ttdsa", DeedKind.PublicDashboard)]
    [TestCase("POST", "/api/org/invites", DeedKind.Invitation)]
    [TestCase("POST", "/api/auth/keys", DeedKind.ApiKey)]
    [TestCase("POST", "/api/admin/users", DeedKind.Administration)]
    [TestCase("PUT", "/api/users/6", DeedKind.Administration)]
    [TestCase("POST", "/api/orgs", DeedKind.Administration)]
    [TestCase("PATCH", "/api/org/users/6", DeedKind.Administration)]
    [TestCase("POST", "/api/teams", DeedKind.Administration)]
    [TestCase("POST", "/api/access-control/roles", DeedKind.Administration)]
    [TestCase("POST", "/api/datasources", DeedKind.Administration)]
    [TestCase("DELETE", "/api/datasources/uid/abc", DeedKind.Administration)]
    [TestCase("POST", "/api/plugins/x/install", DeedKind.Administration)]
    [TestCase("POST", "/api/v1/provisioning/contact-points", DeedKind.Administration)]
    [TestCase("POST", "/api/ruler/grafana/api/v1/rules/f", DeedKind.Administration)]
    [TestCase("POST", "/api/reports", DeedKind.Administration)]
    [TestCase("POST", "/api/dashboards/uid/abc/permissions", DeedKind.Administration)]
    [TestCase("POST", "/apis/new.grafana.app/v1/namespaces/default/things", DeedKind.Administration)]
    [TestCase("PUT", "/api/user", DeedKind.OwnProfile)]
    [TestCase("PUT", "/api/user/password", DeedKind.OwnProfile)]
    [TestCase("POST", "/api/user/using/2", DeedKind.OwnProfile)]
    [TestCase("POST", "/api/dashboards/db", DeedKind.Dashboard)]
    [TestCase("PUT", "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/redis-overview", DeedKind.Dashboard)]
    [TestCase("POST", "/api/folders", DeedKind.Other)]
    [TestCase("DELETE", "/api/datasources/proxy/uid/x/index", DeedKind.Other)]
    [TestCase("POST", "/api/never/heard/of", DeedKind.Other)]
    [TestCase("POST", "", DeedKind.Other)]
    [TestCase("POST", "/api/ds/query", DeedKind.PageNoise)]
    [TestCase("POST", "/api/user/auth-tokens/rotate", DeedKind.PageNoise)]
    [TestCase("POST", "/api/frontend-metrics", DeedKind.PageNoise)]
    [TestCase("POST", "/apis/features.grafana.app/v0alpha1/namespaces/default/ofrep/v1/evaluate/flags", DeedKind.PageNoise)]
    [TestCase("POST", "/api/datasources/uid/x/resources/api/v1/labels", DeedKind.PageNoise)]
    public void Says_what_a_request_touches(string method, string path, object kind) =>
        Assert.That(DeedRules.Kind(method, DeedRules.Normal(path)), Is.EqualTo(kind));

    [TestCase("/apis/dashboard.grafana.app/v2beta1/namespaces/org-3/dashboards/abc/dto", "abc")]
    [TestCase("/api/dashboards/uid/abc", "abc")]
    [TestCase("/apis/dashboard.grafana.app/v1/namespaces/default/dashboards//dto", null)]
    [TestCase("/api/dashboards/uid/", null)]
    [TestCase("/api/dashboards/home", null)]
    [TestCase("/api/dashboards/uid/abc/versions", null)]
    [TestCase("/d/abc/slug", null)]
    public void Says_which_dashboard_was_opened(string path, string? uid) => Assert.That(DashboardAddress.Opened(path), Is.EqualTo(uid));

    [TestCase("http://127.0.0.1:3000/d/abc/slug?from=now-1h", "abc")]
    [TestCase("https://athena.example.org/grafana/d-solo/abc/slug", "abc")]
    [TestCase("http://127.0.0.1:3000/explore?left=/d/abc/x", null)]
    [TestCase("http://127.0.0.1:3000/d/", null)]
    [TestCase("http://127.0.0.1:3000/d/%22%3E%3Cscript%3E/x", null)]
    [TestCase("javascript:alert(1)", null)]
    [TestCase("", null)]
    public void Says_which_dashboard_was_on_screen(string referer, string? uid) =>
        Assert.That(DashboardAddress.OnScreen("/api/ds/query", referer), Is.EqualTo(uid));
}
