using System.Globalization;
using System.Security.Cryptography;
using Athena.Common.Files;
using Athena.Common.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.Common.State.Audit;

/// <summary>
/// The chained record of decisions: <c>audit.jsonl</c> with facts, <c>verdicts.jsonl</c> with the older lines without them, and
/// <c>audit.head</c>, all 0600. One writer (<see cref="StateLock"/>); thread-safe within it.
/// </summary>
public sealed class AuditLog : IAuditLog, IDisposable
{
    /// <summary>Tells of a line that a crash cut off.</summary>
    public const string TornEvent = "audit-line-cut-off";

    /// <summary>Tells that lines were missing at the end when the daemon started: somebody took them away.</summary>
    public const string MissingEvent = "audit-end-missing";

    /// <summary>Tells which lines were dropped at the front.</summary>
    public const string DroppedEvent = "audit-verdicts-dropped";

    /// <summary>Tells that entries were lost because the disk refused for too long.</summary>
    public const string LostEvent = "audit-entries-lost";

    /// <summary>Entries that are written together, with one wait for the disk.</summary>
    private const int MostAtOnce = 250;

    private readonly AuditOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<AuditLog> logger;
    private readonly Lock gate = new();
    private readonly Queue<Pending> pending = new();
    private FileStream file;
    private AuditAnchor head;
    private long lost;
    private string? problem;
    private bool isLineOpen;
    private long? confirmed;

    private AuditLog(AuditOptions options, TimeProvider time, ILogger<AuditLog> logger, FileStream file, AuditAnchor head)
    {
        this.options = options;
        this.time = time;
        this.logger = logger;
        this.file = file;
        this.head = head;
    }

    /// <summary>The newest line on disk.</summary>
    public AuditAnchor Head
    {
        get
        {
            lock (gate)
                return head;
        }
    }

    /// <inheritdoc/>
    public string? Problem
    {
        get
        {
            lock (gate)
                return problem;
        }
    }

    /// <summary>How many entries wait for the disk.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
                return pending.Count;
        }
    }

    /// <summary>
    /// Opens the audit and finds its head. Nothing is cut away: an unfinished last line is closed, and an entry tells of it.
    /// </summary>
    /// <exception cref="IOException">
    /// The files cannot be read or written: a sentence says what to do. A disk in trouble may get well, so that systemd shall start the
    /// daemon again.
    /// </exception>
    public static AuditLog Open(AuditOptions options, TimeProvider time, ILogger<AuditLog> logger)
    {
        try
        {
            AuditTrim.FinishInterrupted(options);
            var end = AuditEnd.Find(options);
            var file = OpenFile(options);
            LibC.SyncDirectory(options.Directory);
            var log = new AuditLog(options, time, logger, file, end.Head);
            if (end.Torn is not null)
                log.CloseTornLine(end.Torn);

            if (end.Missing is not null)
                log.Tell(MissingEvent, end.Missing);
            return log;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The audit in {options.Directory} cannot be opened: {e.Message.TrimEnd('.')}. It must belong to the daemon's user.", e);
        }
    }

    /// <inheritdoc/>
    public void Append(AuditEntry entry) => Append([entry]);

    /// <inheritdoc/>
    public void Append(IReadOnlyList<AuditEntry> entries)
    {
        lock (gate)
        {
            var at = time.GetLocalNow();
            foreach (var some in entries.Chunk(MostAtOnce))
            {
                foreach (var entry in some)
                {
                    if (pending.Count < options.PendingLimit)
                        pending.Enqueue(new Pending(at, entry));
                    else
                        lost++;
                }

                WritePending();
            }
        }
    }

    /// <summary>Tries again to write what waits; true when nothing waits any more.</summary>
    public bool Flush()
    {
        lock (gate)
            return WritePending();
    }

    /// <summary>
    /// Moves lines older than <c>AUDIT_KEEP</c> to the verdicts, without facts, and drops verdicts older than <c>VERDICT_KEEP</c>. To be
    /// called at the start and about daily. Trouble is logged and met again the next time.
    /// </summary>
    public void Trim()
    {
        lock (gate)
        {
            if (!WritePending())
                return;

            try
            {
                var now = time.GetUtcNow();
                if (AuditTrim.FindDropped(options, now - options.KeepVerdicts) is { } last)
                {
                    Tell(DroppedEvent, DroppedVerdict(last));
                    if (pending.Count > 0)
                        return;
                    AuditTrim.Drop(options, last);
                }

                MoveOld(now - options.Keep);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                logger.Event(HostEvents.AuditRefused, $"Old entries of the audit could not be moved: {e.Message}");
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (!WritePending())
                logger.Event(
                    HostEvents.AuditRefused, $"{pending.Count + lost} entries of the audit are lost: the disk refused to the end.");
            file.Dispose();
        }
    }

    internal static string DroppedVerdict(AuditAnchor last) =>
        $"verdicts up to entry {last.Seq} dropped after their time, hash {last.Hash}";

    private static FileStream OpenFile(AuditOptions options) => PrivateFile.OpenOrCreate(options.File);

    private void MoveOld(DateTimeOffset before)
    {
        try
        {
            AuditTrim.Move(options, before);
        }
        finally
        {
            // Whether it came to its end or not: the name may lead to another file now.
            var present = OpenFile(options);
            file.Dispose();
            file = present;
        }
    }

    private bool WritePending()
    {
        while (pending.Count > 0)
        {
            Pending[] some = [.. pending.Take(MostAtOnce)];
            if (!TryWrite(some))
                return false;
            foreach (var _ in some)
                pending.Dequeue();
        }

        if (lost > 0)
        {
            var told = lost;
            var entry = About(LostEvent, $"{told} entries lost because the disk refused and {options.PendingLimit} others waited already");
            if (!TryWrite([new Pending(time.GetLocalNow(), entry)]))
                return false;
            lost -= told;
        }

        if (problem is not null)
            logger.Event(HostEvents.AuditResumed, "The audit is written again.");
        problem = null;
        return true;
    }

    private bool TryWrite(Pending[] some)
    {
        using var lines = new MemoryStream();
        if (isLineOpen)
            lines.WriteByte((byte)'\n');
        var last = head;
        foreach (var next in some)
        {
            var record = Chain(next, last);
            lines.Write(AuditLine.Write(record));
            last = new AuditAnchor(record.Seq, record.Hash);
        }

        try
        {
            // What a refusing disk took of an unconfirmed line goes first: nothing may be written behind a fragment.
            if (confirmed is { } end)
                file.SetLength(end);
            confirmed = file.Length;
            file.Position = file.Length;
            file.Write(lines.GetBuffer().AsSpan(0, (int)lines.Length));
            file.Flush(flushToDisk: true);
            confirmed = null;
            isLineOpen = false;
            head = last;
            NoteHead();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TakeBack();
            var sentence =
                $"The audit cannot be written to {options.File}: {e.Message.TrimEnd('.')}. Entries are kept in memory and will be written "
                + $"when there is room (df -h {Path.GetDirectoryName(options.File)}) and it is writable.";
            if (problem is null) logger.Event(HostEvents.AuditRefused, sentence);
            problem = sentence;
            return false;
        }
    }

    private void TakeBack()
    {
        try
        {
            if (confirmed is { } end)
                file.SetLength(end);
        }
        catch (IOException e)
        {
            logger.LogDebug("A half-written line stays in {File} for now: {Reason}", options.File, e.Message);
        }
    }

    /// <summary>
    /// Beside the log and mostly without waiting for the disk: after a power cut it may lag behind, which the check allows for, but is
    /// there.
    /// </summary>
    private void NoteHead()
    {
        try
        {
            using var note = PrivateFile.OpenOrCreate(options.Head);
            var line = AuditLine.Write(head);
            var isFirst = note.Length != line.Length;
            note.Write(line);
            note.SetLength(line.Length);
            if (isFirst)
                note.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("{File} could not be written: {Reason}", options.Head, e.Message);
        }
    }

    private static AuditRecord Chain(Pending next, AuditAnchor before)
    {
        var facts = new OrderedDictionary<string, string>();
        foreach (var (name, value) in next.Entry.Facts)
            facts[AuditLine.Clean(name)] = AuditLine.Clean(value);

        var salt = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var record = new AuditRecord(
            before.Seq + 1, next.At.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture),
            AuditLine.Clean(next.Entry.Event), AuditLine.Clean(next.Entry.Case), AuditLine.Clean(next.Entry.Verdict),
            salt, facts, AuditRecord.HashFacts(salt, facts), before.Hash, "");
        return record with { Hash = record.ComputeHash() };
    }

    private void CloseTornLine(byte[] fragment)
    {
        isLineOpen = true;
        if (AuditLine.Read(fragment).Record is { } whole)
        {
            // Only its line end was missing; it is confirmed now.
            head = new AuditAnchor(whole.Seq, whole.Hash);
            NoteHead();
            return;
        }

        Tell(TornEvent, $"a line of {fragment.Length} bytes was cut off by a crash, SHA-256 {AuditVerifier.Fragment(fragment)}");
    }

    /// <summary>The audit's own entries; they hold no personal data.</summary>
    private void Tell(string @event, string verdict) => Append(About(@event, verdict));

    private static AuditEntry About(string @event, string verdict) => new(@event, "audit", verdict, new Dictionary<string, string>());

    private sealed record Pending(DateTimeOffset At, AuditEntry Entry);
}
