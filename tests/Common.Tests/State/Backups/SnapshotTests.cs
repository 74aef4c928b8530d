using System.Globalization;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.State.Backups;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Common.Tests.State.Backups;

/// <summary>A copy at any moment, while the daemon writes between any two files that are read.</summary>
internal sealed class SnapshotTests : BackupScenario
{
    private AuditLog audit = null!;

    [SetUp]
    public void Open() => audit = AuditLog.Open(Audit, Time, NullLogger<AuditLog>.Instance);

    [TearDown]
    public void Close() => audit.Dispose();

    [Test]
    public async Task A_quiet_memory_is_copied_as_of_one_moment() =>
        Assert.That((await BackupSnapshot.TakeAsync(State, Parts, Time, CancellationToken.None)).IsOfOneMoment, Is.True);

    [Test]
    public async Task Days_without_end_are_copied_as_they_were_when_they_were_read_and_are_never_held_in_memory()
    {
        const int Length = 32 << 20;
        var (grown, replaced, gone) = (Day("2026-11-19"), Day("2026-11-20"), Day("2026-11-21"));
        var line = new string('x', 1023) + "\n";
        foreach (var day in new[] { grown, replaced, gone })
            System.IO.File.WriteAllText(day, string.Concat(Enumerable.Repeat(line, Length / line.Length)));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var taking = BackupSnapshot.TakeAsync(State, Parts, Time, CancellationToken.None);
        Assert.That(taking.IsCompletedSuccessfully, Is.True, "nothing is written meanwhile, so it is all done on this thread");
        using var snapshot = await taking;
        System.IO.File.AppendAllText(grown, "a line of later");
        System.IO.File.Delete(replaced);
        System.IO.File.WriteAllText(replaced, "erased");
        System.IO.File.Delete(gone);
        using var archive = new MemoryStream();
        var manifest = new BackupManifest(
            BackupManifest.OfBackups, BackupManifest.CurrentFormat, Identity.Daemon, "1", "here", Time.GetUtcNow(), IsOfOneMoment: true,
            new Dictionary<string, string>(), [], BackupArchive.Describe(BackupManifest.SettingsName, []), [.. snapshot.All]);
        BackupArchive.Write(archive, manifest, "", snapshot);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        archive.Position = 0;
        using var reader = new BackupReader(archive, Identity.Daemon, Parts);
        reader.ReadFiles(reader.ReadManifest(), Directory.CreateDirectory(Folder["unpacked"]).FullName);
        Assert.Multiple(() =>
        {
            Assert.That(allocated, Is.LessThan(Length / 2));
            foreach (var day in new[] { grown, replaced, gone })
                Assert.That(
                    System.IO.File.ReadLines(Path.Combine(Folder["unpacked"], "evidence", Path.GetFileName(day))).Count(),
                    Is.EqualTo(Length / line.Length), day);
        });

        string Day(string name) => Path.Combine(State, "evidence", $"{name}.jsonl");
    }

    [Test]
    public async Task A_daemon_that_writes_now_and_then_is_waited_for()
    {
        var writes = 5;
        var snapshot = await Time.PassPausesAsync(BackupSnapshot.TakeAsync(State, Parts, Time, CancellationToken.None, _ =>
        {
            if (writes-- > 0) Decide(writes);
        }));
        Assert.That(snapshot.IsOfOneMoment, Is.True);
    }

    /// <summary>
    /// The daemon's order is: intent in the state, mail in the outbox, evidence, audit, and last the state in which it is done. It takes a
    /// step of that between any two files that are read, at random, without end. Whatever the copy calls done is then in its audit, in its
    /// evidence and in its outbox, and the audit is whole.
    /// </summary>
    [Test]
    public async Task Of_a_daemon_that_never_rests_nothing_done_is_missing_in_the_copy()
    {
        var seed = int.TryParse(
            System.Environment.GetEnvironmentVariable("SIMULATION_SEED"),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var given) ? given : Random.Shared.Next();
        TestContext.Out.WriteLine($"SIMULATION_SEED={seed}");
        var random = new Random(seed);
        var steps = Endless().GetEnumerator();
        for (var history = 1; history <= 8; history++)
        {
            var snapshot = await Time.PassPausesAsync(BackupSnapshot.TakeAsync(State, Parts, Time, CancellationToken.None, _ =>
            {
                if (random.Next(2) == 0) steps.MoveNext();
                Time.Advance(TimeSpan.FromMilliseconds(200));
            }));
            Assert.That(snapshot.IsOfOneMoment, Is.False, "the daemon never rested");
            Check(snapshot);
        }
    }

    /// <summary>
    /// Once a day lines move from the log to the verdicts and old verdicts go, before any file of the audit that is read, and the daemon
    /// never rests.
    /// </summary>
    [Test]
    public async Task An_audit_that_is_being_trimmed_is_whole_in_the_copy()
    {
        for (var at = 0; at < 10; at++)
        {
            for (var i = 0; i < 5; i++) Decide(at * 10 + i);
            Time.Advance(TimeSpan.FromDays(100));
            var reads = 0;
            var snapshot = await Time.PassPausesAsync(BackupSnapshot.TakeAsync(State, Parts, Time, CancellationToken.None, path =>
            {
                if (path is not (AuditOptions.FileName or AuditOptions.VerdictsName)) return;
                if (reads++ == at) audit.Trim();
                audit.Append(new AuditEntry("told", "x", "told", new Dictionary<string, string>()));
                Time.Advance(TimeSpan.FromSeconds(6));
            }));
            Assert.That(snapshot.IsOfOneMoment, Is.False);
            Check(snapshot, isAuditKept: false);
        }
    }

    private void Decide(int number)
    {
        foreach (var _ in Steps(number)) { }
    }

    private IEnumerable<int> Endless()
    {
        for (var number = 0; ; number++)
            foreach (var step in Steps(number)) yield return step;
    }

    private IEnumerable<int> Steps(int number)
    {
        var name = $"d{number}";
        var done = LoadState()!.Accounts;
        System.IO.File.WriteAllText(Path.Combine(State, "outbox", $"{name}.json"), name);
        yield return 1;
        System.IO.File.WriteAllText(Path.Combine(State, "evidence", $"{name}.json"), name);
        yield return 2;
        audit.Append(new AuditEntry("decided", name, "decided", new Dictionary<string, string>()));
        yield return 3;
        Store.TryCompact(new HourProcessor(number, [.. done.TakeLast(30), name]), out _);
        // As old ones are tidied.
        foreach (var folder in Parts.Folders) System.IO.File.Delete(Path.Combine(State, folder, $"d{number - 80}.json"));
        yield return 4;
    }

    /// <summary>As whoever restores it finds it.</summary>
    private void Check(BackupSnapshot snapshot, bool isAuditKept = true)
    {
        var copy = Folder[$"copy{Guid.NewGuid():N}"];
        foreach (var (file, content) in snapshot.Files)
        {
            var path = Path.Combine(copy, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            System.IO.File.WriteAllBytes(path, content);
        }

        var options = Audit with { Directory = copy };
        Assert.That(AuditVerifier.Verify(options).Problems, Is.Empty);
        using (AuditLog.Open(options, Time, NullLogger<AuditLog>.Instance)) { }
        Assert.That(AuditVerifier.Verify(options).Problems, Is.Empty, "and after the next start");

        var state = (new FileState<HourProcessor>(copy, LedgerJson.Default.HourProcessor, format: 3).Load()
            as StateLoad<HourProcessor>.Loaded)!.Value;
        var audited = AuditReader.Read(options).Select(record => record.Case).ToHashSet();
        Assert.Multiple(() =>
        {
            foreach (var name in state.Accounts.Where(name => name.StartsWith('d')))
            {
                if (isAuditKept) Assert.That(audited, Does.Contain(name));
                Assert.That(System.IO.File.Exists(Path.Combine(copy, "evidence", $"{name}.json")), Is.True, $"evidence of {name}");
                Assert.That(System.IO.File.Exists(Path.Combine(copy, "outbox", $"{name}.json")), Is.True, $"mail of {name}");
            }
        });
    }
}
