using Athena.Common.Grafana.Api;

namespace Athena.Common.Tests.Grafana.Api;

internal sealed class GrafanaHealthTests
{
    [TestCase(
        "Could not ask Grafana for its health. No connection to http://127.0.0.1:3000 (ConnectionRefused): is the port right?",
        "To see: systemctl status grafana-server. To start it: sudo systemctl start grafana-server.")]
    [TestCase("The name grafana cannot be resolved: check GRAFANA_URL and the name server.", null)]
    [TestCase("The proxy did not let us through to x: check HTTPS_PROXY and NO_PROXY.", null)]
    [TestCase(
        "http://127.0.0.1:3000 did not answer within 10 s.", "Is it running (systemctl status grafana-server)? Is GRAFANA_URL right?")]
    public void What_a_sentence_says_already_is_not_said_again(string detail, string? remedy) =>
        Assert.That(GrafanaHealth.RemedyFor(detail), Is.EqualTo(remedy));
}
