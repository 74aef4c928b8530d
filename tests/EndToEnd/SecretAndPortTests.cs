using System.Text;
using Athena.EndToEnd.Harness;
using Athena.Sandbox.Telegram;

namespace Athena.EndToEnd;

/// <summary>What security.md says of secrets and ports, seen from outside of the real programs.</summary>
internal sealed class SecretAndPortTests
{
    private static readonly Dictionary<string, string> Secrets = new()
    {
        ["GRAFANA_PASSWORD"] = "lab-Worker-1",
        ["SMTP_PASSWORD"] = "lab-Smtp-secret-2",
        ["TELEGRAM_BOT_TOKEN"] = "123456789:lab_token_that_must_never_be_shown_0",
        ["GRAFANA_DATABASE"] = "lab-Database-secret-3",
    };

    [Test]
    public async Task No_secret_is_said_written_or_shown_also_where_each_of_them_is_refused()
    {
        await using var lab = await Lab.OpenAsync(ExternalUserTests.Options, pollInterval: "1s");
        await using var telegram = await TelegramCatcher.StartAsync();
        await telegram.ChangeAsync(TelegramMood.Kicked);
        foreach (var (key, value) in Secrets) lab.Program.Settings[key] = value;
        lab.Program.Settings["GRAFANA_DATABASE"] =
            $"Host=127.0.0.1;Port=9;Database=grafana;Username=athena;Password={Secrets["GRAFANA_DATABASE"]}";
        lab.Program.Settings["SMTP_USER"] = "athena";
        lab.Program.Settings["TELEGRAM_CHAT_ID"] = "-1001234567890";
        lab.Program.Settings["TELEGRAM_API"] = telegram.Url.ToString();
        var daemon = await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        using var outsider = new Outsider(lab, Outside.SingleSignOn, "kagiso");
        await outsider.ComeAsync();
        await daemon.SaysAsync("kagiso");

        var said = new StringBuilder();
        string[][] commands =
        [
            ["check", "--show", "--send-test"], ["check", "--show", "--output", "json"], ["status"], ["pending"],
            ["history", "login:kagiso"], ["backup", lab["backup.tar"]],
        ];
        foreach (var command in commands)
            said.Append(await lab.Program.RunAsync(command));
        lab.Grafana.Faults.Forbid("users:read");
        await daemon.SaysAsync("users:read");
        Assert.That((await daemon.StopAsync()).ExitCode, Is.Zero, daemon.Output);
        said.Append(daemon.Output);
        Assert.Multiple(() =>
        {
            Assert.That(said.ToString(), Does.Contain("(secret)").And.Contain("SMTP_PASSWORD"), "they were read, and are named");
            foreach (var (key, secret) in Secrets)
            {
                Assert.That(said.ToString(), Does.Not.Contain(secret), key);
                foreach (var file in Directory.EnumerateFiles(lab.StateDirectory, "*", SearchOption.AllDirectories)
                    .Append(lab["backup.tar"]))
                    Assert.That(File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)), Is.Negative, $"{key} in {file}");
            }
        });
    }

    [Test]
    public async Task The_daemon_listens_on_no_port_and_talks_to_nobody_but_those_it_was_told_of()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        await using var telegram = await TelegramCatcher.StartAsync();
        lab.Program.Settings["TELEGRAM_BOT_TOKEN"] = Secrets["TELEGRAM_BOT_TOKEN"];
        lab.Program.Settings["TELEGRAM_CHAT_ID"] = "-1001234567890";
        lab.Program.Settings["TELEGRAM_API"] = telegram.Url.ToString();
        var daemon = await lab.StartDaemonAsync();
        await using var sockets = new SocketWatch(daemon.Id);
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.MailAsync("Locked");
        await AssertAsync(sockets, lab.Grafana.Url.Port, lab.Mail.Port, telegram.Url.Port);
    }

    /// <summary>A report goes out, and the probes that show whether the log is seen.</summary>
    [Test]
    public async Task Grafana_compliance_listens_on_no_port_and_talks_to_nobody_but_those_it_was_told_of()
    {
        await using var lab = await ComplianceLab.OpenAsync(hours: 2);
        var daemon = lab.RunDaemon();
        await using var sockets = new SocketWatch(daemon.Id);
        await lab.IsDoneAsync(2);
        await AssertAsync(sockets, lab.Grafana.Url.Port, lab.Mail.Port);
    }

    /// <summary>A pulse goes out, and the looks at Grafana's health.</summary>
    [Test]
    public async Task Grafana_active_users_listens_on_no_port_and_talks_to_nobody_but_those_it_was_told_of()
    {
        await using var lab = await PulseLab.OpenAsync();
        var daemon = lab.RunDaemon();
        await using var sockets = new SocketWatch(daemon.Id);
        await Eventually.TrueAsync(() => lab.Messages.Count > 1, "two pulses", () => lab.Story);
        await AssertAsync(sockets, lab.Grafana.Url.Port, lab.Telegram.Url.Port);
    }

    private static async Task AssertAsync(SocketWatch sockets, int grafana, params int[] others)
    {
        var (looks, open, peers) = await sockets.EndAsync();
        Assert.Multiple(() =>
        {
            Assert.That(looks, Is.GreaterThan(5), "it was looked");
            Assert.That(open, Is.Empty, "nobody can reach it by the network");
            Assert.That(peers, Is.SubsetOf(others.Append(grafana)).And.Contain(grafana));
        });
    }
}
