using Athena.Common.Settings;

namespace Athena.Tests.Shared;

/// <summary>
/// The settings that version 0.1.0 accepted, and its templates as they were installed: what worked with it goes on working.
/// </summary>
internal static class AcceptedSettings
{
    private static string Folder => Repository.PathOf("tests/Fixtures/settings-0.1.0");

    /// <summary>Each setting of the list that this daemon reads, tried alone beside what it needs.</summary>
    /// <returns>The faults, each with the setting; empty when all are accepted.</returns>
    public static IReadOnlyList<string> Refused(string daemon, IReadOnlyDictionary<string, string> needed, Action<SettingsReader> read)
    {
        var known = Read([], needed, read).Registered.Select(setting => setting.Key).ToHashSet(StringComparer.Ordinal);
        List<string> refused = [];
        var tried = 0;
        foreach (var line in File.ReadLines(Path.Combine(Folder, "accepted.tsv")).Where(line => !line.StartsWith('#')))
        {
            if (line.Split('\t') is not [var whose, var key, var value]) throw new InvalidDataException(line);
            if (whose == daemon && !known.Contains(key)) refused.Add($"{key} is not read any more");
            if ((whose != daemon && whose != "*") || !known.Contains(key)) continue;
            tried++;
            var given = new Dictionary<string, string>(needed, StringComparer.Ordinal);
            if (value.Length > 0 || !needed.ContainsKey(key)) given[key] = value;
            if (key.StartsWith("TELEGRAM_", StringComparison.Ordinal))
            {
                // A bot and its chat are given together.
                given.TryAdd("TELEGRAM_BOT_TOKEN", "123456789:not_shown_anywhere_not_shown_anywhere");
                given.TryAdd("TELEGRAM_CHAT_ID", "-1001234567890");
            }

            refused.AddRange(Read([], given, read).Problems.Select(problem => $"{key}={value}: {problem}"));
        }

        if (tried < 20) refused.Add($"only {tried} settings were tried");
        return refused;
    }

    /// <summary>The installed template, as nobody has touched it, and the shared file filled in.</summary>
    /// <param name="shared">Lines of <c>/etc/default/athena-workers</c>.</param>
    public static SettingsReader WithTemplate(string daemon, IReadOnlyDictionary<string, string> shared, Action<SettingsReader> read)
    {
        using var directory = new TemporaryDirectory();
        File.Copy(Path.Combine(Folder, daemon), directory[daemon]);
        File.WriteAllLines(directory[WorkerIdentity.Platform],
        [
            .. File.ReadLines(Path.Combine(Folder, "athena-workers")),
            .. shared.Select(setting => $"{setting.Key}={setting.Value}"),
        ]);
        return Read([directory[daemon], directory[WorkerIdentity.Platform]], new Dictionary<string, string>(), read);
    }

    private static SettingsReader Read(
        IReadOnlyList<string> files, IReadOnlyDictionary<string, string> environment, Action<SettingsReader> read)
    {
        var reader = new SettingsReader(new SettingsSource(environment, null, files));
        read(reader);
        return reader;
    }
}
