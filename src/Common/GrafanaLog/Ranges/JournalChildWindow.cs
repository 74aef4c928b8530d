using System.ComponentModel;
using System.Diagnostics;
using Athena.Common.GrafanaLog.Sources.JournalSource;
using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Ranges;

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
