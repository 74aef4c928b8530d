using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Athena.Sandbox.Journal;

/// <summary>
/// A real systemd-journald in a mount namespace of its own, with an empty /run: nothing of this machine's journal is touched. Its sockets
/// and its journal are reached through /proc/PID/root. It ends with this object, and with this process however that ends.
/// </summary>
public sealed partial class PrivateJournald : IDisposable
{
    /// <summary>The unit in whose name <see cref="Output"/> writes.</summary>
    public const string Unit = "grafana-server.service";

    private const string Program = "/usr/lib/systemd/systemd-journald";
    // Of a journal file's header (systemd, docs/JOURNAL_FILE_FORMAT.md): n_objects and n_entries. A file begins with two hash tables.
    private const int ObjectCount = 144;
    private const int EntryCount = 152;
    private const int HashTables = 2;

    private const int Rotation = 12; // SIGUSR2: journald rotates (systemd-journald.service(8))

    // A shell keeps watch: the end of its standard input, which the kernel brings about even when we are killed, is the end of journald.
    private const string Script = "mount -t tmpfs tmpfs /run && mkdir -p /run/log/journal /run/systemd/journald.conf.d"
        + " && printf '%s' \"$1\" > /run/systemd/journald.conf.d/own.conf && { " + Program + " & child=$!; }"
        + " && trap '' INT TERM HUP && echo $child && read -r end; kill -KILL $child; wait $child";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const int SolSocket = 1; // socket(7)
    private const int SoPassCred = 16; // unix(7)

    private readonly Process watch;
    private readonly int journald;
    private string said = "";

    private PrivateJournald(Process watch, int journald)
    {
        this.watch = watch;
        this.journald = journald;
    }

    /// <summary>Where the journal's files are.</summary>
    public string Folder { get; private set; } = "";

    /// <summary>As in the setting LOG.</summary>
    public string Source => $"journal:{Folder}/{Unit}";

    /// <summary>The files that are no longer written to.</summary>
    public IEnumerable<string> Archived => Directory.EnumerateFiles(Folder, "system@*.journal");

    private string Root => $"/proc/{watch.Id}/root";

    private string JournalRoot => $"{Root}/run/log/journal";

    /// <param name="settings">Lines of section [Journal] of journald.conf(5).</param>
    /// <param name="journald">The running one; null where none can be run.</param>
    /// <param name="whyNot">The reason, when there is none.</param>
    public static bool TryStart(string settings, [NotNullWhen(true)] out PrivateJournald? journald, [NotNullWhen(false)] out string? whyNot)
    {
        journald = null;
        whyNot = "A journald of our own needs root, systemd and unshare.";
        if (!Environment.IsPrivilegedProcess || !File.Exists(Program) || !File.Exists("/usr/bin/unshare")) return false;
        var watch = Process.Start(new ProcessStartInfo(
            "/usr/bin/unshare", ["-m", "sh", "-c", Script, "sh", $"[Journal]\nStorage=volatile\nReadKMsg=no\nAudit=no\n{settings}\n"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var isStarted = int.TryParse(watch.StandardOutput.ReadLine(), NumberStyles.None, CultureInfo.InvariantCulture, out var id);
        var own = new PrivateJournald(watch, id);
        if (isStarted && Wait(() => !Directory.Exists($"/proc/{id}") || own.Files().Any(HasEntry))
            && own.Files().FirstOrDefault() is { } file)
        {
            own.Folder = Path.GetDirectoryName(file)!;
            (journald, whyNot) = (own, null);
            return true;
        }

        own.Dispose();
        whyNot = $"A journald of our own cannot be run here: {own.said}";
        return false;
    }

    /// <summary>What a service's standard output is: a stream whose first lines say for whom (only root may name a unit).</summary>
    public Stream Output()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        // journald asks for the sender's credentials a moment after it took the connection (stdout_stream_new in systemd 252). What came in
        // that moment would have none, and journald would not believe the unit's name. So the sender adds them.
        socket.SetRawSocketOption(SolSocket, SoPassCred, BitConverter.GetBytes(1));
        socket.Connect(new UnixDomainSocketEndPoint($"{Root}/run/systemd/journal/stdout"));
        var stream = new NetworkStream(socket, ownsSocket: true);
        stream.Write(Encoding.ASCII.GetBytes($"grafana\n{Unit}\n6\n0\n0\n0\n0\n"));
        return stream;
    }

    /// <summary>Begins a new file; returns when the old one is archived and the new one can be read.</summary>
    /// <exception cref="InvalidOperationException">journald does not do it.</exception>
    public void Rotate()
    {
        var before = Archived.Count();
        var isDone = Kill(journald, Rotation) == 0
            && Wait(() => Archived.Count() > before && Files().Any(file => Count(file, ObjectCount) >= HashTables));
        if (!isDone) throw new InvalidOperationException("journald does not rotate.");
    }

    /// <summary>Makes room as journald does when its limit is reached: every archived file goes.</summary>
    public void Vacuum()
    {
        foreach (var archived in Archived.ToList()) File.Delete(archived);
    }

    public void Dispose()
    {
        watch.StandardInput.Close();
        said = watch.StandardError.ReadToEnd().Trim();
        watch.WaitForExit();
        watch.Dispose();
    }

    private IEnumerable<string> Files() =>
        Directory.Exists(JournalRoot) ? Directory.EnumerateFiles(JournalRoot, "system.journal", SearchOption.AllDirectories) : [];

    /// <summary>
    /// Whether journald has written its first words into a file. One that is just being made cannot be read yet, and whoever opened it
    /// would rightly say that there is a gap.
    /// </summary>
    private static bool HasEntry(string path) => Count(path, EntryCount) > 0;

    private static ulong Count(string path, int offset)
    {
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) { Position = offset };
        return file.ReadAtLeast(count, count.Length, throwOnEndOfStream: false) == count.Length
            ? BinaryPrimitives.ReadUInt64LittleEndian(count)
            : 0;
    }

    private static bool Wait(Func<bool> until)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!until())
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience) return false;
            Thread.Sleep(5);
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
