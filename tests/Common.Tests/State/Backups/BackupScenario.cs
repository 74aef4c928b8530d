using System.Formats.Tar;
using System.IO.Compression;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.State.Backups;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Common.Tests.State.Backups;

/// <summary>A daemon with a state, an audit, an outbox, evidence and totals, and its commands.</summary>
internal abstract class BackupScenario
{
    protected static readonly WorkerIdentity Identity = new("grafana-test", "test", "Tests what a daemon is.");
    protected static readonly BackupContents Parts = new(["totals.jsonl"], ["evidence", "outbox"]);

    protected ManualTime Time { get; private set; } = null!;

    /// <summary>Holds the state directory <c>state</c>, and whatever else a test writes.</summary>
    protected TemporaryDirectory Folder { get; private set; } = null!;

    protected Dictionary<string, string> Environment { get; } = [];

    protected StringWriter Output { get; private set; } = null!;

    protected StringWriter Error { get; private set; } = null!;

    /// <summary>What the daemon's own part of a restore does.</summary>
    protected Action<RestoredBackup> Adopting { get; set; } = _ => { };

    protected string State => Folder["state"];

    protected string File => Folder["backup.tar.gz"];

    protected AuditOptions Audit => new(State, TimeSpan.FromDays(90), TimeSpan.FromDays(365));

    protected FileState<HourProcessor> Store => new(State, LedgerJson.Default.HourProcessor, format: 3);

    [SetUp]
    public void Make()
    {
        Time = new ManualTime();
        Folder = new TemporaryDirectory();
        (Output, Error) = (new StringWriter(), new StringWriter());
        Adopting = memory => memory.Adopt(
            new FileState<HourProcessor>(memory.Directory, LedgerJson.Default.HourProcessor, format: 3), _ => { });
        Environment.Clear();
        Environment["STATE_DIRECTORY"] = State;
        Environment["RUNTIME_DIRECTORY"] = Folder.Path;
        Environment["MAIL_TO"] = "admin@example.org";
        Environment["SMTP_PASSWORD"] = "hush-hush";
        Work(State, "one", "two");
    }

    [TearDown]
    public void Clean()
    {
        Output.Dispose();
        Error.Dispose();
        Folder.Dispose();
    }

    /// <summary>As if the daemon had worked there.</summary>
    protected void Work(string directory, params string[] accounts)
    {
        Directory.CreateDirectory(directory);
        var options = Audit with { Directory = directory };
        using (var audit = AuditLog.Open(options, Time, NullLogger<AuditLog>.Instance))
            foreach (var account in accounts)
                audit.Append(new AuditEntry("locked", account, "locked", new Dictionary<string, string> { ["login"] = account }));
        Assert.That(
            new FileState<HourProcessor>(directory, LedgerJson.Default.HourProcessor, format: 3)
                .TryCompact(new HourProcessor(1, accounts), out _),
            Is.True);
        foreach (var folder in Parts.Folders) Directory.CreateDirectory(Path.Combine(directory, folder));
        System.IO.File.WriteAllText(Path.Combine(directory, "outbox", "0a1b.json"), "{\"key\":\"a mail\"}");
        System.IO.File.WriteAllText(Path.Combine(directory, "evidence", "AC-20261121T0800Z.json"), "{}");
        System.IO.File.WriteAllText(Path.Combine(directory, "totals.jsonl"), "{}\n");
        System.IO.File.WriteAllText(Path.Combine(directory, "grafana-session.json"), "a session that nobody may have");
        System.IO.File.WriteAllText(Path.Combine(directory, "outbox", "0a1b.json.tmp"), "half a mail");
    }

    protected Task<int> InvokeAsync(params string[] args)
    {
        var program = new WorkerProgram<string>(Identity, reader =>
        {
            reader.Secret("SMTP_PASSWORD", "hidden");
            reader.Text("REPORT_HOURS", "06-18", "when");
            return reader.Required("MAIL_TO", "who is told");
        })
        {
            Compose = (_, _) => { },
            Once = (_, _, _) => Task.FromResult(ExitCode.Fault),
            Check = (_, _, _, _) => Task.CompletedTask,
            Memory = new BackupSource<string>(Parts, (memory, _, _, _) =>
            {
                Adopting(memory);
                return Task.CompletedTask;
            }),
            Source = daemon => new SettingsSource(Environment, null, Folder[daemon]),
            Time = Time,
        };
        return program.InvokeAsync(args, Output, Error);
    }

    protected async Task BackUpAsync() => Assert.That(await InvokeAsync("backup", File), Is.EqualTo(ExitCode.Ok), Error.ToString());

    protected HourProcessor? LoadState() => Store.Load() is StateLoad<HourProcessor>.Loaded loaded ? loaded.Value : null;

    protected static List<(string Name, byte[] Content)> Entries(string archive)
    {
        using var file = System.IO.File.OpenRead(archive);
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(unpacked);
        List<(string, byte[])> entries = [];
        while (tar.GetNextEntry() is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            entries.Add((entry.Name, content.ToArray()));
        }

        return entries;
    }

    /// <summary>Everything below the folder of the test and what is in it, to see that nothing else was touched.</summary>
    protected List<string> Everything() =>
        [.. Directory.EnumerateFileSystemEntries(Folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(path => Path.GetFileName(path) != StateLock.FileName)
            .Select(path =>
                System.IO.File.Exists(path)
                    ? $"{path} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.IO.File.ReadAllBytes(path)))}"
                    : path)];
}
