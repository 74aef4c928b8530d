using System.Globalization;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Time;

namespace Athena.Common.Daemon.CommandLine;

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
