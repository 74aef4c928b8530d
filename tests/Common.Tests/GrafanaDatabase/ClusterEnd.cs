using System.Runtime.Versioning;

namespace Athena.Common.Tests.GrafanaDatabase;

/// <summary>Stops the PostgreSQL that the tests of this folder started, if one of them did.</summary>
[SetUpFixture]
[SupportedOSPlatform("linux")]
public sealed class ClusterEnd
{
    [OneTimeTearDown]
    public void Stop() => PostgresCluster.End();
}
