using System.Text.Json.Nodes;
using Athena.Common.Daemon.Units;
using Athena.Common.Settings;

namespace Athena.Workers.Tests;

/// <summary><c>athena-workers status</c> and <c>check</c>: each daemon in its row, and one exit code.</summary>
internal sealed class OverviewTests
{
    private static readonly Tool.Result Well = new(
        0, "State      12 requests by 3 users; next pulse after 10:15\nRunning    for 3 h\n", "");
    private static readonly Tool.Result Troubled = new(
        1, "", "State       Grafana cannot be reached. 12 accounts known\nRunning     for 3 h\n");
    private static readonly Tool.Result Off = new(
        1, "", "grafana-compliance is not running. Why: journalctl -u grafana-compliance -n 20\n");
    private static readonly Tool.Result Refused = new(77, "", "Only root may ask. Run: sudo grafana-compliance status\n");

    [Test]
    public async Task Each_has_a_row_with_its_state_in_a_sentence()
    {
        var (code, text) = await StatusAsync(
            ("grafana-auto-disable", Troubled), ("grafana-compliance", Off), ("grafana-active-users", Well));
        Assert.That(text, Is.EqualTo("""
            grafana-auto-disable  TROUBLE Grafana cannot be reached. 12 accounts known
            grafana-compliance    OFF     grafana-compliance is not running. Why: journalctl -u grafana-compliance -n 20
            grafana-active-users  ok      12 requests by 3 users; next pulse after 10:15

            """));
        Assert.That(code, Is.EqualTo(ExitCode.Fault));
    }

    [Test]
    public async Task A_name_that_is_longer_than_the_daemons_moves_what_stands_beside_it()
    {
        var (_, text) = await StatusAsync(("grafana-active-users", Well), ("athena-workers-decisions", Well));
        Assert.That(text, Is.EqualTo("""
            grafana-active-users     ok      12 requests by 3 users; next pulse after 10:15
            athena-workers-decisions ok      12 requests by 3 users; next pulse after 10:15

            """));
    }

    [Test]
    public async Task What_was_set_and_is_not_in_force_stands_below()
    {
        var changed = Well with { Output = Well.Output + "Settings   MAIL_TO changed: sudo systemctl restart grafana-active-users\n" };
        var (code, text) = await StatusAsync(("grafana-active-users", changed));
        Assert.That(text, Is.EqualTo("""
            grafana-active-users  ok      12 requests by 3 users; next pulse after 10:15
                                          MAIL_TO changed: sudo systemctl restart grafana-active-users

            """));
        Assert.That(code, Is.EqualTo(ExitCode.Ok));
    }

    [Test]
    public async Task All_well_is_0() => Assert.That((await StatusAsync(("a", Well), ("b", Well))).Code, Is.EqualTo(ExitCode.Ok));

    [Test]
    public async Task Who_may_not_ask_is_told_how_and_a_fault_weighs_more()
    {
        var (code, text) = await StatusAsync(("grafana-compliance", Refused), ("b", Well));
        Assert.That(code, Is.EqualTo(ExitCode.NotPermitted));
        Assert.That(text, Does.StartWith("grafana-compliance    unknown Only root may ask. Run: sudo grafana-compliance status"));
        Assert.That((await StatusAsync(("grafana-compliance", Refused), ("b", Off))).Code, Is.EqualTo(ExitCode.Fault));
    }

    [TestCase(0, 2, ExpectedResult = 2)]
    [TestCase(2, 1, ExpectedResult = 1)]
    [TestCase(2, 78, ExpectedResult = 78)]
    [TestCase(134, 0, ExpectedResult = 134, Description = "one that ended as none of ours does")]
    public async Task<int> A_check_ends_with_the_worst(int one, int other)
    {
        var output = new StringWriter();
        return await Overview.CheckAsync(
            new Fake([("a", new(one, "ok      fine\n", "")), ("b", new(other, "ok      fine\n", ""))]),
            isJson: false,
            output,
            CancellationToken.None);
    }

    [Test]
    public async Task A_check_shows_what_each_found_below_its_name()
    {
        var output = new StringWriter();
        await Overview.CheckAsync(
            new Fake([("a", new(0, "ok      fine\n", "")), ("b", new(78, "", "b: cannot be read\n"))]), isJson: false, output,
            CancellationToken.None);
        Assert.That(output.ToString(), Is.EqualTo("== a\nok      fine\n\n== b\nb: cannot be read\n\n"));
    }

    [Test]
    public async Task One_that_cannot_be_started_or_does_not_answer_hides_no_other()
    {
        var (code, text) = await StatusAsync(("a", null), ("b", Well));
        Assert.That(code, Is.EqualTo(ExitCode.Fault));
        Assert.That(text, Does.StartWith("a                     OFF     a cannot be run: no such file\nb                     ok "));
    }

    [Test]
    public async Task As_JSON_each_answer_stands_whole_under_its_name()
    {
        var output = new StringWriter();
        var daemons = new Fake(
        [
            ("a", new(0, """{"running":true}""", "")),
            ("b", new(77, "", "Only root may ask.\n")),
            ("c", new(1, "no JSON at all", "")),
        ]);
        await Overview.StatusAsync(daemons, isJson: true, output, CancellationToken.None);
        var all = JsonNode.Parse(output.ToString())!;
        Assert.Multiple(() =>
        {
            Assert.That((bool)all["a"]!["status"]!["running"]!, Is.True);
            Assert.That((int)all["b"]!["exitCode"]!, Is.EqualTo(77));
            Assert.That((string?)all["b"]!["error"], Is.EqualTo("Only root may ask."));
            Assert.That(all["c"]!["status"], Is.Null);
            Assert.That(daemons.Asked, Is.EqualTo(new[] { "a status --output json", "b status --output json", "c status --output json" }));
        });
    }

    [TestCase("status", """{"state":"fine","waiting":2}""")]
    [TestCase("check", """{"findings":[{"outcome":"ok","what":"fine"}]}""")]
    public async Task As_a_plugin_it_is_one_line_for_all(string command, string well)
    {
        var output = new StringWriter();
        var code = await Overview.AsPluginAsync(
            new Fake([("a", new(0, well, "")), ("b", new(77, "", "Only root may ask.\n")), ("c", null)]), command, output,
            CancellationToken.None);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(output.ToString(), Does.StartWith("ATHENA-WORKERS CRITICAL - C CRITICAL - c cannot be run: no such file; "
            + "B UNKNOWN - Only root may ask.; A OK - ").And.Matches(@"\| a_\w+=").And.EndsWith("\n"));
        Assert.That(output.ToString().Count(c => c == '\n'), Is.EqualTo(1));
    }

    [Test]
    public async Task An_option_that_one_of_them_alone_has_reaches_no_other()
    {
        var daemons = new Fake([("grafana-auto-disable", new(0, "", "")), ("grafana-compliance", new(0, "", ""))]);
        var asked = new DaemonsWithOption(daemons, "grafana-auto-disable", "--posture");
        Assert.That(await Overview.CheckAsync(asked, isJson: false, new StringWriter(), CancellationToken.None), Is.EqualTo(ExitCode.Ok));
        Assert.That(daemons.Asked, Is.EqualTo(new[] { "grafana-auto-disable check --posture", "grafana-compliance check" }));
    }

    [Test]
    public async Task Where_none_is_installed_it_says_what_to_install()
    {
        var line = new StringWriter();
        Assert.That(await Overview.AsPluginAsync(new Fake([]), "status", line, CancellationToken.None), Is.EqualTo(3));
        Assert.That(line.ToString(), Does.StartWith("ATHENA-WORKERS UNKNOWN - None of the daemons is installed"));
        var (code, text) = await StatusAsync();
        Assert.That(code, Is.EqualTo(ExitCode.Fault));
        Assert.That(text, Does.Contain("apt install grafana-auto-disable"));
    }

    private static async Task<(int Code, string Text)> StatusAsync(params (string Name, Tool.Result? Answer)[] answers)
    {
        var output = new StringWriter();
        var code = await Overview.StatusAsync(new Fake(answers), isJson: false, output, CancellationToken.None);
        return (code, output.ToString());
    }

    /// <param name="answers">Null is one that cannot be started.</param>
    private sealed class Fake((string Name, Tool.Result? Answer)[] answers) : IDaemons
    {
        public List<string> Asked { get; } = [];

        public IReadOnlyList<string> Names => [.. answers.Select(answer => answer.Name)];

        public async Task<Tool.Result> AskAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel)
        {
            await Task.CompletedTask;
            Asked.Add($"{daemon} {string.Join(' ', arguments)}");
            return answers.Single(answer => answer.Name == daemon).Answer ?? throw new IOException($"{daemon} cannot be run: no such file");
        }

        public Task<int> RunHereAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel) =>
            throw new NotSupportedException();
    }
}
