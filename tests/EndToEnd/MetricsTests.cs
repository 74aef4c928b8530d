using System.Text.RegularExpressions;
using Athena.EndToEnd.Harness;
using Athena.Tests.Shared;

namespace Athena.EndToEnd;

/// <summary>What the daemons themselves write for Prometheus: right, taken by its own tool, and without anybody's name.</summary>
internal sealed partial class MetricsTests
{
    [Test]
    public async Task The_gate_counts_a_stranger_and_names_nobody()
    {
        using var folder = new TemporaryDirectory();
        await using var lab = await Lab.OpenAsync();
        lab.Program.Settings["METRICS_DIR"] = folder.Path;
        var daemon = await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("zanele.dube@example.net", "Zanele Dube");
        await lab.IsLockedAsync("zanele.dube@example.net");
        await lab.MailAsync("Locked, waiting for you: Zanele Dube");

        var text = await TextAsync(folder, () => lab.Story(), [
            "athena_lock_time_to_lock_seconds_count{tenant_id=\"default\",daemon=\"grafana-auto-disable\"} 1\n",
            "athena_lock_new_accounts_total{tenant_id=\"default\",daemon=\"grafana-auto-disable\",arrival=\"sign-up-form\"} 1\n",
            "athena_lock_accounts{tenant_id=\"default\",daemon=\"grafana-auto-disable\",status=\"locked\"} 1\n",
            "athena_lock_waiting_accounts{tenant_id=\"default\",daemon=\"grafana-auto-disable\"} 1\n",
            "athena_lock_strangers_inside{tenant_id=\"default\",daemon=\"grafana-auto-disable\"} 0\n",
            "athena_notify_sent_total{tenant_id=\"default\",daemon=\"grafana-auto-disable\",channel=\"mail\"} 2\n",
            "athena_grafana_signed_in{tenant_id=\"default\",daemon=\"grafana-auto-disable\"} 1\n",
            "athena_daemon_well{tenant_id=\"default\",daemon=\"grafana-auto-disable\"} 1\n"]);
        var users = lab.Grafana.Database.Users;
        IsTakenAndNamesNobody(text, users.SelectMany(user => (string[])[user.Login, user.Email, user.Name, user.Uid]));

        await daemon.StopAsync();
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty, "what nobody writes any more is not to be believed");
    }

    [Test]
    public async Task A_missing_folder_keeps_the_gate_from_nothing()
    {
        await using var lab = await Lab.OpenAsync();
        lab.Program.Settings["METRICS_DIR"] = lab["no-such-folder"];
        var daemon = await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("new@example.net");
        await lab.IsLockedAsync("new@example.net");
        await daemon.SaysAsync("The metrics cannot be written to");
    }

    [Test]
    public async Task Hours_are_counted_by_what_came_of_them()
    {
        using var folder = new TemporaryDirectory();
        await using var lab = await ComplianceLab.OpenAsync(hours: 4);
        lab.Program.Settings["METRICS_DIR"] = folder.Path;
        lab.RunDaemon();
        await lab.IsDoneAsync(4);

        var text = await TextAsync(folder, lab.Story, [
            "athena_compliance_windows_total{tenant_id=\"default\",daemon=\"grafana-compliance\",outcome=\"in-use\"} 1\n",
            "athena_compliance_windows_total{tenant_id=\"default\",daemon=\"grafana-compliance\",outcome=\"only-admins\"} 3\n",
            "athena_compliance_reports_owed_total{tenant_id=\"default\",daemon=\"grafana-compliance\"} 3\n",
            "athena_compliance_reports_sent_total{tenant_id=\"default\",daemon=\"grafana-compliance\"} 6\n",
            "athena_compliance_due_windows{tenant_id=\"default\",daemon=\"grafana-compliance\"} 0\n"]);
        IsTakenAndNamesNobody(text, lab.Grafana.Database.Users.SelectMany(user => (string[])[user.Login, user.Email, user.Name, user.Uid]));
    }

    [Test]
    public async Task A_window_is_counted_by_organisation_and_no_organisation_is_named()
    {
        using var folder = new TemporaryDirectory();
        await using var lab = await PulseLab.OpenAsync();
        lab.Program.Settings["METRICS_DIR"] = folder.Path;
        lab.Grafana.Database.Organisations[1].Name = "Evil\"} 1\nSt. Mary's";
        var daemon = lab.RunDaemon();
        await daemon.SaysAsync("has started");
        await lab.WorkAsync("naledi");
        await lab.MessageAsync(text => text.Contains("naledi", StringComparison.Ordinal), "with naledi in it");

        var text = await TextAsync(folder, () => lab.Story, [
            "athena_pulse_requests_total{tenant_id=\"1\",daemon=\"grafana-active-users\"} ",
            "athena_pulse_answers_total{tenant_id=\"1\",daemon=\"grafana-active-users\"} ",
            "athena_notify_sent_total{tenant_id=\"default\",daemon=\"grafana-active-users\",channel=\"telegram\"} ",
            "athena_grafana_up{tenant_id=\"default\",daemon=\"grafana-active-users\"} 1\n"]);
        IsTakenAndNamesNobody(
            text,
            lab.Grafana.Database.Users.SelectMany(user => (string[])[user.Login, user.Email, user.Name, user.Uid])
                .Concat(["Evil", "Mary"]));
    }

    [Test]
    public async Task A_real_Prometheus_asks_a_real_node_exporter_for_what_a_daemon_wrote()
    {
        if (Promtool.Find("prometheus") is null || Promtool.Find("prometheus-node-exporter") is null)
        {
            NotRun.Missing("prometheus and node_exporter, of Debian's packages");
            return;
        }

        using var folder = new TemporaryDirectory();
        await using var lab = await Lab.OpenAsync();
        lab.Program.Settings["METRICS_DIR"] = Directory.CreateDirectory(folder["daemon"]).FullName;
        await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("new@example.net");
        await lab.IsLockedAsync("new@example.net");
        await using var prometheus = await PrometheusLab.OpenAsync(folder, folder["daemon/metrics.prom"]);

        foreach (var (query, value) in ((string, string)[])
            [
                ("athena_lock_time_to_lock_seconds_count{daemon=\"grafana-auto-disable\",tenant_id=\"default\"}", "1"),
                ("sum(athena_lock_new_accounts_total)", "1"),
                ("node_textfile_scrape_error", "0"),
                ("count(process_start_time_seconds{job=\"node\"})", "2"), // Of node_exporter itself, and of the daemon.
            ])
            await prometheus.SaysAsync(query, value);

        File.Delete(folder["daemon/metrics.prom"]);
        Directory.Delete(folder["daemon"], recursive: true); // As systemd does when the unit stops.
        await prometheus.SaysAsync("node_textfile_scrape_error", "1");
        await prometheus.SaysAsync("absent(athena_daemon_well)", "1");
    }

    [Test]
    public async Task A_real_Prometheus_asks_the_page_s_program_which_needs_no_page_for_it()
    {
        if (Promtool.Find("prometheus") is null || Promtool.Find("prometheus-node-exporter") is null)
        {
            NotRun.Missing("prometheus and node_exporter, of Debian's packages");
            return;
        }

        using var folder = new TemporaryDirectory();
        await using var lab = await Lab.OpenAsync();
        var files = Directory.CreateDirectory(folder["metrics/grafana-auto-disable"]).FullName;
        lab.Program.Settings["METRICS_DIR"] = files;
        await lab.StartDaemonAsync();
        var program = new DaemonProgram(DaemonProgram.Page);
        var port = PrometheusLab.FreePort();
        program.Settings["ATHENA_DEFAULTS_DIR"] = lab["none"];
        program.Settings["DECISION_LISTEN"] = "no";
        program.Settings["METRICS_LISTEN"] = $"127.0.0.1:{port}";
        program.Settings["METRICS_DIR"] = folder["metrics"];
        var page = program.Run();
        await using var prometheus = await PrometheusLab.OpenAsync(folder, port, []);
        await prometheus.SaysAsync("up{job=\"athena\"}", "1");
        await prometheus.SaysAsync("athena_daemon_well{job=\"athena\",daemon=\"grafana-auto-disable\"}", "1");
        await prometheus.SaysAsync("athena_daemon_file_served{daemon=\"grafana-auto-disable\"}", "1");
        var check = await program.RunAsync("check");
        Assert.That(check.Text, Does.Contain("ok      Metrics of grafana-auto-disable: written").And.Contain("There is no page"));
        Assert.That((await page.StopAsync()).ExitCode, Is.Zero);
    }

    /// <summary>The file, once it says all of this.</summary>
    private static async Task<string> TextAsync(TemporaryDirectory folder, Func<string> story, IReadOnlyList<string> expected)
    {
        var (path, text) = (folder["metrics.prom"], "");
        await Eventually.TrueAsync(
            () => File.Exists(path) && (text = File.ReadAllText(path)) is var now
                && expected.All(line => now.Contains(line, StringComparison.Ordinal)),
            "the metrics say what happened",
            () => string.Join('\n', expected.Where(line => !text.Contains(line, StringComparison.Ordinal)).Prepend("Missing:"))
                + $"\n{text}\n{story()}");
        return text;
    }

    /// <summary>"admin" is a login as well as a part of our own words, so of short names each value is looked at as a whole.</summary>
    private static void IsTakenAndNamesNobody(string text, IEnumerable<string> names)
    {
        var values = Label().Matches(text).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.Multiple(() =>
        {
            Assert.That(values, Is.Not.Empty);
            foreach (var name in names.Where(name => name.Length > 0).Distinct())
                Assert.That(values, name.Length > 5 ? Has.None.Contains(name).IgnoreCase : Has.None.EqualTo(name).IgnoreCase, name);
        });
        if (Promtool.Path is not { } promtool)
        {
            NotRun.Missing("promtool, of Debian's package prometheus");
            return;
        }

        Assert.That(Promtool.Run(promtool, text, "check", "metrics"), Is.EqualTo((0, "")));
    }

    [GeneratedRegex("[{,][a-z_]+=\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Label();
}
