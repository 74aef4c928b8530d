using Athena.Common.State;
using Athena.Common.State.Audit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Common.Tests.State.Audit;

/// <summary>A crash in the middle of a line and a full disk lose as little as they can, and what they lose is told.</summary>
internal sealed class AuditTroubleTests : AuditScenario
{
    [Test]
    public void A_line_cut_off_by_a_crash_at_any_byte_is_kept_told_of_and_no_tampering()
    {
        Write(Locked(1), Locked(2));
        var whole = File.ReadAllBytes(Options.File);
        var second = Array.IndexOf(whole, (byte)'\n') + 1;
        var head = File.ReadAllBytes(Options.Head);
        var firstHead = AuditLine.Write(new AuditAnchor(1, AuditReader.Read(Options).First().Hash));
        for (var length = second + 1; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(Options.File, whole[..length]);
            File.WriteAllBytes(Options.Head, firstHead);
            Write(Locked(3));

            var found = Verify();
            Assert.That(found.Problems, Is.Empty, $"cut at {length}");
            Assert.That(found.Remarks.Single(), Is.EqualTo("audit.jsonl line 2 was cut off by a crash; the line after it says so."));
            Assert.That(File.ReadAllBytes(Options.File)[..length], Is.EqualTo(whole[..length]), "nothing was cut away");
        }

        // Only the line end is missing: the line is whole.
        File.WriteAllBytes(Options.File, whole[..^1]);
        File.WriteAllBytes(Options.Head, head);
        Write(Locked(3));
        Assert.That(
            Verify(), Has.Property(nameof(AuditVerification.IsIntact)).True.And.Property(nameof(AuditVerification.Lines)).EqualTo(3));
    }

    [Test]
    public void On_a_full_disk_entries_wait_in_order_and_losses_are_told()
    {
        using var disk = TinyDisk.Mount();
        var options = new AuditOptions(disk.Path, TimeSpan.FromDays(90), TimeSpan.FromDays(700)) { PendingLimit = 5 };
        using (var log = AuditLog.Open(options, Time, NullLogger<AuditLog>.Instance))
        {
            log.Append(Locked(1));
            disk.Fill();
            for (var i = 2; i <= 40; i++)
                log.Append(Locked(i));
            Assert.That(log.Waiting, Is.EqualTo(5));
            Assert.That(log.Flush(), Is.False);
            Assert.That(AuditVerifier.Verify(options).Problems, Is.Empty);

            disk.MakeRoom();
            Assert.That(log.Flush());
            Assert.That(log.Waiting, Is.Zero);
        }

        var records = AuditReader.Read(options).ToList();
        var written = records.TakeWhile(r => r.Event == "locked").Select(r => r.Case).ToList();
        Assert.That(written, Is.EqualTo(Enumerable.Range(1, written.Count).Select(i => $"uid{i}")), "in order, without a hole");
        Assert.That(records[^1].Event, Is.EqualTo(AuditLog.LostEvent));
        Assert.That(records[^1].Verdict, Does.StartWith($"{40 - written.Count} entries lost"));
        Assert.That(AuditVerifier.Verify(options).IsIntact);
    }

    [Test]
    public void A_full_disk_at_the_start_stops_nobody()
    {
        using var disk = TinyDisk.Mount();
        var options = new AuditOptions(disk.Path, TimeSpan.FromDays(90), TimeSpan.FromDays(700));
        using (var log = AuditLog.Open(options, Time, NullLogger<AuditLog>.Instance))
            log.Append(Locked(1));
        File.AppendAllText(options.File, "{\"seq\":2,\"at\":\"cut o");
        disk.Fill();

        using (var log = AuditLog.Open(options, Time, NullLogger<AuditLog>.Instance))
        {
            log.Append(new AuditEntry("locked", "uid2", "v", new Dictionary<string, string> { ["x"] = new('x', 4000) }));
            log.Append(new AuditEntry("locked", "uid3", "v", new Dictionary<string, string> { ["x"] = new('x', 4000) }));
            disk.MakeRoom();
            Assert.That(log.Flush());
        }

        Assert.That(AuditReader.Read(options).Select(r => r.Event), Is.EqualTo(new[] { "locked", AuditLog.TornEvent, "locked", "locked" }));
        Assert.That(AuditVerifier.Verify(options).Problems, Is.Empty);
    }
}
