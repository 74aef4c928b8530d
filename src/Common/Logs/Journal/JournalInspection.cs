using System.Buffers;

namespace Athena.Common.Logs.Journal;

/// <summary>What the last lines of a unit in the journal tell about it, for <c>check</c>.</summary>
internal static class JournalInspection
{
    /// <summary>As much as of a file: about 256 KiB of Grafana's lines.</summary>
    private const ulong LastEntries = 800;

    private const int MostUnitsNamed = 3;

    /// <summary>Looks once. Does not throw for what a journal may be.</summary>
    public static LogFileInspection Of(JournalUnit unit)
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
                lines.WrittenSpan, JournalRemedy.Console(unit.Name), $"{unit.Name} writes no line as Grafana's logger does. Set LOG to the unit that runs Grafana.");
            string? hint = lines.WrittenCount == 0 ? JournalRemedy.NeverLogged(unit.Name, Similar(reader, unit))
                : IsInMemoryOnly(unit) ? JournalRemedy.InMemoryOnly
                : null;
            return seen with { Hint = hint };
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
            .Where(name => name.Contains(word, StringComparison.OrdinalIgnoreCase) || name.Contains("grafana", StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal).Take(MostUnitsNamed)];
    }
}
