using Athena.Common.State.Audit;

namespace Athena.Common.State.AuditCopies;

/// <summary>Which lines of the file have lost their facts, so that the copy loses them, too.</summary>
/// <param name="UpTo">None up to this one has any.</param>
/// <param name="Lines">Nor have these, of those behind it.</param>
internal sealed record AuditErasure(long UpTo, IReadOnlyList<long> Lines)
{
    /// <summary>Reads the file. Safe while the daemon writes.</summary>
    public static AuditErasure Of(AuditOptions options)
    {
        var upTo = 0L;
        var isFront = true;
        List<long> lines = [];
        foreach (var record in AuditReader.Read(options))
        {
            isFront &= record.Facts is null;
            if (isFront) upTo = record.Seq;
            else if (record.Facts is null) lines.Add(record.Seq);
        }

        return new AuditErasure(upTo, lines);
    }
}

/// <summary>
/// Copies what the file has and the database has not, in the order of the chain. Nothing is remembered in between: the database says itself
/// what was its last line, so that it is the same whether either was killed, or one was away for days.
/// </summary>
internal sealed class AuditCopy(AuditOptions options, AuditDatabase database, string daemon)
{
    /// <summary>Lines in one transaction.</summary>
    private const int MostAtOnce = 500;

    /// <summary>And so many characters of facts, of which a line has a few hundred; strangers write some of them.</summary>
    private const int MostText = 1 << 20;

    /// <summary>Copies up to a line.</summary>
    /// <param name="newest">The newest line that is safe on disk.</param>
    /// <param name="onCopied">Is told what is the copy's last line, at the beginning and after each transaction.</param>
    /// <exception cref="AuditCopyException">It cannot be copied; what was copied before stays.</exception>
    public async Task CatchUpAsync(long newest, Action<AuditAnchor> onCopied, CancellationToken cancel)
    {
        var copied = await database.HeadAsync(cancel).ConfigureAwait(false);
        onCopied(copied);
        var last = copied;
        List<AuditRecord> batch = [];
        var (text, isMet) = (0, copied.Seq == 0);
        foreach (var (record, anchor) in Records(copied))
        {
            if (record is null)
            {
                // The file begins behind lines whose time was over before any was copied.
                if (last.Seq == 0) last = anchor!;
                continue;
            }

            if (record.Seq > newest) break;
            if (record.Seq <= last.Seq)
            {
                if (record.Seq != copied.Seq) continue;
                if (record.Hash != copied.Hash) throw Other(record.Seq, last);
                isMet = true;
                continue;
            }

            if (!AuditVerifier.IsSound(record))
                throw new AuditCopyException(
                    $"Entry {record.Seq} of the audit was changed: its content does not fit its hash. Neither it nor what follows is "
                    + $"copied: sudo {daemon} audit verify");
            if (record.Seq != last.Seq + 1 || record.Previous != last.Hash) throw Other(record.Seq, last);
            isMet = true;
            last = new AuditAnchor(record.Seq, record.Hash);
            batch.Add(record);
            text += record.Facts?.Sum(fact => fact.Key.Length + fact.Value.Length) ?? 0;
            if (batch.Count < MostAtOnce && text < MostText) continue;
            await AddAsync().ConfigureAwait(false);
        }

        if (batch.Count > 0) await AddAsync().ConfigureAwait(false);
        if (!isMet)
            throw new AuditCopyException(
                $"Entry {copied.Seq} was copied, and the file ends before it: lines are missing at its end, or the state was restored from "
                + $"a backup. {Remedy}");

        async Task AddAsync()
        {
            if (!await database.AddAsync(copied, batch, cancel).ConfigureAwait(false))
                throw new AuditCopyException($"Somebody else copies the audit of {daemon} as well; it is looked at again.");
            onCopied(copied = last);
            batch.Clear();
            text = 0;
        }
    }

    private const string Remedy =
        "Nothing more is copied: sudo athena-workers audit-database verify shows where they part, and "
        + "/usr/share/doc/athena-workers/audit-database.md how to go on.";

    private static AuditCopyException Other(long line, AuditAnchor last) => new(
        $"Entry {line} of the audit does not follow from entry {last.Seq} as it was copied: lines were replaced, or the state was restored "
        + $"from a backup. {Remedy}");

    /// <summary>Whole lines; as a rule without reading the years before, for the last one that was copied is among the newest.</summary>
    private IEnumerable<(AuditRecord? Record, AuditAnchor? Anchor)> Records(AuditAnchor copied)
    {
        var tail = Read(AuditReader.LastLines(options.File, AuditEnd.TailLength));
        return copied.Seq > 0 && tail.FirstOrDefault().Record is { } first && first.Seq <= copied.Seq
            ? tail
            : Read(AuditReader.Lines(options.Verdicts)).Concat(Read(AuditReader.Lines(options.File)));
    }

    /// <summary>What a crash cut off, and what is none of ours, is passed over: the chain shows whether a line is missing.</summary>
    private static IEnumerable<(AuditRecord? Record, AuditAnchor? Anchor)> Read(IEnumerable<AuditFileLine> lines) =>
        lines.Where(line => line.IsFinished).Select(line => AuditLine.Read(line.Bytes))
            .Where(line => line.Record is not null || line.Anchor is not null);
}
