using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Common.Files;
using Athena.Common.State.Audit;
using Athena.Common.Telemetry;
using Athena.Common.Text;
using Athena.Common.Time;
using Microsoft.Extensions.Logging;

namespace Athena.Common.State.AuditCopies;

/// <summary>How far the copy of an audit is behind its file.</summary>
/// <param name="Copied">The copy's last line, as far as is known; 0 for none.</param>
/// <param name="Waiting">How many lines are not in it yet.</param>
/// <param name="Since">Since when lines wait; null while none do.</param>
/// <param name="Problem">Why nothing is copied, a sentence that says what to do; null when all is well.</param>
public sealed record AuditLag(long Copied, long Waiting, DateTimeOffset? Since, string? Problem)
{
    /// <summary>For <c>status</c>.</summary>
    /// <param name="clock">Writes a time.</param>
    public string Sentence(Func<DateTimeOffset, string> clock) => string.Create(CultureInfo.InvariantCulture,
        $"line {Copied}; {(Waiting == 0 ? "nothing waits" : Waiting == 1 ? "1 line waits" : $"{Waiting} lines wait")}")
        + (Since is { } since ? $" since {clock(since)}" : "") + (Problem is null ? "" : $"; {Problem}");

    /// <summary>For <c>status --output json</c>.</summary>
    public JsonObject ToJson() => new() { ["line"] = Copied, ["waiting"] = Waiting, ["since"] = Since, ["problem"] = Problem };
}

/// <summary>
/// Keeps the copy of the audit in PostgreSQL beside the daemon's work and never in its way: whatever the database does, the file is written
/// as ever, and what is missing there is copied when it can be.
/// </summary>
public sealed class AuditCopier : AuditFollower
{
    /// <summary>How far it was, for whoever asks before the database has answered: <c>{"line":17,"at":"…"}</c>.</summary>
    public const string FileName = "audit-copy.json";

    private const int MostRemembered = 4096;

    /// <summary>The file loses old facts once a day; and while the daemon is stopped, somebody's.</summary>
    private static readonly TimeSpan ErasingInterval = TimeSpan.FromHours(24);

    /// <summary>The place is only a hint, and a disk has better to do.</summary>
    private static readonly TimeSpan RememberingInterval = TimeSpan.FromMinutes(1);

    private readonly AuditLog audit;
    private readonly AuditOptions options;
    private readonly AuditDatabaseOptions where;
    private readonly ILogger<AuditCopier> journal;
    private readonly TimeProvider time;
    private AuditDatabase? database;
    private long copied;
    private DateTimeOffset wholeAt;
    private DateTimeOffset nextErasing;
    private DateTimeOffset nextRemembering;

    internal AuditCopier(
        AuditLog audit, AuditOptions options, AuditDatabaseOptions where, ILogger<AuditCopier> journal, TimeProvider time)
        : base(time)
    {
        (this.audit, this.options, this.where, this.journal, this.time) = (audit, options, where, journal, time);
        wholeAt = time.GetUtcNow();
        Recall();
    }

    /// <summary>As it is now. Safe from any thread.</summary>
    public AuditLag Lag
    {
        get
        {
            var newest = audit.Head.Seq;
            lock (Gate)
            {
                var waiting = Math.Max(0, newest - copied);
                return new AuditLag(copied, waiting, waiting > 0 ? wholeAt : null, Problem);
            }
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        Remember();
        if (database is not null) await database.DisposeAsync().ConfigureAwait(false);
        database = null;
    }

    private protected override async Task<string?> FollowAsync(CancellationToken cancel)
    {
        var newest = audit.Head.Seq;
        var now = time.GetUtcNow();
        var erases = Deadline.IsDue(nextErasing, now, ErasingInterval);
        if (Problem is null && !erases && newest == copied)
        {
            // Only what was missing for a while is late.
            lock (Gate) wholeAt = now;
            return null;
        }

        try
        {
            database ??= AuditDatabase.Open(where);
            await new AuditCopy(options, database, where.Daemon).CatchUpAsync(newest, Note, cancel).ConfigureAwait(false);
            if (erases)
            {
                var erasure = AuditErasure.Of(options);
                await database.EraseAsync(erasure, cancel).ConfigureAwait(false);
                nextErasing = now + ErasingInterval;
            }

            return null;
        }
        finally
        {
            if (Deadline.IsDue(nextRemembering, now, RememberingInterval)) Remember();
        }
    }

    private protected override string Explain(Exception fault) =>
        fault is IOException or UnauthorizedAccessException ? fault.Message : $"The audit could not be copied: {fault.Message}";

    private protected override void Say(string? problem)
    {
        if (problem is null) journal.Event(HostEvents.AuditCopied, $"The audit is copied again, up to line {copied}.");
        else journal.Event(HostEvents.AuditNotCopied, $"The audit is not copied to the database: {problem}");
    }

    private void Note(AuditAnchor last)
    {
        lock (Gate)
        {
            copied = last.Seq;
            if (copied >= audit.Head.Seq) wholeAt = time.GetUtcNow();
        }
    }

    private void Recall()
    {
        try
        {
            if (LibC.ReadOrdinary(Path.Combine(options.Directory, FileName), MostRemembered) is not { } bytes) return;
            using var kept = JsonDocument.Parse(bytes);
            if (kept.RootElement.GetProperty("line").GetInt64() is var line && line <= audit.Head.Seq)
                (copied, wholeAt) = (line, kept.RootElement.GetProperty("at").GetDateTimeOffset());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException
            or KeyNotFoundException or FormatException)
        {
            // Then it is known when the database has answered.
        }
    }

    private void Remember()
    {
        var now = time.GetUtcNow();
        nextRemembering = now + RememberingInterval;
        try
        {
            PrivateFile.Replace(
                Path.Combine(options.Directory, FileName),
                System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["line"] = copied, ["at"] = wholeAt }.ToText()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk: after a start it is known a little later how far the copy was.
        }
    }
}
