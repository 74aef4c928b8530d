using Athena.Common.Settings;

namespace Athena.Common.Tests.Settings;

internal sealed class SettingsTemplateTests
{
    private static readonly WorkerIdentity Daemon = new("grafana-test", "test", "A test.");

    [Test]
    public void Every_setting_is_commented_out_with_its_default_and_none_has_a_preset()
    {
        var text = SettingsTemplate.Write(Daemon,
        [
            new RegisteredSetting("MAIL_TO", null, true, false, "Who is told.", null),
            new RegisteredSetting("SMTP_HOST", null, true, false, "The mail server.", null),
            new RegisteredSetting("SMTP_PASSWORD", null, false, true, "Its password.", null),
            new RegisteredSetting("POLL_INTERVAL", "15s", false, false, "How often.", null),
        ]);
        Assert.That(text, Does.EndWith("""

            ## What is needed ##################################################################################

            # The mail server. Needed.
            #SMTP_HOST=

            # Who is told. Needed.
            #MAIL_TO=

            ## Accounts ########################################################################################

            # How often.
            #POLL_INTERVAL=15s

            ## Mail ############################################################################################

            # Its password. Secret.
            #SMTP_PASSWORD=

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void The_command_of_the_header_can_be_copied() =>
        Assert.That(SettingsTemplate.Write(Daemon, []).Split('\n'), Does.Contain("#     sudo grafana-test check"));

    [Test]
    public void It_reads_as_systemd_reads_it_and_sets_nothing()
    {
        var reader = new SettingsReader(new SettingsSource(new Dictionary<string, string>()));
        CommonSettings.Read(reader, Daemon);
        reader.Text("MAIL_FROM_NAME", "Athena Grafana",
            new string('x', 300) + " A long help, which is broken into lines of at most a hundred letters each, so that it can be read.");
        var file = EnvironmentFile.Parse(SettingsTemplate.Write(Daemon, reader.Registered));
        Assert.That(file.Findings, Is.Empty);
        Assert.That(file.Entries, Is.Empty);
    }
}
