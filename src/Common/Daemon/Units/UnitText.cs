namespace Athena.Common.Daemon.Units;

/// <summary>Unit files as text (systemd.syntax(7)): sections, assignments, comments, lines that go on behind a backslash. Pure.</summary>
internal static class UnitText
{
    /// <summary>
    /// Settings by which a drop-in says how a process is run. One with any of these was written for the guard of before, not for ours.
    /// </summary>
    private static readonly HashSet<string> RunsProcess = new(StringComparer.Ordinal)
    {
        "ExecStart", "ExecStartPre", "ExecStartPost", "ExecStop", "ExecStopPost", "ExecReload", "ExecCondition", "Type", "RemainAfterExit",
        "User", "Group",
        "DynamicUser", "WorkingDirectory", "RootDirectory", "RootImage", "PIDFile", "NotifyAccess", "StandardInput", "StandardOutput",
        "StandardError",
        "Restart", "RestartSec", "TimeoutSec", "TimeoutStartSec", "RuntimeMaxSec", "KillMode", "StateDirectory", "RuntimeDirectory",
    };

    /// <summary>One assignment.</summary>
    /// <param name="Section">The section's name without brackets; empty before the first.</param>
    /// <param name="Key">Without white space.</param>
    /// <param name="Value">On one line: what goes on behind a backslash is joined by a space.</param>
    /// <param name="First">Number of its first line, from 0.</param>
    /// <param name="Last">Number of its last line.</param>
    public sealed record Assignment(string Section, string Key, string Value, int First, int Last);

    /// <summary>All assignments, in order.</summary>
    public static IReadOnlyList<Assignment> Assignments(string text)
    {
        var found = new List<Assignment>();
        var lines = text.Split('\n');
        var section = "";
        for (var i = 0; i < lines.Length; i++)
        {
            var first = i;
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] is '#' or ';') continue;
            while (line.EndsWith('\\') && i + 1 < lines.Length)
            {
                var next = lines[++i].Trim();
                // A comment within a continued line is passed over.
                line = next.StartsWith('#') || next.StartsWith(';') ? line : line[..^1].TrimEnd() + " " + next;
            }

            if (line is ['[', .., ']']) section = line[1..^1];
            else if (line.Split('=', 2) is [var key, var value]) found.Add(new Assignment(section, key.Trim(), value.Trim(), first, i));
        }

        return found;
    }

    /// <summary>The value that holds, the last one; null when there is none.</summary>
    public static string? Value(string text, string section, string key) =>
        Assignments(text).LastOrDefault(a => a.Section == section && a.Key == key)?.Value;

    /// <summary>Whether a drop-in of a service belongs to the guard that was before: then it goes with it.</summary>
    public static bool BelongsToOldGuard(string dropIn) =>
        Assignments(dropIn).Any(a => a.Section == "Service" && RunsProcess.Contains(a.Key));

    /// <summary>The text without the assignments that <paramref name="goes"/> names.</summary>
    public static string Without(string text, Func<Assignment, bool> goes)
    {
        var gone = Assignments(text).Where(goes).SelectMany(a => Enumerable.Range(a.First, a.Last - a.First + 1)).ToHashSet();
        return string.Join('\n', text.Split('\n').Where((_, i) => !gone.Contains(i)));
    }
}
