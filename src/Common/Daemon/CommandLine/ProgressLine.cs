using System.Globalization;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Time;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// One line on a terminal that says how far something long is; nothing for the first second, and nothing where nobody looks. It is taken
/// away before anything else is written.
/// </summary>
/// <param name="terminal">Unfiltered: what is shown is ours.</param>
/// <param name="time">Of seconds that pass.</param>
public sealed class ProgressLine(TextWriter terminal, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly long begin = time.GetTimestamp();
    private TimeSpan shownAt;
    private int width;

    /// <summary>Null when standard error is no terminal.</summary>
    public static ProgressLine? OnTerminal<TSettings>(WorkerContext<TSettings> context) =>
        Console.IsErrorRedirected ? null : new ProgressLine(VisibleWriter.Unfiltered(context.Error), context.Time);

    /// <inheritdoc cref="WhileAsync(ProgressLine?, string, Task, TimeProvider)"/>
    public static Task WhileAsync<TSettings>(WorkerContext<TSettings> context, string what, Task work) =>
        WhileAsync(OnTerminal(context), what, work, context.Time);

    /// <summary>
    /// Says with the seconds that something goes on whose end nobody can tell. The line is gone when it has ended, well or not.
    /// </summary>
    /// <param name="line">Disposed of; null where nobody looks.</param>
    /// <param name="what">Is going on.</param>
    /// <param name="work">What goes on; its fault is thrown here.</param>
    /// <param name="time">Of the seconds.</param>
    public static async Task WhileAsync(ProgressLine? line, string what, Task work, TimeProvider time)
    {
        using (line)
        {
            while (line is not null && await Task.WhenAny(work, Task.Delay(Patience, time)).ConfigureAwait(false) != work)
                line.Show(what);
        }

        await work.ConfigureAwait(false);
    }

    /// <summary>With the seconds that it has taken up to now.</summary>
    public void Show(string text)
    {
        var elapsed = time.GetElapsedTime(begin);
        if (elapsed < Patience || elapsed - shownAt < Interval) return;
        shownAt = elapsed;
        Write(string.Create(CultureInfo.InvariantCulture, $"{text} {elapsed.TotalSeconds:F0} s"));
    }

    /// <summary>Takes the line away again.</summary>
    public void Clear()
    {
        if (width == 0) return;
        Write("");
        terminal.Write('\r');
        terminal.Flush();
        width = 0;
    }

    public void Dispose() => Clear();

    private void Write(string text)
    {
        terminal.Write('\r' + text.PadRight(width));
        terminal.Flush();
        width = Math.Max(width, text.Length);
    }
}

/// <summary>How far a long scan of a window is.</summary>
public sealed class ScanProgress(Window window, TextWriter terminal, TimeProvider time) : IProgress<WindowProgress>, IDisposable
{
    private readonly ProgressLine line = new(terminal, time);

    /// <summary>Null when standard error is no terminal.</summary>
    public static ScanProgress? OnTerminal<TSettings>(Window window, WorkerContext<TSettings> context) =>
        Console.IsErrorRedirected ? null : new ScanProgress(window, VisibleWriter.Unfiltered(context.Error), context.Time);

    public void Report(WindowProgress value)
    {
        var part = value.At is { } at ? Math.Clamp((at - window.From) / window.Length, 0, 1) : 0;
        line.Show(string.Create(CultureInfo.InvariantCulture, $"reading… {part * 100:F0} %, {value.Lines} lines,"));
    }

    /// <summary>Takes the line away again.</summary>
    public void Dispose() => line.Dispose();
}
