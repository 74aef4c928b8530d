using System.Runtime.Versioning;
using Athena.Common.Tests.Grafana.Database;

namespace Athena.EndToEnd;

/// <summary>Stops the PostgreSQL servers that tests started, if one of them did.</summary>
[SetUpFixture]
[SupportedOSPlatform("linux")]
public sealed class ClusterEnd
{
    [OneTimeTearDown]
    public void Stop() => PostgresCluster.End();
}
