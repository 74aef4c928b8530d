using System.Net;
using System.Net.Sockets;
using Athena.AutoDisable.CommandLine;
using Athena.Common.Checks;

namespace Athena.AutoDisable.Tests.Deciding;

/// <summary>What <c>check</c> says of decisions from a mail; its program's tests have what becomes of the page.</summary>
internal sealed class DecisionCheckTests : DecisionScenario
{
    /// <summary>A page that is missing must not keep anybody from guarding.</summary>
    [Test]
    public async Task A_page_that_cannot_be_reached_is_a_fault_where_the_daemon_runs_and_a_warning_before([Values] bool isRunning)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var nowhere = listener.LocalEndpoint.ToString()!;
        listener.Stop();
        var report = new CheckReport();
        var options = Decisions with { Url = new Uri($"http://{nowhere}") };
        await new DecisionCheck(report, options, TimeProvider.System, isRunning, nowhere).RunAsync(Folder, CancellationToken.None);
        Assert.That(report.Findings.Select(one => one.Outcome), Is.EqualTo(new[]
        {
            CheckOutcome.Warning, CheckOutcome.Warning, isRunning ? CheckOutcome.Failed : CheckOutcome.Warning,
        }));
        Assert.That(report.Findings[^1].What, Does.Contain($"http://{nowhere} cannot be reached from here"));
    }
}
