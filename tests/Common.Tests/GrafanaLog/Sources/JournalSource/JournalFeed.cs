using System.Diagnostics;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.GrafanaLog.Sources.JournalSource;

/// <summary>A real journal file being written: systemd-journal-remote makes it of what comes down its standard input.</summary>
internal sealed class JournalFeed : IDisposable
{
    private const string Tool = "/usr/lib/systemd/systemd-journal-remote";

    private readonly Process _process;

    public JournalFeed(string path)
    {
        if (!File.Exists(Tool))
            NotRun.Missing("systemd-journal-remote is missing, which makes journal files: tests/interop/install.sh");
        _process = Process.Start(new ProcessStartInfo(Tool, ["-o", path, "--split-mode=none", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    public void Write(params JournalEntry[] entries)
    {
        foreach (JournalEntry entry in entries)
            Write(entry.Export());
    }

    public void Write(ReadOnlySpan<byte> export)
    {
        _process.StandardInput.BaseStream.Write(export);
        _process.StandardInput.BaseStream.Flush();
    }

    /// <summary>Everything is in the file when it ends.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(20)))
            _process.Kill();
        _process.Dispose();
    }
}
