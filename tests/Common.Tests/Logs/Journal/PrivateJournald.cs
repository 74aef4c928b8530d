using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Athena.Common.Tests.Logs.Journal;

/// <summary>
/// A real systemd-journald in a mount namespace of its own, with an empty /run: nothing of this machine's journal is touched. Its sockets
/// and its journal are reached through /proc/PID/root.
/// </summary>
internal sealed partial class PrivateJournald : IDisposable
{
    private const string Daemon = "/usr/lib/systemd/systemd-journald";
    private const int UserSignal2 = 12; // signal(7): journald rotates (systemd-journald.service(8))

    private readonly Process _process;

    /// <param name="settings">Lines of section [Journal] of journald.conf(5).</param>
    public PrivateJournald(string settings = "")
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists(Daemon) || !File.Exists("/usr/bin/unshare"))
            Assert.Ignore("A journald of our own needs root, systemd and unshare.");
        string script = "mount -t tmpfs tmpfs /run && mkdir -p /run/log/journal /run/systemd/journald.conf.d && "
            + $"printf '%s' \"$1\" > /run/systemd/journald.conf.d/test.conf && exec {Daemon}";
        _process = Process.Start(new ProcessStartInfo("/usr/bin/unshare", ["-m", "sh", "-c", script, "sh", $"[Journal]\nStorage=volatile\nReadKMsg=no\nAudit=no\n{settings}\n"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        bool isReady = Wait(() => _process.HasExited || (Directory.Exists(JournalRoot) && Directory.EnumerateFiles(JournalRoot, "system.journal", SearchOption.AllDirectories).Any()));
        if (_process.HasExited || !isReady)
        {
            string words = _process.HasExited ? _process.StandardError.ReadToEnd().Trim() : "it does not begin";
            Dispose();
            Assert.Ignore($"A journald of our own cannot be run here: {words}");
        }
        Folder = Path.GetDirectoryName(Directory.EnumerateFiles(JournalRoot, "system.journal", SearchOption.AllDirectories).Single())!;
    }

    /// <summary>Where the journal's files are.</summary>
    public string Folder { get; } = "";

    private string Root => $"/proc/{_process.Id}/root";

    private string JournalRoot => $"{Root}/run/log/journal";

    public IEnumerable<string> Archived => Directory.EnumerateFiles(Folder, "system@*.journal");

    /// <summary>What a service's standard output is: a stream whose first lines say for whom (only root may name a unit).</summary>
    public Stream Output()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint($"{Root}/run/systemd/journal/stdout"));
        var stream = new NetworkStream(socket, ownsSocket: true);
        stream.Write(Encoding.ASCII.GetBytes($"grafana\n{JournalEntry.Unit}\n6\n0\n0\n0\n0\n"));
        return stream;
    }

    /// <summary>Begins a new file; returns when the old one is archived.</summary>
    public void Rotate()
    {
        int before = Archived.Count();
        Assert.That(Kill(_process.Id, UserSignal2), Is.Zero);
        Assert.That(Wait(() => Archived.Count() > before), Is.True);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Patience with another process, not a measurement.</summary>
    public static bool Wait(Func<bool> until)
    {
        long begin = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begin) < TimeSpan.FromSeconds(20))
        {
            if (until())
                return true;
            Thread.Sleep(5);
        }
        return false;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
