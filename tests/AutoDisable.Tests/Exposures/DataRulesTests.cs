using Athena.AutoDisable.Evidence;

namespace Athena.AutoDisable.Tests.Exposures;

internal sealed class DataRulesTests
{
    [TestCase("POST", "/api/ds/query")]
    [TestCase("POST", "/api/tsdb/query")]
    [TestCase("GET", "/api/datasources/proxy/1/api/v1/query")]
    [TestCase("POST", "/api/datasources/proxy/uid/P8E80F9AEF21F6940/_msearch")]
    [TestCase("GET", "/api/datasources/proxy/7")]
    [TestCase("GET", "/api/datasources/uid/grafanacloud-prom/resources/api/v1/labels")]
    [TestCase("POST", "/api/datasources/uid/a/resources")]
    [TestCase("GET", "/api/datasources/4/resources/tables")]
    [TestCase("POST", "/apis/query.grafana.app/v0alpha1/namespaces/default/query")]
    [TestCase("POST", "/apis/prometheus.datasource.grafana.app/v0alpha1/namespaces/default/datasources/x/query")]
    [TestCase("GET", "/apis/loki.datasource.grafana.app/v0alpha1/namespaces/default/datasources/x/resource/labels")]
    [TestCase("POST", "/api/public/dashboards/0123456789abcdef/panels/1/query")]
    [TestCase("GET", "/api/snapshots/AbCdEf")]
    [TestCase("GET", "/apis/dashboard.grafana.app/v0alpha1/namespaces/default/snapshots/AbCdEf")]
    [TestCase("GET", "/api/plugin-proxy/some-app/route")]
    [TestCase("GET", "/render/d-solo/walk/random-walk")]
    [TestCase("POST", "/api/v1/eval")]
    [TestCase("POST", "//API/ds//query/")]
    public void Asks_for_data(string method, string path) =>
        Assert.That(DataRules.IsQuery(method, ObservedActionRules.Normal(path)), Is.True);

    [TestCase("GET", "/api/datasources")]
    [TestCase("GET", "/api/datasources/uid/x")]
    [TestCase("GET", "/api/datasources/uid/x/health")]
    [TestCase("GET", "/api/search")]
    [TestCase("GET", "/api/query-history")]
    [TestCase("POST", "/api/frontend-metrics")]
    [TestCase("GET", "/api/dashboards/uid/x")]
    [TestCase("POST", "/api/snapshots")]
    [TestCase("GET", "/api/dashboard/snapshots")]
    [TestCase("GET", "/apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/x/dto")]
    [TestCase("GET", "/apis/features.grafana.app/v0alpha1/namespaces/default/flags")]
    [TestCase("GET", "/d/x/api/ds/query")]
    public void Does_not(string method, string path) => Assert.That(DataRules.IsQuery(method, ObservedActionRules.Normal(path)), Is.False);
}
