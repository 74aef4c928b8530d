using System.Text;
using Athena.Common.State.Audit;
using Athena.Common.Tests.Daemon;
using FsCheck.Fluent;

namespace Athena.Common.Tests.State.Audit;

/// <summary>Whatever somebody changes in the files afterwards is found and named.</summary>
internal sealed class AuditTamperingTests : AuditScenario
{
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

        Assert.That(
            Verify().Problems, Is.EqualTo(new[] { "audit.jsonl line 2, entry 2, was changed: its content does not fit its hash." }));
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
        Assert.That(Verify().Problems.Single(), Is.EqualTo(
            "The end is missing: audit.head tells of entry 3, the last one found in audit.jsonl is 2."));

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
    public void A_damaged_line_may_not_be_passed_off_as_cut_off_by_a_crash()
    {
        Write(Locked(1), Locked(2));
        Rewrite(lines => lines[0] = lines[0][..20]);

        Assert.That(Verify().Problems, Has.Some.EqualTo("audit.jsonl line 1 is no line that the daemon wrote: it was changed or put in."));
    }

    [Test]
    public void A_changed_verdict_is_found_without_its_facts()
    {
        Write(Locked(1), Locked(2));
        Time.Advance(TimeSpan.FromDays(91));
        Trim();
        File.WriteAllText(Options.Verdicts, File.ReadAllText(Options.Verdicts).Replace("after 2 s", "after 9 s", StringComparison.Ordinal));

        Assert.That(Verify().Problems.Single(), Does.StartWith("verdicts.jsonl line 2, entry 2, was changed"));
    }

    [Test]
    public void Verdicts_that_somebody_else_dropped_are_missed()
    {
        Write(Locked(1), Locked(2), Locked(3));
        Time.Advance(TimeSpan.FromDays(91));
        Trim();
        var lines = File.ReadAllLines(Options.Verdicts);
        var second = AuditReader.Read(Options).ElementAt(1);
        File.WriteAllText(Options.Verdicts, Encoding.ASCII.GetString(AuditLine.Write(new AuditAnchor(2, second.Hash))) + lines[2] + "\n");

        Assert.That(Verify().Problems.Single(), Is.EqualTo(
            "Entries up to 2 are missing at the front, and no entry tells that the daemon dropped them."));
    }

    private void Rewrite(Action<List<string>> change)
    {
        var lines = File.ReadAllLines(Options.File).ToList();
        change(lines);
        File.WriteAllLines(Options.File, lines);
    }
}
