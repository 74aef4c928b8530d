using Athena.Common.Checks;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Units;
using Athena.Common.Settings;
using Athena.Migration;

namespace Athena.Common.Tests.Migration;

/// <summary>
/// What a check before a change of guards comes to: whether it is a setting that has to be another one, or something else that does not
/// work.
/// </summary>
internal sealed class UnitRunnerTests
{
    [TestCase("ok", ExpectedResult = ExitCode.Ok)]
    [TestCase("warning", ExpectedResult = ExitCode.Ok)]
    [TestCase("fault", ExpectedResult = ExitCode.Fault)]
    [TestCase("setting", ExpectedResult = ExitCode.Configuration)]
    [TestCase("fault setting", ExpectedResult = ExitCode.Configuration)]
    [TestCase("warning fault", ExpectedResult = ExitCode.Fault)]
    public Task<int> A_check_that_found(string what)
    {
        var found = new CheckReport();
        foreach (var word in what.Split(' '))
        {
            if (word == "ok") found.Ok("Grafana answers");
            else if (word == "warning") found.Warn("REPORT_NOTE is not set", "Say what a report means.");
            else if (word == "fault") found.Fail("Grafana does not answer", "systemctl status grafana-server");
            else
                found.Fail(
                    "Log journal:grafana.service: no line", "Set LOG=journal:grafana-server.service in /etc/default/grafana-test.", "LOG");
        }

        return RunAsync(new TaskResult(found.ExitCode, found.ToJson(), ""));
    }

    [TestCase("")]
    [TestCase("Segmentation fault")]
    public async Task A_check_that_cannot_be_run_is_a_fault(string output) =>
        Assert.That(await RunAsync(new TaskResult(null, output, "no such unit")), Is.EqualTo(ExitCode.Fault));

    [Test]
    public void A_setting_is_handed_over_from_one_process_to_the_other()
    {
        var found = new CheckReport();
        found.Fail("a", "b", "LOG");
        found.Fail("c");
        Assert.That(CheckReport.Parse(found.ToJson()), Is.EqualTo(found.Findings));
    }

    private static Task<int> RunAsync(TaskResult result) =>
        new UnitRunner(PaperMachine.Daemon, new PaperMachine { Answer = result }, () => [], () => true)
            .CheckAsync(new ChangeReport(TextWriter.Null, false, false), [], CancellationToken.None);
}
