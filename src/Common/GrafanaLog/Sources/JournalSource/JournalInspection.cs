using System.Buffers;
using Athena.Common.GrafanaLog.Sources.FileSource;

namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>What the last lines of a unit in the journal tell about it, for <c>check</c>.</summary>
internal static class JournalInspection
{
    /// <summary>As much as of a file: about 256 KiB of Grafana's lines.</summary>
    private const ulong LastEntries = 800;

    private const int MostUnitsNamed = 3;

    /// <summary>Each is looked at by itself, and there may be many with Grafana in their name.</summary>
    private const int MostUnitsTried = 8;

    /// <summary>Looks once. Does not throw for what a journal may be.</summary>
    public static LogFileInspection Of(JournalUnit unit) => Of(unit, seeksElsewhere: true);

    private static LogFileInspection Of(JournalUnit unit, bool seeksElsewhere)
    {
        if (new JournalFiles(unit).Obstacle() is { } obstacle)
            return Unreadable(obstacle);
        try
        {
            using JournalReader reader = JournalReader.Open(unit);
            var lines = new ArrayBufferWriter<byte>();
            var source = new JournalLines(unit.Name, new LineTally());
            reader.StandBeforeLast(LastEntries);
            while (reader.MoveNext())
            {
                source.Take(reader, line =>
                {
                    lines.Write(line);
                    lines.Write("\n"u8);
                });
                reader.MarkRead();
            }

            LogFileInspection seen = LogFileInspection.OfLines(
                lines.WrittenSpan, JournalRemedy.Console(unit.Name),
                $"{unit.Name} writes no line as Grafana's logger does. Set LOG to the unit that runs Grafana.");
            if (lines.WrittenCount > 0) return seen with { Hint = IsInMemoryOnly(unit) ? JournalRemedy.InMemoryOnly : null };
            if (!seeksElsewhere) return seen;
            List<string> similar = Similar(reader, unit);
            return seen with
            {
                Hint = JournalRemedy.NeverLogged(unit.Name, similar.Take(MostUnitsNamed)),
                Elsewhere = similar.Select(name => unit with { Name = name }).FirstOrDefault(IsGrafanas)?.Source,
            };
        }
        catch (DllNotFoundException)
        {
            return Unreadable(JournalRemedy.NoLibrary);
        }
        catch (JournalException fault)
        {
            return Unreadable(fault.Message);
        }
    }

    private static LogFileInspection Unreadable(string problem) => new(LogFileFormat.Unreadable, null, 0, false, problem);

    /// <summary>Under /run everything is gone after a reboot.</summary>
    private static bool IsInMemoryOnly(JournalUnit unit) =>
        JournalFile.In(JournalFiles.DirectoriesOf(unit)).All(file => file.Path.StartsWith("/run/", StringComparison.Ordinal));

    /// <summary>Units of the same first word, or with Grafana in their name: what was meant, perhaps.</summary>
    private static List<string> Similar(JournalReader reader, JournalUnit unit)
    {
        string word = unit.Name.Split('-', '.', '@')[0];
        return [.. reader.Units()
            .Where(name =>
                name.Contains(word, StringComparison.OrdinalIgnoreCase) || name.Contains("grafana", StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal).Take(MostUnitsTried)];
    }

    /// <summary>By what it writes: its renderer, and these daemons, have Grafana in their names, too.</summary>
    private static bool IsGrafanas(JournalUnit unit) =>
        Of(unit, seeksElsewhere: false).Format is LogFileFormat.Text or LogFileFormat.Json or LogFileFormat.Console;
}
