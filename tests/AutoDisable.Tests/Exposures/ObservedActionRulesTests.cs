using Athena.AutoDisable.Evidence;

namespace Athena.AutoDisable.Tests.Exposures;

internal sealed class ObservedActionRulesTests
{
    [TestCase("POST", "/api/serviceaccounts", ObservedActionKind.ServiceAccount)]
    [TestCase("POST", "/api/serviceaccounts/", ObservedActionKind.ServiceAccount)]
    [TestCase("POST", "//api///serviceaccounts/24//tokens", ObservedActionKind.ServiceAccount)]
    [TestCase("POST", "/API/ServiceAccounts", ObservedActionKind.ServiceAccount)]
    [TestCase("POST", "/apis/iam.grafana.app/v0alpha1/namespaces/default/serviceaccounts", ObservedActionKind.ServiceAccount)]
    [TestCase("POST", "/api/snapshots", ObservedActionKind.Snapshot)]
    [TestCase("POST", "/apis/dashboard.grafana.app/v0alpha1/namespaces/default/snapshots/create", ObservedActionKind.Snapshot)]
    [TestCase("POST", "/api/dashboards/uid/pub/public-dashboards", ObservedActionKind.PublicDashboard)]
    [TestCase("PATCH", "/api/dashboards/uid/pub/public-dashboards/cg4xdjyo6ttdsa", ObservedActionKind.PublicDashboard)]
    [TestCase("POST", "/api/org/invites", ObservedActionKind.Invitation)]
    [TestCase("POST", "/api/auth/keys", ObservedActionKind.ApiKey)]
    [TestCase("POST", "/api/admin/users", ObservedActionKind.Administration)]
    [TestCase("PUT", "/api/users/6", ObservedActionKind.Administration)]
    [TestCase("POST", "/api/orgs", ObservedActionKind.Administration)]
    [TestCase("PATCH", "/api/org/users/6", ObservedActionKind.Administration)]
    [TestCase("POST", "/api/teams", ObservedActionKind.Administration)]
    [TestCase("POST", "/api/access-control/roles", ObservedActionKind.Administration)]
    [TestCase("POST", "/api/datasources", ObservedActionKind.Administration)]
    [TestCase("DELETE", "/api/datasources/uid/abc", ObservedActionKind.Administration)]
    [TestCase("POST", "/api/plugins/x/install", ObservedActionKind.Administration)]
    [TestCase("POST", "/api/v1/provisioning/contact-points", ObservedActionKind.Administration)]
    [TestCase("POST", "/api/ruler/grafana/api/v1/rules/f", ObservedActionKind.Administration)]
    [TestCase("POST", "/api/reports", ObservedActionKind.Administration)]
    [TestCase("POST", "/api/dashboards/uid/abc/permissions", ObservedActionKind.Administration)]
    [TestCase("POST", "/apis/new.grafana.app/v1/namespaces/default/things", ObservedActionKind.Administration)]
    [TestCase("PUT", "/api/user", ObservedActionKind.OwnProfile)]
    [TestCase("PUT", "/api/user/password", ObservedActionKind.OwnProfile)]
    [TestCase("POST", "/api/user/using/2", ObservedActionKind.OwnProfile)]
    [TestCase("POST", "/api/dashboards/db", ObservedActionKind.Dashboard)]
    [TestCase("PUT", "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/redis-overview", ObservedActionKind.Dashboard)]
    [TestCase("POST", "/api/folders", ObservedActionKind.Other)]
    [TestCase("DELETE", "/api/datasources/proxy/uid/x/index", ObservedActionKind.Other)]
    [TestCase("POST", "/api/never/heard/of", ObservedActionKind.Other)]
    [TestCase("POST", "", ObservedActionKind.Other)]
    [TestCase("POST", "/api/ds/query", ObservedActionKind.PageNoise)]
    [TestCase("POST", "/api/user/auth-tokens/rotate", ObservedActionKind.PageNoise)]
    [TestCase("POST", "/api/frontend-metrics", ObservedActionKind.PageNoise)]
    [TestCase("POST", "/apis/features.grafana.app/v0alpha1/namespaces/default/ofrep/v1/evaluate/flags", ObservedActionKind.PageNoise)]
    [TestCase("POST", "/api/datasources/uid/x/resources/api/v1/labels", ObservedActionKind.PageNoise)]
    public void Says_what_a_request_touches(string method, string path, object kind) =>
        Assert.That(ObservedActionRules.Kind(method, ObservedActionRules.Normal(path)), Is.EqualTo(kind));

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
