using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>What systemd hears, at a socket such as it gives (sd_notify(3)).</summary>
internal sealed class SystemdTests
{
    [Test]
    public async Task Systemd_hears_ready_status_watchdog_and_stopping()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        using var systemd = new NotifySocket(lab["notify"]);
        await lab.MakeBaselineAsync();
        lab.Program.Settings["NOTIFY_SOCKET"] = lab["notify"];
        lab.Program.Settings["WATCHDOG_USEC"] = "2000000";
        var daemon = lab.RunDaemon();
        await systemd.HearsAsync("READY=1");
        await systemd.HearsAsync("STATUS=Every new account is locked. 10 accounts known, 0 waiting for a decision");
        await systemd.HearsAsync("WATCHDOG=1");

        using var stranger = await lab.SignUpAsync("new@example.net");
        await systemd.HearsAsync("1 waiting for a decision");
        await lab.MailAsync("Locked, waiting for you"); // Read back: whose lock is not proved yet would be called still inside.
        lab.Grafana.Faults.Forbid("users:read");
        await systemd.HearsAsync("STATUS=New accounts are NOT being disabled: a permission is missing.");
        await lab.Grafana.StopListeningAsync();
        await daemon.StopAsync();
        await systemd.HearsAsync("STOPPING=1");
        Assert.That(
            systemd.Heard.First(state =>
                state.StartsWith("READY", StringComparison.Ordinal) || state.StartsWith("STOPPING", StringComparison.Ordinal)),
            Is.EqualTo("READY=1"));
    }

    [Test]
    public async Task A_daemon_without_a_state_is_never_ready_and_says_why()
    {
        await using var lab = await Lab.OpenAsync();
        using var systemd = new NotifySocket(lab["notify"]);
        lab.Program.Settings["NOTIFY_SOCKET"] = lab["notify"];
        await lab.RunDaemon().EndsAsync();
        await systemd.HearsAsync("There is no baseline yet");
        Assert.That(systemd.Heard, Has.None.EqualTo("READY=1"));
    }

    [Test]
    public async Task Systemd_hears_of_grafana_compliance_what_was_decided_and_when_it_looks_again()
    {
        await using var lab = await ComplianceLab.OpenAsync(hours: 1);
        var path = Path.Combine(lab.Program.Settings["CONTROL_DIR"], "notify");
        using var systemd = new NotifySocket(path);
        (lab.Program.Settings["NOTIFY_SOCKET"], lab.Program.Settings["WATCHDOG_USEC"]) = (path, "2000000");
        var daemon = lab.RunDaemon();
        await systemd.HearsAsync("READY=1");
        await systemd.HearsAsync(": only-admins");
        await systemd.HearsAsync("; the next one is looked at at ");
        await systemd.HearsAsync("WATCHDOG=1");
        Assert.That((await daemon.StopAsync()).ExitCode, Is.Zero);
        await systemd.HearsAsync("STOPPING=1");
    }
}
