namespace Athena.Common.State.Audit;

/// <summary>What a start finds at the end of the audit.</summary>
/// <param name="Head">The last sound line, or the anchor, or the beginning.</param>
/// <param name="Torn">A last line without its line feed: a crash came in between. Null when there is none.</param>
/// <param name="Missing">
/// A sentence when the end is not the one that <c>audit.head</c> tells of: somebody took lines away or wrote others. Each line is durable
/// before the head is noted, so even a power cut leaves no head beyond the lines. Null when all is well.
/// </param>
internal sealed record AuditEnd(AuditAnchor Head, byte[]? Torn, string? Missing)
{
    /// <summary>So many bytes hold the last lines.</summary>
    public const int TailLength = 256 * 1024;

    public static AuditEnd Find(AuditOptions options)
    {
        var noted = AuditReader.ReadHead(options);
        if (noted is not null && AtTail(options, noted) is { } asNoted) return asNoted;
        var head = AuditAnchor.Beginning;
        var isAsNoted = noted is null || noted == AuditAnchor.Beginning;
        byte[]? torn = null;
        foreach (var line in new[] { options.Verdicts, options.File }.SelectMany(AuditReader.Lines))
        {
            var (record, anchor) = AuditLine.Read(line.Bytes);
            var here = record is not null ? new AuditAnchor(record.Seq, record.Hash) : anchor;
            isAsNoted |= here is not null && here == noted;
            if (!line.IsFinished)
                torn = line.Bytes;
            else if (here is not null && here.Seq > head.Seq)
                head = here;
        }

        var missing = noted is null && head.Seq > 0
            ? $"{AuditOptions.HeadName} was missing or damaged at the start; the newest line found was {head.Seq}"
            : isAsNoted ? null
            : $"the end was missing or another one at the start: the newest line found was {head.Seq}, {AuditOptions.HeadName} told of "
                + $"{noted!.Seq}, hash {noted.Hash}";
        return new AuditEnd(head, torn, missing);
    }

    /// <summary>
    /// The usual end, found without reading what may be hundreds of megabytes: among the last lines are the one that was noted, and none
    /// that is not sound. Null when it is not as usual.
    /// </summary>
    private static AuditEnd? AtTail(AuditOptions options, AuditAnchor noted)
    {
        AuditAnchor? head = null;
        var isNoted = false;
        foreach (var line in AuditReader.LastLines(options.File, TailLength))
        {
            if (!line.IsFinished || AuditLine.Read(line.Bytes).Record is not { } record) return null;
            head = new AuditAnchor(record.Seq, record.Hash);
            isNoted |= head == noted;
        }

        return isNoted ? new AuditEnd(head!, Torn: null, Missing: null) : null;
    }
}
