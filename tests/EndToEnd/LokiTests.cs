using Athena.EndToEnd.Harness;
using Athena.Sandbox;
using Athena.Sandbox.Loki;

namespace Athena.EndToEnd;

/// <summary>The daemons with Grafana's log in a Loki.</summary>
internal sealed class LokiTests
{
    private static readonly Dictionary<string, string> Labels = new()
    {
        ["unit"] = "grafana-server.service",
        ["host"] = "web1",
    };

    private StandInLoki loki = null!;
    private ShippingStream shipper = null!;

    [SetUp]
    public async Task Start()
    {
        loki = await StandInLoki.StartAsync();
        loki.Faults.TailInterval = TimeSpan.FromMilliseconds(50);
        shipper = new ShippingStream(loki, Labels);
    }

    [TearDown]
    public async Task Stop()
    {
        await shipper.DisposeAsync();
        await loki.DisposeAsync();
    }

    private void Use(DaemonProgram program)
    {
        program.Settings["LOG"] = $"loki:{loki.Url}".TrimEnd('/');
        program.Settings["LOKI_QUERY"] = "{unit=\"grafana-server.service\"}";
        program.Settings["LOKI_SETTLE"] = "1s";
        program.Settings["GRAFANA_TRUST_LOOPBACK"] = "yes";
    }

    [Test]
    public async Task A_stranger_is_locked_by_way_of_Loki_and_no_line_there_lets_them_in()
    {
        await using var lab = await Lab.OpenAsync(new StandInOptions { Output = shipper });
        Use(lab.Program);
        await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        var account = lab.Account("new@example.net");
        var admin = lab.Account("lindiwe");
        loki.Push(Labels, null, Enabling(admin.Id, account.Uid));

        // Read behind it, and in the order of Loki.
        using var second = await lab.SignUpAsync("second@example.net", "Second Body");
        await lab.IsLockedAsync("second@example.net");
        Assert.That(lab.IsLocked(account), lab.Story());

        await lab.PressAsync("enable", account);
        var mail = await lab.MailAsync(caught => caught.Subject.Contains("pproved", StringComparison.Ordinal), "about the approval");
        Assert.That(Lab.Read(mail), Does.Contain("lindiwe").And.Contain("says the log in Loki"), lab.Story());
    }

    [Test]
    public async Task While_Loki_is_down_the_list_locks_and_afterwards_the_log_is_seen_again()
    {
        await using var lab = await Lab.OpenAsync(new StandInOptions { Output = shipper }, pollInterval: "1s");
        Use(lab.Program);
        var daemon = await lab.StartDaemonAsync();
        await loki.StopListeningAsync();
        await daemon.SaysAsync("The log cannot be read; new accounts are found by the user list alone.");
        using var stranger = await lab.SignUpAsync("new@example.net");
        await lab.IsLockedAsync("new@example.net");
        await loki.ListenAgainAsync();
        await Eventually.TrueAsync(
            () => loki.Asked.Count(what => what == "tail") > 1, "the tail is opened again", lab.Story, TimeSpan.FromSeconds(60));
    }

    [Test]
    public async Task The_pulse_is_that_of_the_log_in_Loki_and_without_Loki_nobody_is_called_absent()
    {
        await using var lab = await PulseLab.OpenAsync(output: shipper);
        Use(lab.Program);
        var daemon = lab.RunDaemon();
        await daemon.SaysAsync("has started");
        await lab.WorkAsync("naledi");
        await lab.MessageAsync(text => text.Contains("naledi", StringComparison.Ordinal), "with naledi in it");
        await loki.StopListeningAsync();
        var unseen = await lab.MessageAsync(text => text.StartsWith("LOG NOT SEEN", StringComparison.Ordinal), "that the log is not seen");
        Assert.That(unseen, Does.Not.Contain("nobody").IgnoreCase, unseen);
    }

    [Test]
    public async Task Hours_are_decided_from_what_Loki_has_kept_when_it_comes_back()
    {
        await using var lab = await ComplianceLab.OpenAsync(hours: 4, output: shipper);
        Use(lab.Program);
        await loki.StopListeningAsync();
        var daemon = lab.RunDaemon();
        await daemon.SaysAsync("has started");
        await Eventually.TrueAsync(
            async () => (await lab.Program.RunAsync("status")).Text.Contains("waits for the log", StringComparison.Ordinal),
            "the hours wait for the log", lab.Story);
        Assert.That(lab.Decisions(), Is.Empty, "a Loki that is away is no reason to call an hour not seen at once");
        await loki.ListenAgainAsync();
        await lab.IsDoneAsync(4, TimeSpan.FromSeconds(90));
        Assert.That(
            lab.Decisions().Select(decision => decision.Verdict.Split(',')[0]),
            Is.EqualTo(new[] { "only-admins", "in-use", "only-admins", "only-admins" }), lab.Story());
    }

    /// <summary>As Grafana logs that an administrator has enabled an account.</summary>
    private static string Enabling(long admin, string uid) =>
        $"logger=context userId={admin} orgId=1 uname=lindiwe t={DateTimeOffset.UtcNow.AddSeconds(5):yyyy-MM-dd'T'HH:mm:ss.fffffff}Z "
        + $"level=info msg=\"Request Completed\" method=POST path=/api/admin/users/{uid}/enable status=200 remote_addr=127.0.0.1 time_ms=7 "
        + "duration=7.1ms size=26 referer= handler=/api/admin/users/:id/enable status_source=server";
}
