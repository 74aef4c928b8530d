using System.Globalization;
using System.Text;

namespace Athena.Common.Settings;

/// <summary>The settings in force without secrets, in the grammar of /etc/default, to be kept with a backup. Pure.</summary>
internal static class SettingsCopy
{
    private const string Plain = "-_./:@,+%";

    /// <summary>True for what must not be kept anywhere else.</summary>
    public static bool IsSecret(RegisteredSetting setting) =>
        setting.IsSecret || (setting.Given is { } given && RegisteredSetting.HoldsPassword(given.Text));

    public static string Write(WorkerIdentity identity, IEnumerable<RegisteredSetting> settings, DateTimeOffset at)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"# Settings of {identity.Daemon} of {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC, without secrets. What is not here had its "
            + $"default.\n");
        foreach (var setting in settings.Where(setting => setting.Given is { Text.Length: > 0 }))
        {
            if (IsSecret(setting))
                text.Append(CultureInfo.InvariantCulture, $"# {setting.Key} was set; it is a secret and not in the backup.\n");
            else text.Append(setting.Key).Append('=').Append(Quoted(setting.Given!.Text)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>As <see cref="EnvironmentFile"/> and systemd read it back.</summary>
    private static string Quoted(string value)
    {
        if (value.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c))) return value;
        var quoted = new StringBuilder("\"");
        foreach (var c in value)
        {
            if (c is '"' or '\\' or '`' or '$') quoted.Append('\\');
            quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }
}
