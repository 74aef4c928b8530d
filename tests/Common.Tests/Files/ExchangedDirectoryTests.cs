using System.Runtime.InteropServices;
using Athena.Common.Files;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.Tests.Notify;
using Athena.Common.Tests.State;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Files;

/// <summary>
/// Code of the daemon's user exchanges what lies in the state directory for links to files of root (rename(2), RENAME_EXCHANGE), without a
/// pause, while root runs commands there. Whatever these say: of root's files nothing is changed, moved, made or given away.
/// </summary>
internal sealed partial class ExchangedDirectoryTests
{
    private static readonly string[] Files =
    [
        "state.json", "state.previous.json", "state.json.tmp", "state.log", "state.previous.log", "audit.jsonl", "audit.head", "lock",
        HoldCommand.Written, HoldCommand.Written + ".tmp",
    ];
    private static readonly string[] Folders = ["outbox", "restore.new", "restore.ready", "restore.cleared"];

    private TemporaryDirectory directory = null!;
    private int exchanged;

    private string State => directory["theirs/state"];

    [SetUp]
    public void Prepare()
    {
        OwnProgram.DemandRoot();
        directory = new TemporaryDirectory();
        exchanged = 0;
        foreach (var name in (string[])["theirs/state/outbox", "run", "etc", "roots", "roots/memory", "backups"])
            Directory.CreateDirectory(directory[name]);
        foreach (var name in (string[])["roots/shadow", "roots/daemon.json", "roots/x.tmp", "roots/memory/ld.so.preload"])
            File.WriteAllText(directory[name], name);
        Assert.That(
            new FileState<HourProcessor>(State, LedgerJson.Default.HourProcessor).TryCompact(new HourProcessor(1, ["one"]), out _),
            Is.True);
        File.WriteAllText(Path.Combine(State, "outbox/0a.json"), "{}");
        Tool.Run("chown", "-R", $"{OwnProgram.Daemon}:{OwnProgram.Daemon}", directory["theirs"]);
        Directory.CreateSymbolicLink(directory["state"], "theirs/state");
    }

    [TearDown]
    public void Clean() => directory?.Dispose();

    [Test]
    public void A_backup_into_a_folder_of_root_and_a_restore_from_a_file_of_root_work()
    {
        File.SetUnixFileMode(directory["backups"], PrivateFile.DirectoryMode);
        var backup = OwnProgram.Run(directory, null, "backup", directory["backups"]);
        Assert.That(backup.ExitCode, Is.Zero, backup.Error);
        var file = Directory.GetFiles(directory["backups"]).Single();
        Assert.That(backup.Output, Does.Contain($", in {file}"));
        Assert.That(Tool.Run("stat", "-c", "%u:%g %a", file).Trim(), Is.EqualTo("0:0 600"));

        File.Delete(Path.Combine(State, "state.json"));
        var restore = OwnProgram.Run(directory, null, "restore", file, "--replace");
        Assert.That(restore.ExitCode, Is.Zero, restore.Error);
        Assert.That(
            Tool.Run("find", directory["theirs"], "-not", "-uid", $"{OwnProgram.Daemon}"), Is.Empty, "what belongs to somebody else");
        Assert.That(File.Exists(Path.Combine(State, "state.json")));

        // Root would write where that user says.
        var into = OwnProgram.Run(directory, null, "backup", Path.Combine(State, "outbox"));
        Assert.That((into.ExitCode, into.Error), Is.EqualTo(
            (ExitCode.NotPermitted,
                $"grafana-test: {State}/outbox belongs to the user of grafana-test, who could lead root elsewhere there: take another "
                + "folder.\n")));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Nothing_of_root_is_touched_whatever_is_exchanged_meanwhile(int seed)
    {
        var backup = directory["backups/b.tar.gz"];
        Assert.That(OwnProgram.Run(directory, null, "backup", backup).ExitCode, Is.Zero);
        File.SetUnixFileMode(directory.Path, File.GetUnixFileMode(directory.Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var before = RootsFiles();
        using var stop = new CancellationTokenSource();
        Exception? fault = null;
        var attacker = new Thread(() =>
        {
            try
            {
                Exchange(new Random(seed), stop.Token);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                fault = e; // Thrown here it would end the test host.
            }
        });
        attacker.Start();
        // On a busy machine an attacker comes to little while four commands run.
        for (var round = 0; round == 0 || (round < 20 && attacker.IsAlive && Volatile.Read(ref exchanged) <= 100); round++)
        {
            foreach (var command in (string[][])
            [
                [HoldCommand.Name],
                ["audit", "verify"],
                ["restore", backup, "--replace"],
                ["backup", directory[$"backups/c{round}.tar.gz"]],
            ])
                _ = OwnProgram.Run(directory, null, command);
        }

        stop.Cancel();
        attacker.Join();
        Assert.That(fault, Is.Null, "the attacker works");
        Assert.That(exchanged, Is.GreaterThan(100));
        Assert.That(RootsFiles(), Is.EqualTo(before));
    }

    private string RootsFiles() => Tool.Run("find", directory["roots"], "-printf", "%p %U:%G %m %T@ %s\n")
        + string.Concat(Directory.GetFiles(directory["roots"], "*", SearchOption.AllDirectories).Order().Select(File.ReadAllText));

    /// <summary>With the daemon's rights: setfsuid(2) is for this thread alone.</summary>
    private void Exchange(Random random, CancellationToken stop)
    {
        _ = SetFileSystemUser(OwnProgram.Daemon);
        foreach (var name in Files) File.CreateSymbolicLink(Path.Combine(directory["theirs"], "to-" + name), directory["roots/shadow"]);
        foreach (var name in Folders.Append("state"))
            Directory.CreateSymbolicLink(Path.Combine(directory["theirs"], "to-" + name), directory["roots"]);
        while (!stop.IsCancellationRequested)
        {
            // At times the whole directory. A name that is not there gets the link; what was moved away comes back.
            var name = random.Next(40) == 0 ? "state" : ((string[])[.. Files, .. Folders])[random.Next(Files.Length + Folders.Length)];
            var (inside, link) = (name == "state" ? State : Path.Combine(State, name), Path.Combine(directory["theirs"], "to-" + name));
            if (Rename(inside, link, 2) == 0 || Rename(link, inside, 1) == 0) Interlocked.Increment(ref exchanged);
        }
    }

    private static int Rename(string from, string to, uint flags) => RenameAt(-100, from, -100, to, flags);

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileSystemUser(uint user);

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt(int fromDirectory, string from, int toDirectory, string to, uint flags);
}
