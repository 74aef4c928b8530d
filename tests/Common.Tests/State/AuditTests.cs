using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Athena.Common.Hosting;
using Athena.Common.State;
using Athena.Common.Tests.Hosting;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Common.Tests.State;

internal sealed class AuditTests
{
    private ManualTime time = null!;
    private TemporaryDirectory directory = null!;

    private AuditOptions Options => new(directory.Path, TimeSpan.FromDays(90), TimeSpan.FromDays(7 * 365));

    [SetUp]
    public void MakeDirectory()
    {
        directory = new TemporaryDirectory();
        time = new ManualTime();
    }

    [TearDown]
    public void RemoveDirectory() => directory.Dispose();

    [Test]
    public void A_line_tells_what_was_decided_and_when_with_the_servers_offset()
    {
        Write(Locked(1));

        var line = JsonNode.Parse(File.ReadAllText(Options.File))!;
        Assert.That((long)line["seq"]!, Is.EqualTo(1));
        Assert.That((string?)line["at"], Is.EqualTo("2026-11-21T10:00:00.000000+02:00"));
        Assert.That((string?)line["event"], Is.EqualTo("locked"));
        Assert.That((string?)line["case"], Is.EqualTo("uid1"));
        Assert.That((string?)line["facts"]!["login"], Is.EqualTo("login1"));
        Assert.That((string?)line["prev"], Is.EqualTo(new string('0', 64)));
        Assert.That(Verify().IsIntact);
    }

    [Test]
    public void Goes_on_where_it_was_after_a_restart()
    {
        Write(Locked(1), Locked(2));
        Write(Locked(3));

        Assert.That(AuditReader.Read(Options).Select(r => r.Seq), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(AuditReader.Read(Options, "uid2").Single().Facts!["login"], Is.EqualTo("login2"));
        Assert.That(Verify(), Has.Property(nameof(AuditVerification.Lines)).EqualTo(3).And.Property(nameof(AuditVerification.IsIntact)).True);
    }

    [Test]
    public void Files_are_for_their_owner_only()
    {
        Write(Locked(1));
        time.Advance(TimeSpan.FromDays(91));
        Trim();

        Assert.That(Directory.GetFiles(directory.Path), Has.Length.EqualTo(3));
        foreach (var file in Directory.EnumerateFiles(directory.Path))
            Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite), file);
    }

    [Test]
    public void Hostile_text_stays_data()
    {
        Write(new AuditEntry("locked", "uid\n1", "v", new Dictionary<string, string> { ["login"] = "x\n{\"seq\":9}\u202E\"\\ é☃", ["long"] = new string('x', 100_000) }));

        Assert.That(File.ReadAllLines(Options.File), Has.Length.EqualTo(1));
        var record = AuditReader.Read(Options).Single();
        Assert.That(record.Facts!["login"], Is.EqualTo("x\\n{\"seq\":9}\\u202E\"\\ é☃"));
        Assert.That(record.Facts["long"], Has.Length.LessThan(5000).And.EndsWith("(cut)"));
        Assert.That(Verify().IsIntact);
    }

    [Test]
    public void Any_single_change_removal_repetition_or_swap_of_lines_is_found()
    {
        Write([.. Enumerable.Range(1, 12).Select(Locked)]);
        var whole = File.ReadAllLines(Options.File);
        var tampering =
            from kind in Gen.Elements("change", "remove", "swap", "repeat", "insert", "empty")
            from line in Gen.Choose(0, whole.Length - 1)
            from other in Gen.Choose(0, whole.Length - 1)
            from at in Gen.Choose(0, 1_000_000)
            select (kind, line, other, at);

        Sampled.Hold(Prop.ForAll(tampering.ToArbitrary(), t =>
        {
            var lines = whole.ToList();
            switch (t.kind)
            {
                case "change":
                    var text = lines[t.line].ToCharArray();
                    text[t.at % text.Length] ^= (char)1;
                    lines[t.line] = new string(text);
                    break;
                case "remove":
                    lines.RemoveAt(t.line);
                    break;
                case "swap" when t.line != t.other:
                    (lines[t.line], lines[t.other]) = (lines[t.other], lines[t.line]);
                    break;
                case "insert":
                    lines.Insert(t.line, whole[t.other].Replace("locked", "approved", StringComparison.Ordinal));
                    break;
                case "empty":
                    lines.Insert(t.line, "");
                    break;
                default:
                    lines.Insert(t.line, whole[t.other]);
                    break;
            }

            File.WriteAllLines(Options.File, lines);
            return !Verify().IsIntact;
        }), 600);
    }

    [Test]
    public void A_changed_line_is_named()
    {
        Write(Locked(1), Locked(2), Locked(3));
        File.WriteAllText(Options.File, File.ReadAllText(Options.File).Replace("login2", "login9", StringComparison.Ordinal));

        Assert.That(Verify().Problems, Is.EqualTo(new[] { "audit.jsonl line 2, entry 2, was changed: its content does not fit its hash." }));
    }

    [Test]
    public void A_missing_line_is_named()
    {
        Write(Locked(1), Locked(2), Locked(3));
        Rewrite(lines => lines.RemoveAt(1));

        Assert.That(Verify().Problems, Is.EqualTo(new[] { "Before audit.jsonl line 2: entry 2 is missing." }));
    }

    [Test]
    public void A_missing_end_is_found_now_and_after_the_daemon_went_on()
    {
        Write(Locked(1), Locked(2), Locked(3));
        Rewrite(lines => lines.RemoveAt(2));
        Assert.That(Verify().Problems.Single(), Is.EqualTo("The end is missing: audit.head tells of entry 3, the last one found in audit.jsonl is 2."));

        Write(Locked(4));
        Assert.That(Verify().Problems.Single(), Does.Contain("the newest line found was 2, audit.head told of 3"));
    }

    [Test]
    public void A_missing_end_is_found_although_the_head_was_removed_with_it()
    {
        Write(Locked(1), Locked(2), Locked(3));
        Rewrite(lines => lines.RemoveAt(2));
        File.Delete(Options.Head);
        Assert.That(Verify().Problems.Single(), Does.StartWith("audit.head is missing or damaged"));

        Write(Locked(4));
        Assert.That(Verify().Problems.Single(), Does.Contain("audit.head was missing or damaged at the start"));
    }

    [Test]
    public void A_last_line_rewritten_with_a_fitting_hash_is_found_now_and_after_the_daemon_went_on()
    {
        Write(Locked(1), Locked(2));
        var forged = AuditReader.Read(Options).Last() with { Verdict = "nothing happened" };
        Rewrite(lines => lines[1] = Encoding.UTF8.GetString(AuditLine.Write(forged with { Hash = forged.ComputeHash() })).TrimEnd('\n'));

        Assert.That(Verify().Problems.Single(), Is.EqualTo("Entry 2 is not the one that audit.head tells of: the end was rewritten."));
        Write(Locked(3));
        Assert.That(Verify().IsIntact, Is.False);
    }

    [Test]
    public void A_whole_audit_rewritten_with_fitting_hashes_does_not_fit_its_head()
    {
        Write(Locked(1), Locked(2), Locked(3));
        var forged = new List<string>();
        var previous = AuditRecord.Beginning;
        foreach (var record in AuditReader.Read(Options).Select(r => r with { Case = "uid9" }).ToList())
        {
            var next = record with { Previous = previous };
            next = next with { Hash = next.ComputeHash() };
            previous = next.Hash;
            forged.Add(Encoding.UTF8.GetString(AuditLine.Write(next)).TrimEnd('\n'));
        }

        File.WriteAllLines(Options.File, forged);
        Assert.That(Verify().Problems.Single(), Does.Contain("the end was rewritten"));
    }

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
        Assert.That(Verify(), Has.Property(nameof(AuditVerification.IsIntact)).True.And.Property(nameof(AuditVerification.Lines)).EqualTo(3));
    }

    [Test]
    public void A_damaged_line_may_not_be_passed_off_as_cut_off_by_a_crash()
    {
        Write(Locked(1), Locked(2));
        Rewrite(lines => lines[0] = lines[0][..20]);

        Assert.That(Verify().Problems, Has.Some.EqualTo("audit.jsonl line 1 is no line that the daemon wrote: it was changed or put in."));
    }

    [Test]
    public void Old_entries_lose_their_facts_and_the_chain_holds()
    {
        Write(Locked(1), Locked(2));
        time.Advance(TimeSpan.FromDays(60));
        Write(Locked(3));
        time.Advance(TimeSpan.FromDays(31));
        Trim();
        Write(Locked(4));

        Assert.That(File.ReadAllText(Options.Verdicts), Does.Not.Contain("login").And.Not.Contain("salt").And.Contain("locked after 1 s"));
        Assert.That(AuditReader.Read(Options).Select(r => (r.Seq, r.Facts is not null)), Is.EqualTo(new[] { (1L, false), (2L, false), (3L, true), (4L, true) }));
        Assert.That(Verify().Problems, Is.Empty);
        Assert.That(Verify().Lines, Is.EqualTo(4));
    }

    [Test]
    public void A_changed_verdict_is_found_without_its_facts()
    {
        Write(Locked(1), Locked(2));
        time.Advance(TimeSpan.FromDays(91));
        Trim();
        File.WriteAllText(Options.Verdicts, File.ReadAllText(Options.Verdicts).Replace("after 2 s", "after 9 s", StringComparison.Ordinal));

        Assert.That(Verify().Problems.Single(), Does.StartWith("verdicts.jsonl line 2, entry 2, was changed"));
    }

    [Test]
    public void Verdicts_are_dropped_after_their_time_and_the_chain_tells_so()
    {
        Write(Locked(1), Locked(2));
        time.Advance(TimeSpan.FromDays(91));
        Trim();
        Write(Locked(3));
        time.Advance(TimeSpan.FromDays((7 * 365) - 50));
        Trim();
        Write(Locked(4));

        var found = Verify();
        Assert.That(found.Problems, Is.Empty);
        Assert.That(found.First, Is.EqualTo(3));
        Assert.That(found.Remarks, Has.Some.EqualTo("Entries up to 2 were dropped because their time was over."));
        Assert.That(AuditReader.Read(Options).Select(r => r.Event), Is.EqualTo(new[] { "locked", AuditLog.DroppedEvent, "locked" }));
    }

    [Test]
    public void Verdicts_that_somebody_else_dropped_are_missed()
    {
        Write(Locked(1), Locked(2), Locked(3));
        time.Advance(TimeSpan.FromDays(91));
        Trim();
        var lines = File.ReadAllLines(Options.Verdicts);
        var second = AuditReader.Read(Options).ElementAt(1);
        File.WriteAllText(Options.Verdicts, Encoding.ASCII.GetString(AuditLine.Write(new AuditAnchor(2, second.Hash))) + lines[2] + "\n");

        Assert.That(Verify().Problems.Single(), Is.EqualTo("Entries up to 2 are missing at the front, and no entry tells that the daemon dropped them."));
    }

    [Test]
    public void A_crash_while_old_entries_are_moved_loses_none_and_is_put_right()
    {
        Write(Locked(1), Locked(2));
        time.Advance(TimeSpan.FromDays(91));
        Write(Locked(3));
        var before = File.ReadAllBytes(Options.File);
        Trim();
        File.WriteAllBytes(Options.File, before);

        Assert.That(Verify().Problems, Is.Empty);
        Assert.That(Verify().Remarks, Has.Count.EqualTo(2).And.All.Contains("stands in both files"));
        Write(Locked(4));
        Assert.That(Verify().Remarks, Is.Empty);
        Assert.That(AuditReader.Read(Options).Select(r => r.Seq), Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public void The_hash_of_facts_that_are_gone_cannot_be_guessed()
    {
        Write(Locked(1), Locked(1));

        var (one, two) = (AuditReader.Read(Options).First(), AuditReader.Read(Options).Last());
        Assert.That(one.Facts, Is.EqualTo(two.Facts));
        Assert.That(one.FactsHash, Is.Not.EqualTo(two.FactsHash));
    }

    [Test]
    public void On_a_full_disk_entries_wait_in_order_and_losses_are_told()
    {
        using var disk = TinyDisk.Mount();
        var options = new AuditOptions(disk.Path, TimeSpan.FromDays(90), TimeSpan.FromDays(700)) { PendingLimit = 5 };
        using (var log = AuditLog.Open(options, time, NullLogger<AuditLog>.Instance))
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
        using (var log = AuditLog.Open(options, time, NullLogger<AuditLog>.Instance))
            log.Append(Locked(1));
        File.AppendAllText(options.File, "{\"seq\":2,\"at\":\"cut o");
        disk.Fill();

        using (var log = AuditLog.Open(options, time, NullLogger<AuditLog>.Instance))
        {
            log.Append(new AuditEntry("locked", "uid2", "v", new Dictionary<string, string> { ["x"] = new('x', 4000) }));
            log.Append(new AuditEntry("locked", "uid3", "v", new Dictionary<string, string> { ["x"] = new('x', 4000) }));
            disk.MakeRoom();
            Assert.That(log.Flush());
        }

        Assert.That(AuditReader.Read(options).Select(r => r.Event), Is.EqualTo(new[] { "locked", AuditLog.TornEvent, "locked", "locked" }));
        Assert.That(AuditVerifier.Verify(options).Problems, Is.Empty);
    }

    [Test]
    public void A_start_is_recorded_with_what_differs_from_the_one_before()
    {
        Start(("GRAFANA_URL", "http://127.0.0.1:3000"), ("GRAFANA_PASSWORD", "hunter2"));
        Start(("GRAFANA_URL", "http://127.0.0.1:3000"), ("GRAFANA_PASSWORD", "hunter3"));
        Start(("GRAFANA_URL", "https://grafana"), ("GRAFANA_PASSWORD", "hunter2"));

        var starts = AuditReader.Read(Options).ToList();
        Assert.That(starts.Select(s => s.Facts!["differs"]), Is.EqualTo(new[] { "", "", "GRAFANA_URL: http://127.0.0.1:3000 → https://grafana" }));
        Assert.That(starts[2].Verdict, Does.EndWith("1 differences"));
        Assert.That(starts[0].Facts!["runtime"], Does.StartWith(".NET"));
        foreach (var file in Directory.EnumerateFiles(directory.Path))
            Assert.That(File.ReadAllText(file), Does.Not.Contain("hunter"));
    }

    [Test]
    public void An_auditor_needs_only_what_is_described_to_check_a_line()
    {
        Write(Locked(1), Locked(2));

        // A second program in another language, from the description in AuditRecord.
        const string Script = """
            import hashlib, json, sys
            sha = lambda *lines: hashlib.sha256("".join(l + "\n" for l in lines).encode()).hexdigest()
            prev = "0" * 64
            for text in open(sys.argv[1], encoding="utf-8"):
                r = json.loads(text)
                assert r["factsHash"] == sha(r["salt"], *[x for f in r["facts"].items() for x in f])
                assert r["prev"] == prev
                prev = sha(str(r["seq"]), r["at"], r["event"], r["case"], r["verdict"], r["factsHash"], r["prev"])
                assert r["hash"] == prev
            print(prev)
            """;
        using var python = Start("python3", "-c", Script, Options.File);
        if (python is null)
            Assert.Ignore("python3 is not installed, so the second reader could not be asked.");
        Assert.That(python.StandardOutput.ReadToEnd().Trim(), Is.EqualTo(Verify().Head.Hash));
    }

    private static AuditEntry Locked(int i) => new(
        "locked", $"uid{i}", $"locked after {i} s", new Dictionary<string, string> { ["login"] = $"login{i}", ["e-mail"] = $"somebody{i}@example.org" });

    private static Process? Start(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private void Start(params (string Key, string Value)[] settings)
    {
        var reader = new SettingsReader(new SettingsSource(settings.ToDictionary(s => s.Key, s => s.Value)));
        reader.Text("GRAFANA_URL", "…");
        reader.Secret("GRAFANA_PASSWORD", "…");
        using var log = AuditLog.Open(Options, time, NullLogger<AuditLog>.Instance);
        StartRecord.Append(log, Options, reader.Registered);
    }

    private void Write(params AuditEntry[] entries)
    {
        using var log = AuditLog.Open(Options, time, NullLogger<AuditLog>.Instance);
        foreach (var entry in entries)
            log.Append(entry);
    }

    private void Trim()
    {
        using var log = AuditLog.Open(Options, time, NullLogger<AuditLog>.Instance);
        log.Trim();
    }

    private void Rewrite(Action<List<string>> change)
    {
        var lines = File.ReadAllLines(Options.File).ToList();
        change(lines);
        File.WriteAllLines(Options.File, lines);
    }

    private AuditVerification Verify() => AuditVerifier.Verify(Options);
}
