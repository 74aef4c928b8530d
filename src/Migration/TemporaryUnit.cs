using System.Text;
using Athena.Common.Daemon.Units;

namespace Athena.Migration;

/// <summary>
/// The guard of before under another name, so that it goes on while our unit of its name starts: <c>NAME-before.timer</c> and
/// <c>NAME-before.service</c>. Pure.
/// </summary>
internal static class TemporaryUnit
{
    private const string Header =
        "# The old timer's unit, under another name while the daemon takes its place or gives it back; activate and revert remove it.\n";

    /// <summary><c>grafana-auto-disable-before</c></summary>
    public static string Name(string daemon) => OldTimer.StandIn(daemon);

    /// <summary>
    /// The path of the copy of a unit, of its drop-in or of a link to it: the unit's name is another in each part that has it. Copies all
    /// lie in /etc, wherever the unit is.
    /// </summary>
    public static string PathOf(string path, string daemon)
    {
        if (OldUnits.Folders.FirstOrDefault(folder => path.StartsWith(folder + "/", StringComparison.Ordinal)) is { } from)
            path = OldUnits.Folders[0] + path[from.Length..];
        var parts = path.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            foreach (var ending in (string[])[".service", ".timer"])
            {
                var unit = daemon + ending;
                if (parts[i] == unit || parts[i] == unit + ".d") parts[i] = Name(daemon) + parts[i][daemon.Length..];
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>
    /// The copy's text. What the unit's own name is written as (<c>%n</c> and its like, systemd.unit(5)) stays what it was: settings and
    /// programs are found by it.
    /// </summary>
    /// <param name="text">Of the unit or the drop-in.</param>
    /// <param name="unit">Its unit, with the ending.</param>
    /// <param name="daemon">The daemon's name.</param>
    /// <param name="isDropIn">A drop-in says only what it changes.</param>
    public static string Text(string text, string unit, string daemon, bool isDropIn)
    {
        text = WriteOutName(text, unit);
        if (!unit.EndsWith(".timer", StringComparison.Ordinal)) return Header + text;

        // A timer that starts some other unit goes on doing so.
        var service = daemon + ".service";
        var named = UnitText.Assignments(text).Where(a => a is { Section: "Timer", Key: "Unit", Value.Length: > 0 }).ToList();
        text = UnitText.Without(text, a => named.Contains(a) && a.Value == service);
        return named.Exists(a => a.Value == service) || (!isDropIn && named.Count == 0)
            ? $"{Header}{text.TrimEnd('\n')}\n[Timer]\nUnit={Name(daemon)}.service\n"
            : Header + text;
    }

    private static string WriteOutName(string text, string unit)
    {
        var name = unit[..unit.LastIndexOf('.')];
        var last = name[(name.LastIndexOf('-') + 1)..];
        var written = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%' || i + 1 == text.Length)
            {
                written.Append(text[i]);
                continue;
            }

            _ = text[++i] switch
            {
                'n' => written.Append(unit),
                'N' or 'p' => written.Append(name),
                'P' => written.Append(name.Replace('-', '/')),
                'f' => written.Append('/').Append(name.Replace('-', '/')),
                'j' or 'J' => written.Append(last),
                var other => written.Append('%').Append(other),
            };
        }

        return written.ToString();
    }
}
