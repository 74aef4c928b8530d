using System.Diagnostics;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.GrafanaLog.Sources.JournalSource;

/// <summary>A real journal file being written: systemd-journal-remote makes it of what comes down its standard input.</summary>
internal sealed class JournalFeed : IDisposable
{
    private const string Tool = "/usr/lib/systemd/systemd-journal-remote";

    private readonly Process process;

    public JournalFeed(string path)
    {
        if (!File.Exists(Tool))
            NotRun.Missing("systemd-journal-remote is missing, which makes journal files: tests/interop/install.sh");
        process = Process.Start(new ProcessStartInfo(Tool, ["-o", path, "--split-mode=none", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
    }

    public void Write(params JournalEntry[] entries)
    {
        foreach (JournalEntry entry in entries)
            Write(entry.Export());
    }

    public void Write(ReadOnlySpan<byte> export)
    {
        process.StandardInput.BaseStream.Write(export);
        process.StandardInput.BaseStream.Flush();
    }

    /// <summary>Everything is in the file when it ends.</summary>
    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(20)))
            process.Kill();
        process.Dispose();
    }
}
