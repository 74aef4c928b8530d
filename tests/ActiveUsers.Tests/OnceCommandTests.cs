using Athena.ActiveUsers.CommandLine;
using Athena.Common.Hosting;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary><c>once</c> at logs of other hosts, which nobody probes.</summary>
internal sealed class OnceCommandTests
{
    private const string Log = "day/rotated/grafana.log";

    [Test]
    public async Task Of_a_copy_that_ends_before_the_window_nobody_is_not_said()
    {
        var text = await OnceAsync("--from", "2026-11-21T12:00:00+02:00", "--to", "2026-11-21T12:15:00+02:00");
        Assert.That(text, Does.Contain("Could not see whether anybody was active").And.Contain("Not seen: the log ends at 03:31"));
        Assert.That(text, Does.Not.Contain("nobody active"));
    }

    [Test]
    public async Task Of_a_copy_that_ends_in_the_window_the_rest_was_not_seen()
    {
        var text = await OnceAsync("--from", "2026-11-21T03:25:00+02:00", "--to", "2026-11-22T03:25:00+02:00");
        Assert.That(text, Does.Match("Not seen: .*, the log ends at 03:31"));
        Assert.That(text, Does.Contain("probably a service account").Or.Not.Contain("service accounts"));
    }

    [Test]
    public async Task A_window_that_the_copy_holds_whole_has_no_gap() =>
        Assert.That(await OnceAsync("--from", "2026-11-21T03:25:00+02:00", "--to", "2026-11-21T03:31:00+02:00"), Does.Not.Contain("Not seen").And.Contain("naledi"));

    [Test]
    public async Task Accounts_that_only_look_like_service_accounts_are_named_and_said_to_be_only_probably_so()
    {
        var text = await OnceAsync("--from", "2026-11-21T03:20:00+02:00", "--to", "2026-11-21T03:31:00+02:00");
        Assert.That(text, Does.Contain("(by their logins alone)").And.Match("sa-1-looks-like .*probably a service account"));
    }

    [Test]
    public async Task A_log_that_is_not_there_is_said_whole_with_what_to_do()
    {
        var text = await OnceAsync(0, "--log", "/nowhere/grafana.log", "--from", "2026-11-21");
        Assert.That(text, Does.Contain("set LOG to the file that Grafana writes.").And.Not.Contain("…"));
    }

    private static Task<string> OnceAsync(params string[] span) =>
        OnceAsync(0, ["--log", Repository.PathOf("tests/Fixtures/logs/" + Log), .. span]);

    private static async Task<string> OnceAsync(int _, params string[] arguments)
    {
        using var output = new StringWriter();
        var program = PulseProgram.Create(_ => new SettingsSource(new Dictionary<string, string>(), null));
        await program.InvokeAsync(["once", .. arguments], output, output);
        return output.ToString().Replace("\u200b", "", StringComparison.Ordinal);
    }
}
