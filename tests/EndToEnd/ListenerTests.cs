using System.Net;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>
/// While Grafana is down anybody on its machine may listen at its port. Nobody there is sent the daemon's session, token or password, and
/// when Grafana is back the gate goes on.
/// </summary>
internal sealed class ListenerTests
{
    private static readonly string[] Secrets = ["cookie:", "authorization:", "grafana_session", "lab-Worker-1", "glsa_"];

    [Test]
    public async Task The_session_is_not_sent_to_whoever_takes_the_port_during_a_restart()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        var daemon = await lab.StartDaemonAsync();
        await lab.Grafana.StopListeningAsync();
        await using (var impostor = Impostor.At(IPAddress.Loopback, lab.Grafana.Url.Port))
        {
            await daemon.SaysAsync("is not proved to be Grafana");
            await Eventually.TrueAsync(() => impostor.Connections >= 3, "the daemon tries again", lab.Story);
            IsSilent(impostor);
        }

        await lab.Grafana.ListenAgainAsync();
        using var stranger = await lab.SignUpAsync("new@example.net");
        await lab.IsLockedAsync("new@example.net");
        await Eventually.TrueAsync(async () => (await lab.Program.RunAsync("status")).ExitCode == 0, "all is well again", lab.Story);
    }

    [Test]
    public async Task The_password_is_not_sent_to_whoever_listens_when_the_daemon_starts()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        await lab.MakeBaselineAsync();
        File.Delete(Path.Combine(lab.StateDirectory, "grafana-session.json"));
        await lab.Grafana.StopListeningAsync();
        await using (var impostor = Impostor.At(IPAddress.Loopback, lab.Grafana.Url.Port))
        {
            var daemon = lab.RunDaemon();
            await daemon.SaysAsync("is not proved to be Grafana");
            var check = await lab.Program.RunAsync("check");
            IsSilent(impostor);
            Assert.That(check.ExitCode, Is.EqualTo(1), check.Output);
            Assert.That(check.Output, Does.Contain("No password, token or session was sent"));
        }

        await lab.Grafana.ListenAgainAsync();
        using var stranger = await lab.SignUpAsync("new@example.net");
        await lab.IsLockedAsync("new@example.net");
    }

    [Test]
    public async Task A_token_is_not_sent_to_whoever_listens()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        await lab.MakeBaselineAsync();
        lab.Program.Settings["GRAFANA_TOKEN"] = "glsa_lab_token_that_must_never_be_sent";
        await lab.Grafana.StopListeningAsync();
        await using var impostor = Impostor.At(IPAddress.Loopback, lab.Grafana.Url.Port);
        await lab.RunDaemon().SaysAsync("is not proved to be Grafana");
        IsSilent(impostor);
    }

    [TestCase("[::1]")]
    [TestCase("localhost")]
    public async Task One_who_sits_at_the_other_family_and_passes_all_on_hears_nothing_secret(string host)
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        await lab.MakeBaselineAsync();
        var port = lab.Grafana.Url.Port;
        await using var impostor = Impostor.Relaying(IPAddress.IPv6Loopback, port, () => new IPEndPoint(IPAddress.Loopback, port));
        lab.Program.Settings["GRAFANA_URL"] = $"http://{host}:{port}";
        var daemon = lab.RunDaemon();
        if (host == "localhost")
        {
            await daemon.IsGuardingAsync();
            using var stranger = await lab.SignUpAsync("new@example.net");
            await lab.IsLockedAsync("new@example.net");
            Assert.That(impostor.Connections, Is.Zero, "localhost is the address that Grafana's log names");
        }
        else
        {
            await daemon.SaysAsync($"Grafana's log says that it listens at 127.0.0.1:{port}");
            Assert.That(impostor.Heard, Does.Contain("athena-listener-"), "the question itself reached Grafana and its log");
        }

        IsSilent(impostor);
    }

    [Test]
    public async Task A_connection_that_somebody_held_until_Grafana_came_is_not_taken_for_Grafana_s()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        await lab.StartDaemonAsync();
        var port = lab.Grafana.Url.Port;
        await lab.Grafana.StopListeningAsync();
        IPEndPoint? real = null;
        await using var impostor = Impostor.Relaying(IPAddress.Loopback, port, () => real);
        await Eventually.TrueAsync(
            () => impostor.Heard.Contains("athena-listener-", StringComparison.Ordinal), "the daemon asks", lab.Story);
        impostor.StopListening();
        await lab.Grafana.ListenAgainAsync();
        real = new IPEndPoint(IPAddress.Loopback, port);
        using var stranger = await lab.SignUpAsync("new@example.net");
        await lab.IsLockedAsync("new@example.net");
        IsSilent(impostor);
    }

    [Test]
    public async Task A_host_of_version_0_1_0_whose_log_cannot_show_it_goes_on_and_is_told_what_to_write_down()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        await lab.MakeBaselineAsync();
        File.Delete(Path.Combine(lab.StateDirectory, "installation.json")); // As version 0.1.0 left it.

        // The log of another node, or a copy: it can be read, and no question of ours appears in it.
        var other = lab["other.log"];
        await File.WriteAllTextAsync(other,
            "logger=context userId=2 orgId=1 uname=naledi t=2026-11-21T01:22:26Z level=info msg=\"Request Completed\" method=GET path=/ "
            + "status=200 remote_addr=127.0.0.1 time_ms=1 duration=1ms size=1 referer= handler=/\n");
        lab.Program.Settings["LOG"] = "file:" + other;
        await lab.RunDaemon().IsGuardingAsync();
        using var stranger = await lab.SignUpAsync("new@example.net");
        await lab.IsLockedAsync("new@example.net");
        var mail = await lab.MailAsync("it cannot be proved that it is Grafana");
        var check = await lab.Program.RunAsync("check");
        Assert.Multiple(() =>
        {
            Assert.That(mail.Text, Does.Contain("GRAFANA_TRUST_LOOPBACK=yes").And.Contain("https"));
            Assert.That(check.Output, Does.Contain("GRAFANA_TRUST_LOOPBACK=yes"));
            Assert.That(lab.Mail.Mails.Count(m => m.Subject.Contains("it cannot be proved", StringComparison.Ordinal)), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Where_it_is_written_down_whoever_listens_is_believed_and_check_warns()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        lab.Program.Settings["GRAFANA_TRUST_LOOPBACK"] = "yes";
        var daemon = await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("new@example.net");
        await lab.IsLockedAsync("new@example.net");
        var check = await lab.Program.RunAsync("check");
        Assert.That(check.Output, Does.Contain("GRAFANA_TRUST_LOOPBACK=yes: whoever listens"));
        Assert.That(daemon.Said("it is not proved that it is Grafana"), Is.False);
    }

    private static void IsSilent(Impostor impostor)
    {
        foreach (var secret in Secrets) Assert.That(impostor.Heard, Does.Not.Contain(secret).IgnoreCase);
    }
}
