using System.Globalization;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Time;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// One line on a terminal that says how far a long scan is; nothing for the first second, and nothing where nobody looks.
/// </summary>
public sealed class ScanProgress(Window window, TextWriter terminal, TimeProvider time) : IProgress<WindowProgress>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly long begin = time.GetTimestamp();
    private TimeSpan shownAt;
    private int width;

    /// <summary>Null when standard error is no terminal.</summary>
    public static ScanProgress? OnTerminal<TSettings>(Window window, WorkerContext<TSettings> context) =>
        Console.IsErrorRedirected ? null : new ScanProgress(window, VisibleWriter.Unfiltered(context.Error), context.Time);

    public void Report(WindowProgress value)
    {
        var elapsed = time.GetElapsedTime(begin);
        if (elapsed < Patience || elapsed - shownAt < Interval) return;
        shownAt = elapsed;
        var part = value.At is { } at ? Math.Clamp((at - window.From) / window.Length, 0, 1) : 0;
        Show(string.Create(CultureInfo.InvariantCulture, $"reading… {part * 100:F0} %, {value.Lines} lines"));
    }

    /// <summary>Takes the line away again.</summary>
    public void Dispose()
    {
        if (width > 0) Show("");
        if (width > 0) terminal.Write('\r');
        width = 0;
    }

    private void Show(string text)
    {
        terminal.Write('\r' + text.PadRight(width));
        terminal.Flush();
        width = Math.Max(width, text.Length);
    }
}
