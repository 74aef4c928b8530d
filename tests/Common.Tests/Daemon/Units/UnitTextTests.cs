using Athena.Common.Daemon.Units;
using Athena.Common.Settings;
using Athena.Migration;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Daemon.Units;

internal sealed class UnitTextTests
{
    private const string Service = "grafana-auto-disable.service";
    private const string Timer = "grafana-auto-disable.timer";
    private const string Daemon = "grafana-auto-disable";

    [Test]
    public void Reads_sections_comments_and_lines_that_go_on()
    {
        var read = UnitText.Assignments(
            "# [Service]\n[Unit]\nAfter=a\n\n[Service]\n; ExecStart=/no\nExecStart = /bin/x \\\n# between\n  --more\nType=oneshot");

        Assert.That(read.Select(a => (a.Section, a.Key, a.Value)), Is.EqualTo(new[]
        {
            ("Unit", "After", "a"), ("Service", "ExecStart", "/bin/x --more"), ("Service", "Type", "oneshot"),
        }));
    }

    [Test]
    public void Takes_an_assignment_away_with_all_its_lines() =>
        Assert.That(UnitText.Without("[Service]\nA=1 \\\n 2\nB=3\n", a => a.Key == "A"), Is.EqualTo("[Service]\nB=3\n"));

    [TestCase("[Service]\nUser=guard\n", true)]
    [TestCase("[Service]\nExecStart=\nExecStart=/usr/local/bin/x\n", true)]
    [TestCase("[Service]\nLoadCredential=smtp_password:/etc/x\n", false)]
    [TestCase("[Service]\nIPAddressDeny=any\nMemoryMax=1G\n", false)]
    [TestCase("[Unit]\nAfter=postgresql.service\n", false)]
    public void A_drop_in_that_says_how_a_process_is_run_belongs_to_the_old_guard(string text, bool belongs) =>
        Assert.That(UnitText.BelongsToOldGuard(text), Is.EqualTo(belongs));

    [Test]
    public void The_stand_in_finds_programs_and_settings_that_are_named_after_the_unit()
    {
        var text = TemporaryUnit.Text(
            "[Service]\nEnvironmentFile=/etc/default/%N\nExecStart=/usr/local/bin/%p --for %n --100%% --%j %P %H\n",
            Service,
            Daemon,
            isDropIn: false);

        Assert.That(text, Does.EndWith(
            "\n[Service]\nEnvironmentFile=/etc/default/grafana-auto-disable\nExecStart=/usr/local/bin/grafana-auto-disable --for "
            + "grafana-auto-disable.service --100%% --disable grafana/auto/disable %H\n"));
    }

    [Test]
    public void The_stand_ins_timer_starts_the_stand_ins_service()
    {
        Assert.That(TemporaryUnit.Text("[Timer]\nOnCalendar=minutely\n[Install]\nWantedBy=timers.target\n", Timer, Daemon, isDropIn: false),
            Does.EndWith(
                "[Timer]\nOnCalendar=minutely\n[Install]\nWantedBy=timers.target\n[Timer]\nUnit=grafana-auto-disable-before.service\n"));
        Assert.That(TemporaryUnit.Text("[Timer]\nUnit=%N.service\nOnCalendar=minutely\n", Timer, Daemon, isDropIn: false),
            Does.EndWith("[Timer]\nOnCalendar=minutely\n[Timer]\nUnit=grafana-auto-disable-before.service\n"));
        Assert.That(
            TemporaryUnit.Text("[Timer]\nUnit=other.service\n", Timer, Daemon, isDropIn: false),
            Does.EndWith("[Timer]\nUnit=other.service\n"),
            "a timer that starts some other unit goes on doing so");
        Assert.That(
            TemporaryUnit.Text("[Timer]\nAccuracySec=1s\n", Timer, Daemon, isDropIn: true), Does.EndWith("[Timer]\nAccuracySec=1s\n"));
    }

    [TestCase("/etc/systemd/system/grafana-auto-disable.timer", "/etc/systemd/system/grafana-auto-disable-before.timer")]
    [TestCase(
        "/etc/systemd/system/grafana-auto-disable.service.d/a.conf", "/etc/systemd/system/grafana-auto-disable-before.service.d/a.conf")]
    [TestCase("/etc/systemd/system/timers.target.wants/grafana-auto-disable.timer",
        "/etc/systemd/system/timers.target.wants/grafana-auto-disable-before.timer")]
    [TestCase("/usr/local/lib/systemd/system/grafana-auto-disable.service", "/etc/systemd/system/grafana-auto-disable-before.service")]
    public void The_stand_in_lies_in_etc_under_its_other_name(string path, string copy) =>
        Assert.That(TemporaryUnit.PathOf(path, Daemon), Is.EqualTo(copy));

    [Test]
    public void The_trial_has_the_sandbox_of_the_unit_and_nothing_that_makes_it_a_daemon()
    {
        var packaged = File.ReadAllText(Repository.PathOf("packaging/systemd/grafana-auto-disable.service"));

        var trial = ProbeUnit.Write(
            packaged,
            ["[Service]\nLoadCredential=a:/%N/%%N\n"],
            Daemon,
            ["/usr/lib/x", "adopt", "--by", "50% \"$HOME\""],
            "/run/o",
            "/run/e",
            withState: true);

        var service = UnitText.Assignments(trial).Where(a => a.Section == "Service").ToLookup(a => a.Key, a => a.Value);
        var sandbox = UnitText.Assignments(packaged).Where(a => a.Section == "Service").Select(a => a.Key)
            .Where(key => !key.StartsWith("Exec", StringComparison.Ordinal)).Except(
            ["Type", "Restart", "RestartSec", "RestartPreventExitStatus", "WatchdogSec", "TimeoutStopSec"]);
        Assert.That(sandbox.All(service.Contains), "each line of the sandbox is there");
        Assert.That(service["Type"], Is.EqualTo(new[] { "oneshot" }));
        Assert.That(service["User"], Is.EqualTo(new[] { Daemon }), "another user would take the state directory away from the daemon");
        Assert.That(service["ExecStart"], Is.EqualTo(new[] { "\"/usr/lib/x\" \"adopt\" \"--by\" \"50%% \\\"$$HOME\\\"\"" }));
        Assert.That(service["LoadCredential"].Last(), Is.EqualTo($"a:/{Daemon}/%%N"), "the name is that of the daemon's unit");
        Assert.That(service["RuntimeDirectoryPreserve"], Is.EqualTo(new[] { "yes" }), "the socket of a daemon that runs stays");
        Assert.That(
            service.Contains("WatchdogSec")
                || trial.Contains("OnFailure", StringComparison.Ordinal) && UnitText.Value(trial, "Unit", "OnFailure") is not null,
            Is.False);
        Assert.That(UnitText.Assignments(trial).Any(a => a.Section == "Install"), Is.False);
    }

    [TestCase("[Service]\nUser=athena\nDynamicUser=no\n", "athena")]
    [TestCase("[Service]\nUser=athena\nUser=\n", Daemon)]
    public void The_trial_has_the_user_that_the_site_gave_to_the_unit(string dropIn, string user)
    {
        var trial = ProbeUnit.Write("[Service]\nDynamicUser=yes\n", [dropIn], Daemon, ["/x"], "/o", "/e", withState: true);

        Assert.That(UnitText.Value(trial, "Service", "User"), Is.EqualTo(user));
    }

    /// <summary>Without one no TLS connection of .NET comes about where the user cannot be looked up.</summary>
    [Test]
    public void Each_unit_of_a_dynamic_user_has_a_home_of_its_own()
    {
        foreach (var path in Directory.GetFiles(Repository.PathOf("packaging/systemd"), "*.service"))
        {
            var service = UnitText.Assignments(File.ReadAllText(path)).Where(a => a.Section == "Service")
                .ToLookup(a => a.Key, a => a.Value);
            if (!service["DynamicUser"].Contains("yes")) continue;
            var home = service["Environment"].SelectMany(value => value.Split(' '))
                .Single(word => word.StartsWith("HOME=", StringComparison.Ordinal));

            var metrics = service["RuntimeDirectory"].Where(IsOfMetrics).ToList();
            var own = service["RuntimeDirectory"].Except(metrics);
            Assert.That(own.Select(folder => "HOME=%t/" + folder), Is.EqualTo(new[] { home }), path);
            Assert.That(metrics, Is.SubsetOf(new[] { $"{CommonSettings.MetricsParent}/{Path.GetFileNameWithoutExtension(path)}" }), path);
            Assert.That(service["RuntimeDirectoryMode"], Is.EqualTo(new[] { "0700" }), path);
        }
    }

    [Test]
    public void A_trial_without_state_makes_no_state_directory()
    {
        var trial = ProbeUnit.Write(
            "[Service]\nStateDirectory=x\nStateDirectoryMode=0700\nPrivateTmp=yes\n", [], Daemon, ["/x"], "/o", "/e", withState: false);

        Assert.That(UnitText.Value(trial, "Service", "StateDirectory"), Is.Null);
        Assert.That(UnitText.Value(trial, "Service", "PrivateTmp"), Is.EqualTo("yes"));
    }

    [Test]
    public void Reads_what_systemctl_shows()
    {
        var state = ShowOutput.Parse("x.service",
            "LoadState=loaded\nActiveState=inactive\nSubState=dead\nFragmentPath=/etc/systemd/system/x.service\nResult=success\n"
            + "ExecMainStatus=0\nExecMainStartTimestamp=Sat 2026-11-21 17:43:05 UTC\nExecMainExitTimestamp=Sat 2026-11-21 17:43:06 UTC\n");

        Assert.That(state.HasRunWell && !state.IsRunning && !state.IsActive && !state.IsPackaged);
        Assert.That(state.Began, Is.EqualTo(new DateTimeOffset(2026, 11, 21, 17, 43, 5, TimeSpan.Zero)));
        Assert.That(ShowOutput.Parse("x.timer", "LoadState=not-found\nActiveState=inactive\n").Path, Is.Null);
        Assert.That(ShowOutput.Time("n/a"), Is.Null);
    }

    [TestCase("success", 0, "2026-11-21 17:43:05", "2026-11-21 17:43:06", true)]
    [TestCase("exit-code", 1, "2026-11-21 17:43:05", "2026-11-21 17:43:06", false)]
    [TestCase("success", 0, "2026-11-21 17:43:05", "2026-11-21 17:42:50", false)]
    [TestCase("success", 0, null, null, false)]
    public void Only_a_run_that_ended_well_counts_as_one(string result, int status, string? began, string? ended, bool isGood) =>
        Assert.That(
            new UnitState("x.service", "loaded", "inactive", "dead", null, result, status, Utc(began), Utc(ended)).HasRunWell,
            Is.EqualTo(isGood));

    private static DateTimeOffset? Utc(string? text) =>
        text is null ? null : DateTimeOffset.Parse(text + "Z", System.Globalization.CultureInfo.InvariantCulture);

    [Test]
    public void A_trial_leaves_the_folder_of_the_metrics_to_the_daemon()
    {
        foreach (var packaged in Directory.GetFiles(Repository.PathOf("packaging/systemd"), "grafana-*.service").Select(File.ReadAllText))
        {
            var trial = ProbeUnit.Write(packaged, [], Daemon, ["/x"], "/o", "/e", withState: true);

            Assert.That(packaged, Does.Contain("\nRuntimeDirectory=athena-workers-metrics/"));
            Assert.That(trial, Does.Not.Contain("RuntimeDirectory=athena-workers-metrics/"), "kept, it is moved to where nobody may look");
        }
    }

    private static bool IsOfMetrics(string folder) => folder.StartsWith(CommonSettings.MetricsParent, StringComparison.Ordinal);
}
