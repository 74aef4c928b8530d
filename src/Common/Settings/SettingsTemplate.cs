using System.Text;

namespace Athena.Common.Settings;

/// <summary>
/// The content of a fresh <c>/etc/default/DAEMON</c>: every setting that the daemon reads, in its own words, so that neither can drift from
/// the other. Every line is commented out: a fresh file sets nothing, and hides nothing of what the daemons share.
/// </summary>
public static class SettingsTemplate
{
    private const int Width = 100;

    /// <summary>Lines end with <c>\n</c>; it can be read by systemd as it is (systemd.exec(5), EnvironmentFile=).</summary>
    /// <param name="hasShared">Whether the daemon also reads the file that the daemons share.</param>
    public static string Write(WorkerIdentity identity, IReadOnlyCollection<RegisteredSetting> settings, bool hasShared = true)
    {
        var text = new StringBuilder();
        Say($"Settings of {identity.Daemon}. Take away the # in front of what you set; what is needed stands first. Then:");
        text.Append("#\n#     sudo ").Append(identity.Daemon).Append(" check\n#\n");
        Say(
            "systemd reads this file, not a shell: no \"export\", no $X, no comment behind a value, no space around \"=\". An empty value "
            + "counts as not set. Durations carry units: 500ms, 60s, 15m, 2h, 90d, 7y.");
        Say(hasShared
            ? $"What the daemons share can stand in /etc/default/{WorkerIdentity.Platform} instead, which is read first; what stands here "
                + "wins. It holds secrets: root alone may read it (0600). An upgrade never touches it."
            : $"/etc/default/{WorkerIdentity.Platform}, which the daemons share, is not read. An upgrade never touches this file.");
        foreach (var (heading, group) in SettingsGroups.Of(settings))
        {
            if (heading.Length > 0) text.Append('\n').Append($"## {heading} ".PadRight(Width, '#')).Append('\n');
            foreach (var setting in group)
            {
                text.Append('\n');
                Say(setting.Help + (setting.IsNeeded ? " Needed." : "") + (setting.IsSecret ? " Secret." : ""));
                text.Append('#').Append(setting.Key).Append('=').Append(setting.Default).Append('\n');
            }
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
