using System.Globalization;
using Athena.Common.Settings;

namespace Athena.Common.Grafana.Api;

/// <summary>Settings that hold ids of users.</summary>
public static class UserIdsSetting
{
    /// <summary>Comma separated; a fault is in the reader's problems.</summary>
    public static IReadOnlySet<long> Read(SettingsReader reader, string key, string @default, string help) =>
        reader.Read<IReadOnlySet<long>>(key, @default, help, TryParse) ?? new HashSet<long>();

    private static string? TryParse(string text, out IReadOnlySet<long> ids)
    {
        var read = new HashSet<long>();
        ids = read;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == 0)
                return "must be numbers above 0, as in 3,17";
            read.Add(id);
        }

        return null;
    }
}
