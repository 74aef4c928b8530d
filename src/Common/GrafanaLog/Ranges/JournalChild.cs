using System.Diagnostics;
using System.Globalization;
using Athena.Common.GrafanaLog.Sources.JournalSource;
using Athena.Common.Settings;
using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>
/// The process that reads a window of the journal: this program once more, started with a command that no help names. It writes lines to
/// its standard output and ends; whatever ends it before that is a gap and nothing worse.
/// </summary>
public static class JournalChild
{
    private const string Command = "read-journal-window";

    /// <summary>What a .NET program needs to start, and nothing that may be a secret.</summary>
    private static readonly string[] Inherited = ["DOTNET_", "LD_LIBRARY_PATH"];

    /// <summary>For <c>Program.cs</c>, before anything else is done: whether this process is such a child.</summary>
    public static bool IsMeant(IReadOnlyList<string> args) => args.Count == 4 && args[0] == Command;

    /// <summary>Reads the window that <paramref name="args"/> tell and writes its lines to <paramref name="output"/>.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> args, Stream output)
    {
        if (!IsMeant(args) || JournalUnit.TryParse(args[1]) is not { } unit || !TryParse(args[2], out DateTimeOffset from)
            || !TryParse(args[3], out DateTimeOffset to))
            return 1;
        var writer = new FrameWriter(output);
        JournalReport report = JournalWindow.Read(
            unit,
            new Window(from, to),
            writer.Line,
            (unfinished, tooLong) =>
            {
                writer.Marks(FrameMark.Unfinished, unfinished);
                writer.Marks(FrameMark.TooLong, tooLong);
            });
        writer.Report(report);
        return 0;
    }

    /// <param name="binary">The program and what stands before the command: see <see cref="OwnProgram.Command"/>.</param>
    internal static ProcessStartInfo StartInfo(IReadOnlyList<string> binary, JournalUnit unit, Window window)
    {
        string name = unit.Source[(unit.Source.IndexOf(':') + 1)..];
        var start = new ProcessStartInfo(binary[0], [.. binary.Skip(1), Command, name, Format(window.From), Format(window.To)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (string variable in start.Environment.Keys.Where(variable =>
            !Inherited.Any(kept => variable.StartsWith(kept, StringComparison.Ordinal))).ToArray())
            start.Environment.Remove(variable);
        return start;
    }

    private static string Format(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    private static bool TryParse(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}
