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

    [TestCase(false, "warning REPORT_NOTE is not set\nFAILED  No way out\n")]
    [TestCase(true, "FAILED  No way out\n")]
    public async Task What_was_shown_a_moment_ago_is_not_said_again_but_what_fails_is(bool isShown, string said)
    {
        var found = new CheckReport();
        found.Warn("REPORT_NOTE is not set");
        found.Fail("No way out");
        using var output = new StringWriter();
        await RunAsync(new TaskResult(found.ExitCode, found.ToJson(), ""), isShown, output);
        Assert.That(output.ToString(), Is.EqualTo(said));
    }

    [Test]
    public async Task A_trial_on_a_host_that_is_minutes_old_is_told_in_plain_words()
    {
        var trial = """
            {"window":{"from":"2026-11-30T14:45:00+02:00","to":"2026-11-30T15:00:00+02:00"},
             "coverage":{"complete":false,"gaps":[{"from":"x","to":"x","why":"the log begins at 14:54"}],"notes":[],"linesRead":212}}
            """;
        using var output = new StringWriter();
        Assert.That(await Runner(new TaskResult(0, trial, "")).TryAsync(["once"], Report(output), default), Is.True);
        Assert.That(output.ToString(), Does.StartWith(
            $"ok      {PaperMachine.Daemon} once, without consequences: the log from 14:45 to 15:00 was read, 212 lines. "
            + "Not all of that time is in it: the log begins at 14:54. That is so on a new host:"));

        output.GetStringBuilder().Clear();
        trial = trial.Replace("false", "true", StringComparison.Ordinal);
        await Runner(new TaskResult(0, trial, "")).TryAsync(["once"], Report(output), default);
        Assert.That(output.ToString(), Does.EndWith("to 15:00 was read, 212 lines\n"));
    }

    private static Task<int> RunAsync(TaskResult result, bool isShown = false, TextWriter? output = null) =>
        Runner(result).CheckAsync(Report(output ?? TextWriter.Null), [], isShown, CancellationToken.None);

    private static UnitRunner Runner(TaskResult result) =>
        new(PaperMachine.Daemon, new PaperMachine { Answer = result }, () => [], () => true);

    private static ChangeReport Report(TextWriter output) => new(output, isJson: false, isColoured: false);
}
