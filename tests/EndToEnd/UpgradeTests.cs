using Athena.EndToEnd.Harness;
using Athena.Tests.Shared;

namespace Athena.EndToEnd;

/// <summary>A host that version 0.1.0 guarded, with its templates as they were installed: nothing has to be done for it to go on.</summary>
internal sealed class UpgradeTests
{
    /// <summary>What a lab needs to be one; all else is a hospital's and stands in the shared file.</summary>
    private static readonly string[] OfTheLab =
    [
        "STATE_DIR", "CONTROL_DIR", "ATHENA_DEFAULTS_DIR", "LOG", "POLL_INTERVAL", "PULSE_EVERY", "SETTLE", "TIMEZONE",
    ];

    [Test]
    public async Task With_untouched_templates_and_the_shared_file_the_next_stranger_is_locked_and_one_mail_says_what_to_write_down()
    {
        await using var lab = await Lab.OpenAsync();
        await UseTemplatesAsync("grafana-auto-disable", lab.Program, lab[""]);

        var daemon = await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("new@example.net");
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync("Locked, waiting for you");
        var told = string.Join(' ', Lab.Read(await lab.MailAsync("grafana-auto-disable: settings to write down"))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.That(told, Does.Contain("is what an older template said").And.Contain("MAIL_FROM"));
        var check = await lab.Program.RunAsync("check");
        Assert.That(check.Output, Does.Contain("warning SMTP_HOST=smtp.eu.mailgun.org"), check.ToString());
        Assert.That(lab.Story(), Does.Contain("SMTP_HOST=smtp.eu.mailgun.org"));

        await daemon.KillAsync();
        var next = lab.RunDaemon();
        await next.IsGuardingAsync();
        using var another = await lab.SignUpAsync("another@example.net");
        await lab.IsLockedAsync("another@example.net");
        await lab.MailAsync(
            mail => mail.Text.Contains("another@", StringComparison.Ordinal)
                || Lab.Read(mail).Contains("another@example.net", StringComparison.Ordinal),
            "about the second stranger");
        Assert.That(lab.Mail.Mails.Count(mail => mail.Subject.Contains("settings to write down", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Grafana_compliance_goes_on_with_the_memory_and_the_settings_that_0_1_0_left()
    {
        await using var lab = await ComplianceLab.OpenAsync(2);
        await UseTemplatesAsync("grafana-compliance", lab.Program, lab.SettingsDirectory);
        CopyState("grafana-compliance", lab.StateDirectory);
        var decided = lab.Decisions().Count;
        lab.RunDaemon();
        await Eventually.TrueAsync(() => lab.Decisions().Count > decided, "the next hour is decided", lab.Story);
        await Eventually.TrueAsync(
            () => lab.Mail.Mails.Any(mail => mail.Text.Contains("AC-20261129T0700Z", StringComparison.Ordinal)),
            "the report that waited is sent",
            lab.Story);
        var verified = await lab.Program.RunAsync("audit", "verify");
        var explained = await lab.Program.RunAsync("explain", "AC-20261129T0500Z");
        Assert.That((verified.ExitCode, explained.ExitCode), Is.EqualTo((0, 0)), $"{verified}\n{explained}");
        await Eventually.TrueAsync(
            () => lab.Mail.Mails.Any(mail => mail.Subject == ToWriteDown("grafana-compliance")),
            "the mail about what to write down",
            lab.Story);
        Assert.That((await lab.Program.RunAsync("check")).Output, Does.Contain("warning SMTP_HOST=smtp.eu.mailgun.org"));
        Assert.That(lab.Story(), Does.Contain("SMTP_HOST=smtp.eu.mailgun.org"), "the journal");
        Assert.That(lab.Mail.Mails.Count(mail => mail.Subject == ToWriteDown("grafana-compliance")), Is.EqualTo(1));
    }

    [Test]
    public async Task Grafana_active_users_goes_on_with_the_memory_and_the_settings_that_0_1_0_left()
    {
        // It catches up with a day: with windows of seconds that would be thousands.
        await using var lab = await PulseLab.OpenAsync(every: "1m");
        await UseTemplatesAsync("grafana-active-users", lab.Program, lab.SettingsDirectory);
        CopyState("grafana-active-users", lab.StateDirectory);
        lab.RunDaemon();
        await Eventually.TrueAsync(
            () => lab.Messages.Any(IsToWriteDown) && lab.Messages.Any(message => !IsToWriteDown(message)),
            "what to write down, and a pulse",
            () => lab.Story,
            TimeSpan.FromMinutes(3));
        Assert.That((await lab.Program.RunAsync("status")).ExitCode, Is.Zero, lab.Story);
        Assert.That(lab.Messages.Count(IsToWriteDown), Is.EqualTo(1));

        static bool IsToWriteDown(string message) => message.Contains("settings to write down", StringComparison.Ordinal);
    }

    private static string ToWriteDown(string daemon) => $"{daemon}: settings to write down";

    private static async Task UseTemplatesAsync(string daemon, DaemonProgram program, string directory)
    {
        File.Copy(Repository.PathOf($"tests/Fixtures/settings-0.1.0/{daemon}"), Path.Combine(directory, daemon));
        var shared = program.Settings.Where(setting => !OfTheLab.Contains(setting.Key)).ToList();
        await File.WriteAllLinesAsync(
            Path.Combine(directory, "athena-workers"), shared.Select(setting => $"{setting.Key}={setting.Value}"));
        foreach (var (key, _) in shared) program.Settings.Remove(key);
    }

    private static void CopyState(string daemon, string to)
    {
        using var old = new OldState(daemon);
        foreach (var file in Directory.EnumerateFiles(old.Directory, "*", SearchOption.AllDirectories))
        {
            var path = Path.Combine(to, Path.GetRelativePath(old.Directory, file));
            Directory.CreateDirectory(
                Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.Copy(file, path);
        }
    }
}
