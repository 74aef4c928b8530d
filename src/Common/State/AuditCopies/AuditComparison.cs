using Athena.Common.State.Audit;

namespace Athena.Common.State.AuditCopies;

/// <summary>What stands in the file and what in the database, line by line.</summary>
/// <param name="Lines">In the file.</param>
/// <param name="Copied">Of this daemon in the database.</param>
/// <param name="FileHead">The file's last line.</param>
/// <param name="CopyHead">The copy's.</param>
/// <param name="Waiting">Lines behind the copy's last one.</param>
/// <param name="Differences">How many lines are not as in the other one.</param>
/// <param name="First">The first of these, a sentence; null when there is none.</param>
/// <param name="Remarks">What is not alike and need not be, a sentence each.</param>
internal sealed record AuditComparison(
    long Lines, long Copied, AuditAnchor FileHead, AuditAnchor CopyHead, long Waiting, long Differences, string? First,
    IReadOnlyList<string> Remarks)
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>Reads both whole. Safe while the daemon writes and copies.</summary>
    /// <exception cref="AuditCopyException">The database cannot be read.</exception>
    public static async Task<AuditComparison> OfAsync(AuditOptions options, AuditDatabase database, CancellationToken cancel)
    {
        using var work = new Walk(AuditReader.Read(options));
        var copyHead = await database.ReadAsync(work.Take, cancel).ConfigureAwait(false);
        return work.End(copyHead);
    }

    private sealed class Walk : IDisposable
    {
        private readonly IEnumerator<AuditRecord> file;
        private readonly List<string> remarks = [];
        private AuditAnchor fileHead = AuditAnchor.Beginning;
        private AuditAnchor copyHead = AuditAnchor.Beginning;
        private string? first;
        private long lines, copied, dropped, differences, namedHere, namedThere;
        private bool isThere;

        public Walk(IEnumerable<AuditRecord> records)
        {
            file = records.GetEnumerator();
            Next();
        }

        public void Dispose() => file.Dispose();

        /// <summary>The next line of the copy.</summary>
        public void Take(AuditRecord copy)
        {
            copied++;
            if (copy.Hash != copy.ComputeHash())
                Differ($"Entry {copy.Seq} was changed in the database: its content does not fit its hash.");
            else if (copied > 1 && (copy.Seq != copyHead.Seq + 1 || copy.Previous != copyHead.Hash))
                Differ($"Entry {copy.Seq} does not follow from entry {copyHead.Seq} in the database: a line is missing there.");
            copyHead = new AuditAnchor(copy.Seq, copy.Hash);
            while (isThere && file.Current.Seq < copy.Seq)
            {
                Differ($"Entry {file.Current.Seq} is in the file, and not in the database.");
                Next();
            }

            if (isThere && file.Current.Seq == copy.Seq)
            {
                Compare(file.Current, copy);
                Next();
            }
            else if (isThere && lines == 1) dropped++; // Before the file's first one.
            else
                Differ($"Entry {copy.Seq} is in the database, and not in the file: it is missing there, or the file was put back from a "
                    + "backup.");
        }

        public AuditComparison End(AuditAnchor head)
        {
            var waiting = 0L;
            for (; isThere; Next()) waiting++;
            if (waiting > 0) remarks.Add(waiting == 1 ? "1 line waits to be copied." : $"{waiting} lines wait to be copied.");
            if (dropped > 0) remarks.Add($"{dropped} lines are in the database alone: VERDICT_KEEP is over, and the file dropped them.");
            if (namedThere > 0)
                remarks.Add($"{namedThere} lines still have their names in the database; they go within a day, while the daemon runs.");
            if (namedHere > 0) remarks.Add($"{namedHere} lines have lost their names in the database, and not yet in the file.");
            return new AuditComparison(lines, copied, fileHead, head, waiting, differences, first, remarks);
        }

        private void Compare(AuditRecord inFile, AuditRecord copy)
        {
            if (inFile.Hash != copy.Hash) Differ($"Entry {copy.Seq} is another one in the file than in the database.");
            else if (inFile.Facts is null && copy.Facts is not null) namedThere++;
            else if (inFile.Facts is not null && copy.Facts is null) namedHere++;
            else if (!Told(inFile).SequenceEqual(Told(copy)))
                Differ($"Entry {copy.Seq} has other facts in the file than in the database.");
        }

        /// <summary>An empty name and none are the same there.</summary>
        private static IEnumerable<KeyValuePair<string, string>> Told(AuditRecord record) =>
            (record.Facts ?? Nothing).Where(fact => fact.Value.Length > 0).OrderBy(fact => fact.Key, StringComparer.Ordinal);

        private void Differ(string sentence)
        {
            differences++;
            first ??= sentence;
        }

        private void Next()
        {
            isThere = file.MoveNext();
            if (!isThere) return;
            lines++;
            fileHead = new AuditAnchor(file.Current.Seq, file.Current.Hash);
        }
    }
}
