using System.Globalization;

namespace Athena.Sandbox.GrafanaLog;

/// <summary>
/// <c>grafana.log</c> on disk: each line is one write; after so many lines, or at the first write after local midnight, the file is
/// renamed to <c>grafana.log.YYYY-MM-DD.NNN</c> and a new one takes its name (docs/grafana.md §3).
/// </summary>
public sealed class RotatingLog : IDisposable
{
    private readonly Lock gate = new();
    private readonly string? path;
    private readonly StandInOptions options;
    private FileStream? file;
    private int lines;
    private DateOnly day;

    internal RotatingLog(StandInOptions options)
    {
        path = options.LogFile;
        this.options = options;
        day = Today;
        if (path is null) return;
        if (File.Exists(path)) lines = File.ReadLines(path).Count();
        Open();
    }

    private DateOnly Today => DateOnly.FromDateTime(options.Time.GetUtcNow().ToOffset(options.ServerOffset).DateTime);

    internal void Write(LogEntry entry)
    {
        if (path is not null || options.Output is not null) WriteRaw(LineWriter.Format(entry, options.LogFormat, options.ServerOffset));
    }

    /// <summary>
    /// Appends bytes as they are (a whole line with its newline): recorded traffic, or noise that a test wants in the file.
    /// </summary>
    public void WriteRaw(ReadOnlySpan<byte> line)
    {
        lock (gate)
        {
            options.Output?.Write(line);
            if (file is null) return;
            if (lines >= options.LogMaxLines || Today != day) Rotate();
            file.Write(line);
            lines++;
        }
    }

    /// <summary>Puts whole lines before all that is in the file: what a server wrote before this one was started.</summary>
    internal void WritePast(ReadOnlySpan<byte> past)
    {
        lock (gate)
        {
            options.Output?.Write(past);
            if (file is null) return;
            file.Dispose();
            File.WriteAllBytes(path!, [.. past, .. File.ReadAllBytes(path!)]);
            lines += past.Count((byte)'\n');
            Open();
        }
    }

    /// <summary>Renames the file now and starts a new one.</summary>
    public void Rotate()
    {
        lock (gate)
        {
            if (path is null || file is null) return;
            file.Dispose();
            day = Today;
            for (var number = 1; number <= 999 && File.Exists(path); number++) // Somebody else, logrotate perhaps, may have renamed it.
            {
                var target = string.Create(CultureInfo.InvariantCulture, $"{path}.{day:yyyy-MM-dd}.{number:D3}");
                if (File.Exists(target)) continue;
                File.Move(path, target);
                break;
            }

            Open();
            lines = 0;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            file?.Dispose();
            file = null;
        }
    }

    // No buffer: a line is in the file when Write returns, by a single write call.
    private void Open()
    {
        var how = new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows()) how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        file = new FileStream(path!, how);
    }
}
