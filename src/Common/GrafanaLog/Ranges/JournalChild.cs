using System.ComponentModel;
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

/// <summary>
/// Reads a window of the journal through a <see cref="JournalChild"/>, and tells what was not read when that ends before its time.
/// </summary>
/// <param name="binary">See <see cref="Athena.Common.Settings.OwnProgram.Command"/>.</param>
/// <param name="time">For the patience.</param>
internal sealed class JournalChildWindow(IReadOnlyList<string> binary, TimeProvider time)
{
    // signal(7). The runtime ends with SIGABRT when native code gets a SIGBUS.
    private const int Abort = 6;
    private const int BusError = 7;
    private const int KillSignal = 9;
    private const int SegmentationFault = 11;

    /// <summary>How long a child may be silent. It writes as fast as it is read, so it hangs, perhaps on a disk.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>How long a child that has said all may take to end.</summary>
    private static readonly TimeSpan FarewellPatience = TimeSpan.FromSeconds(5);

    /// <summary>Does not throw for what a journal may be.</summary>
    /// <param name="onProgress">Called after each read from the child; may throw to end the reading.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled; the child is gone.</exception>
    public Coverage Read(JournalUnit unit, Window window, WindowLines lines, Action onProgress, CancellationToken cancel)
    {
        string? end;
        try
        {
            using Process child = Process.Start(JournalChild.StartInfo(binary, unit, window))!;
            end = Read(child, lines, onProgress, cancel);
        }
        catch (Win32Exception fault)
        {
            end = $"could not be started: {fault.Message}";
        }
        cancel.ThrowIfCancellationRequested();
        if (end is not null)
        {
            DateTimeOffset from = lines.Last is { } last && last > window.From ? last : window.From;
            lines.Add(new Gap(from, window.To, GapCause.ReaderDied, $"the process that reads the journal {end}"));
        }
        return lines.Conclude(JournalRemedy.Console(unit.Name));
    }

    /// <returns>How it ended, if it ended without a report.</returns>
    private string? Read(Process child, WindowLines lines, Action onProgress, CancellationToken cancel)
    {
        bool isTooLate = false;
        using ITimer patience = time.CreateTimer(
            _ =>
            {
                isTooLate = true;
                Kill(child);
            },
            null, Patience, Timeout.InfiniteTimeSpan);
        using CancellationTokenRegistration cancelled = cancel.Register(() => Kill(child));
        string? complaint = null;
        child.ErrorDataReceived += (_, line) => complaint = string.IsNullOrWhiteSpace(line.Data) ? complaint : line.Data;
        child.BeginErrorReadLine();
        child.StandardInput.Close();
        bool hasEnded = false;
        try
        {
            var frames = new FrameReader(child.StandardOutput.BaseStream, () =>
            {
                patience.Change(Patience, Timeout.InfiniteTimeSpan);
                onProgress();
            });
            JournalReport? report = frames.Read(lines);
            hasEnded = child.WaitForExit(FarewellPatience);
            if (report is not null)
            {
                foreach (Gap gap in report.Gaps)
                    lines.Add(gap);
                return null;
            }
            return isTooLate ? $"was silent for {Patience.TotalSeconds:0} s and was ended"
                : hasEnded ? Death(child.ExitCode, complaint)
                : "closed its output";
        }
        finally
        {
            // Also when the handler threw: nobody reads any more.
            if (!hasEnded)
                Kill(child);
        }
    }

    private static string Death(int exitCode, string? complaint)
    {
        string how = exitCode switch
        {
            // As a shell tells of a signal.
            128 + Abort or 128 + BusError or 128 + SegmentationFault =>
                "died over a journal file that is damaged or was cut short, 'journalctl --verify' tells which",
            128 + KillSignal => "was killed",
            > 128 => $"was ended by signal {exitCode - 128}",
            _ => $"ended with exit code {exitCode}",
        };
        return exitCode > 128 || complaint is null ? how : $"{how}: {complaint}";
    }

    private static void Kill(Process child)
    {
        try
        {
            child.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
