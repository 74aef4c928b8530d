using System.Security.Cryptography;

namespace Athena.Common.State.Audit;

/// <summary>
/// Checks that the audit is what was written: each line by its own hash, its place by the hash before, its end by the head.
/// </summary>
public static class AuditVerifier
{
    /// <summary>Reads both files whole. Safe while the daemon writes.</summary>
    public static AuditVerification Verify(AuditOptions options)
    {
        // First the head: lines that are written meanwhile make the log longer than the head says, never shorter.
        var noted = AuditReader.ReadHead(options);
        var check = new Check();
        check.ReadFile(options.Verdicts, mayHoldAnchor: true);
        check.ReadFile(options.File, mayHoldAnchor: false);
        return check.Finish(noted, options);
    }

    private sealed class Check
    {
        private readonly List<string> problems = [];
        private readonly List<string> remarks = [];
        private readonly List<(string Where, string Hash)> fragments = [];
        private readonly Dictionary<long, string> hashes = [];
        private readonly HashSet<string> explained = [];
        private readonly HashSet<string> dropped = [];
        private AuditAnchor? anchor;
        private AuditAnchor head = AuditAnchor.Beginning;
        private bool mayOverlap;
        private long lines;
        private long first;

        public void ReadFile(string path, bool mayHoldAnchor)
        {
            var name = Path.GetFileName(path);
            mayOverlap = !mayHoldAnchor;
            foreach (var (number, bytes, isFinished, _) in AuditReader.Lines(path))
            {
                var where = $"{name} line {number}";
                var (record, found) = AuditLine.Read(bytes);
                if (record is not null)
                    Add(record, where);
                else if (found is not null && mayHoldAnchor && number == 1)
                    head = anchor = found;
                else if (isFinished)
                    fragments.Add((where, Fragment(bytes)));
                else
                    remarks.Add($"{where} is not finished: it is being written, or was cut off by a crash.");
            }
        }

        public AuditVerification Finish(AuditAnchor? noted, AuditOptions options)
        {
            foreach (var (where, hash) in fragments)
            {
                if (explained.Contains(hash))
                    remarks.Add($"{where} was cut off by a crash; the line after it says so.");
                else
                    problems.Add($"{where} is no line that the daemon wrote: it was changed or put in.");
            }

            if (anchor is not null)
                CheckAnchor(anchor);
            if (noted is null && lines > 0)
                problems.Add($"{AuditOptions.HeadName} is missing or damaged: whether lines are missing at the end cannot be told.");
            else if (noted is not null && noted.Seq > head.Seq)
                problems.Add(
                    $"The end is missing: {AuditOptions.HeadName} tells of entry {noted.Seq}, the last one found in "
                    + $"{AuditOptions.FileName} is {head.Seq}.");
            else if (noted is not null && noted.Seq > 0 && hashes.TryGetValue(noted.Seq, out var hash) && hash != noted.Hash)
                problems.Add($"Entry {noted.Seq} is not the one that {AuditOptions.HeadName} tells of: the end was rewritten.");
            return new AuditVerification(lines, first, head, problems, remarks);
        }

        private void Add(AuditRecord record, string where)
        {
            lines++;
            if (mayOverlap && record.Seq <= head.Seq && hashes.TryGetValue(record.Seq, out var known) && known == record.Hash
                && IsSound(record))
            {
                remarks.Add(
                    $"{where}, entry {record.Seq}, stands in both files: moving old entries was interrupted and goes on at the "
                    + "next start.");
                return;
            }

            mayOverlap = false;
            if (first == 0)
                first = record.Seq;
            if (!IsSound(record))
                problems.Add($"{where}, entry {record.Seq}, was changed: its content does not fit its hash.");
            if (record.Seq != head.Seq + 1)
                problems.Add(Gap(record, where));
            else if (record.Previous != head.Hash)
                problems.Add($"{where}, entry {record.Seq}, does not follow from the entry before it: one of them was replaced.");

            hashes[record.Seq] = record.Hash;
            if (record.Event == AuditLog.TornEvent)
                explained.Add(record.Verdict.Split(' ')[^1]);
            if (record.Event == AuditLog.DroppedEvent)
                dropped.Add(record.Verdict);
            if (record.Event == AuditLog.MissingEvent)
                problems.Add($"Before {where}: {record.Verdict}.");
            head = new AuditAnchor(record.Seq, record.Hash);
        }

        private string Gap(AuditRecord record, string where) =>
            record.Seq == head.Seq + 2 ? $"Before {where}: entry {head.Seq + 1} is missing."
            : record.Seq > head.Seq + 2 ? $"Before {where}: entries {head.Seq + 1} to {record.Seq - 1} are missing."
            : $"{where}, entry {record.Seq}, stands behind entry {head.Seq}: it was moved or put in twice.";

        /// <summary>What is missing at the front was dropped by the daemon only if an entry of the chain itself says so.</summary>
        private void CheckAnchor(AuditAnchor at)
        {
            if (dropped.Contains(AuditLog.DroppedVerdict(at)))
                remarks.Add($"Entries up to {at.Seq} were dropped because their time was over.");
            else
                problems.Add($"Entries up to {at.Seq} are missing at the front, and no entry tells that the daemon dropped them.");
        }
    }

    /// <summary>Whether it is as it was written: its content fits its hash, and holds nothing that the log never writes.</summary>
    internal static bool IsSound(AuditRecord record) =>
        record.Hash == record.ComputeHash()
        && (record.Facts is null || record.FactsHash == AuditRecord.HashFacts(record.Salt ?? "", record.Facts))
        && !HoldsControls(record);

    /// <summary>The log never writes any; with them, the same hash could be made of other fields.</summary>
    private static bool HoldsControls(AuditRecord record) =>
        new[] { record.At, record.Event, record.Case, record.Verdict, record.Salt ?? "", record.FactsHash, record.Previous }
            .Concat(record.Facts?.SelectMany(f => new[] { f.Key, f.Value }) ?? [])
            .Any(t => t.Any(char.IsControl));

    internal static string Fragment(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

/// <summary>What <c>audit verify</c> found.</summary>
/// <param name="Lines">Whole lines read, in both files.</param>
/// <param name="First">Number of the first line that is kept; 0 when there is none.</param>
/// <param name="Head">The newest line.</param>
/// <param name="Problems">Each a sentence that names file and line: the record was changed.</param>
/// <param name="Remarks">Explained oddities that are no fault: a line cut off by a crash, lines dropped when their time was over.</param>
public sealed record AuditVerification(
    long Lines, long First, AuditAnchor Head, IReadOnlyList<string> Problems, IReadOnlyList<string> Remarks)
{
    public bool IsIntact => Problems.Count == 0;
}
