using System.Text;

namespace Athena.Common.Hosting;

/// <summary>
/// The content of a fresh <c>/etc/default/DAEMON</c>: every setting that the daemon reads, in its own words, so that neither can drift from
/// the other. What is needed stands ready to be filled in, what has a default is commented out.
/// </summary>
public static class SettingsTemplate
{
    private const int Width = 100;

    /// <summary>The usual values of this platform; a sysadmin who uses others changes them.</summary>
    private static readonly Dictionary<string, string> FilledIn = new(StringComparer.Ordinal)
    {
        ["SMTP_HOST"] = "smtp.eu.mailgun.org",
        ["SMTP_PORT"] = "587",
        ["MAIL_FROM_NAME"] = "Athena Grafana",
    };

    /// <summary>Lines end with <c>\n</c>; it can be read by systemd as it is (systemd.exec(5), EnvironmentFile=).</summary>
    public static string Write(WorkerIdentity identity, IEnumerable<RegisteredSetting> settings)
    {
        var text = new StringBuilder();
        Say($"Settings of {identity.Daemon}. Fill in what ends with \"=\" and is needed, then: sudo {identity.Daemon} check");
        Say("systemd reads this file, not a shell: no \"export\", no $X, no comment behind a value, no space around \"=\". An empty value counts as not set. Durations carry units: 500ms, 60s, 15m, 2h, 90d, 7y.");
        Say($"What the daemons share can stand in /etc/default/{WorkerIdentity.Platform} instead, which is read first; what stands here wins, so delete here what is to be taken from there. It holds secrets: root alone may read it (0600). An upgrade never touches it.");
        foreach (var setting in settings)
        {
            text.Append('\n');
            Say(setting.Help + (setting.IsNeeded ? " Needed." : "") + (setting.IsSecret ? " Secret." : ""));
            var value = FilledIn.GetValueOrDefault(setting.Key);
            var isOpen = setting.IsNeeded || value is not null;
            text.Append(isOpen ? "" : "#").Append(setting.Key).Append('=').Append(value ?? setting.Default).Append('\n');
        }

        return text.ToString();

        void Say(string paragraph)
        {
            foreach (var line in Lines(paragraph))
                text.Append("# ").Append(line).Append('\n');
        }
    }

    private static IEnumerable<string> Lines(string paragraph)
    {
        var line = new StringBuilder();
        foreach (var word in paragraph.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Width)
            {
                yield return line.ToString();
                line.Clear();
            }

            if (line.Length > 0) line.Append(' ');
            line.Append(word);
        }

        yield return line.ToString();
    }
}
