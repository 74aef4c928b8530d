using Athena.Common.Settings;

namespace Athena.Workers.Tests;

/// <summary>One program is all daemons: which, its name or its first word tells.</summary>
internal sealed class DispatchTests
{
    private static readonly string[] Names = ["grafana-auto-disable", "grafana-compliance", "grafana-active-users"];

    [TestCaseSource(nameof(Names))]
    public async Task A_link_is_the_daemon_of_its_name(string daemon) =>
        Assert.That(await VersionAsync(daemon, ["--version"]), Is.EqualTo(daemon));

    [TestCaseSource(nameof(Names))]
    public async Task So_is_the_word_before_a_command(string daemon)
    {
        Assert.Multiple(async () =>
        {
            Assert.That(await VersionAsync("athena-workers", [daemon, "--version"]), Is.EqualTo(daemon));
            Assert.That(await VersionAsync("dotnet", [daemon, "--version"]), Is.EqualTo(daemon));
        });
    }

    [TestCase("athena-workers")]
    [TestCase("dotnet")]
    [TestCase("grafana-auto-disable.old")]
    [TestCase("")]
    public async Task By_any_other_name_it_speaks_for_all(string called) =>
        Assert.That(await VersionAsync(called, ["--version"]), Is.EqualTo("athena-workers"));

    [Test]
    public async Task A_link_takes_the_name_of_another_daemon_for_a_command_that_it_does_not_know()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.That(
            await Dispatch.RunAsync("grafana-compliance", ["grafana-auto-disable", "status"], output, error), Is.EqualTo(ExitCode.Usage));
        Assert.That(error.ToString(), Does.Contain("grafana-auto-disable is no command."));
    }

    [TestCaseSource(nameof(Names))]
    public async Task Help_names_the_daemon_and_not_the_program(string daemon)
    {
        var output = new StringWriter();
        Assert.That(await Dispatch.RunAsync(daemon, ["once", "--help"], output, output), Is.EqualTo(ExitCode.Ok));
        Assert.That(output.ToString(), Does.Contain($"  {daemon} once [options]").And.Not.Contain("athena-workers once"));
    }

    [TestCase("bogus")]
    [TestCase("failed")]
    [TestCase("holds", "grafana-compliance")]
    [TestCase("status", "--bogus")]
    [TestCase("selftest")]
    public async Task Wrong_words_end_with_64(params string[] words)
    {
        var output = new StringWriter();
        Assert.That(await Dispatch.RunAsync("athena-workers", words, output, output), Is.EqualTo(ExitCode.Usage));
    }

    [TestCase("grafana-compliance", "status", "html", "text, json and nagios")]
    [TestCase("grafana-compliance", "explain", "nagios", "text and json")]
    [TestCase("grafana-compliance", "report", "telegram", "text, json and html")]
    [TestCase("grafana-active-users", "check", "telegram", "text, json and nagios")]
    [TestCase("grafana-auto-disable", "pending", "yaml", "text and json")]
    public async Task A_way_to_show_it_that_the_command_does_not_know_is_refused(string daemon, string command, string way, string known)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        string[] words = command == "explain" ? [command, "10:00", "--output", way] : [command, "--output", way];
        Assert.That(await Dispatch.RunAsync(daemon, words, output, error), Is.EqualTo(ExitCode.Usage));
        Assert.That((output.ToString(), error.ToString()), Is.EqualTo((
            "", $"{daemon}: --output {way}: {command} knows {known}.\nSee: {daemon} {command} --help\n")));
    }

    [TestCase("grafana-compliance", "stauts --output nagios", "GRAFANA-COMPLIANCE UNKNOWN - stauts is no command; did you mean status?")]
    [TestCase("grafana-compliance", "status -o nagios --bogus", "GRAFANA-COMPLIANCE UNKNOWN - --bogus is no option of status.")]
    [TestCase("athena-workers", "check --output=nagios --bogus", "ATHENA-WORKERS UNKNOWN - --bogus is no option of check.")]
    public async Task A_monitoring_system_gets_one_line_and_a_plugin_s_code_for_wrong_words_too(string called, string words, string line)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.That(await Dispatch.RunAsync(called, words.Split(' '), output, error), Is.EqualTo(3));
        Assert.That((output.ToString(), error.ToString()), Is.EqualTo((line + "\n", "")));
    }

    [TestCaseSource(nameof(Names))]
    public async Task Help_says_where_the_settings_stand_and_where_all_else_is(string daemon)
    {
        var output = new StringWriter();
        Assert.That(await Dispatch.RunAsync(daemon, ["--help"], output, output), Is.EqualTo(ExitCode.Ok));
        Assert.That(output.ToString(), Does.Contain($"/etc/default/{daemon}").And.Contain("sudo")
            .And.EndsWith($"exit code: man {daemon}\n"));
    }

    [Test]
    public async Task Help_of_logs_is_about_logs_alone()
    {
        var output = new StringWriter();
        Assert.That(await Dispatch.RunAsync("athena-workers", ["logs", "--help"], output, output), Is.EqualTo(ExitCode.Ok));
        Assert.That(output.ToString(), Does.Contain("athena-workers logs [<options>...]").And.Contain("Options of journalctl")
            .And.Not.Contain("dditional"));
    }

    private static async Task<string> VersionAsync(string called, string[] args)
    {
        var output = new StringWriter();
        Assert.That(await Dispatch.RunAsync(called, args, output, output), Is.EqualTo(ExitCode.Ok));
        return output.ToString().Split(' ')[0];
    }
}
