using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Common.Files;
using Athena.Common.Grafana.Api;
using Athena.Common.Settings;
using Athena.Common.State.Audit;
using Athena.Common.Telemetry;
using Athena.Common.Text;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Grafana.Annotations;

/// <summary>How it is with the annotations.</summary>
/// <param name="Written">Since the daemon's start.</param>
/// <param name="Dropped">Lines of the audit, since then, that none tells of and none ever will.</param>
/// <param name="Waiting">Lines that are to be told of.</param>
/// <param name="Problem">Why nothing is written, a sentence that says what to do; null when all is well.</param>
public sealed record AnnotationTally(long Written, long Dropped, int Waiting, string? Problem)
{
    /// <summary>For <c>status</c>.</summary>
    public string Sentence => string.Create(CultureInfo.InvariantCulture, $"{Written} written")
        + (Waiting == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {Waiting} waiting"))
        + (Dropped == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {Dropped} dropped"))
        + (Problem is null ? "" : $"; {Problem}");

    /// <summary>For <c>status --output json</c>.</summary>
    public JsonObject ToJson() =>
        new() { ["written"] = Written, ["dropped"] = Dropped, ["waiting"] = Waiting, ["problem"] = Problem };
}

/// <summary>
/// Writes onto Grafana's dashboards what the audit tells of, beside the daemon's work and never in its way: one request at a time, and
/// where Grafana is away, or does not allow it, the lines wait in the audit. What was written is remembered after it was, so that a crash
/// between the two, or an answer that was lost, makes one annotation stand twice.
/// </summary>
/// <param name="audit">What is on disk.</param>
/// <param name="options">Where that is.</param>
/// <param name="daemon">By the name of its unit.</param>
/// <param name="notes">What a line tells; null where it tells nothing.</param>
/// <param name="naming">Whether accounts are named.</param>
public sealed class Annotator(
    AuditLog audit, AuditOptions options, string daemon, Func<AuditRecord, AuditNote?> notes, AnnotationNaming naming, IAnnotations grafana,
    ILogger<Annotator> journal, TimeProvider time) : AuditFollower(time)
{
    /// <summary>Up to which line all is written: <c>{"line":17}</c>.</summary>
    public const string FileName = "annotations.json";

    /// <summary>The newest lines that wait; older ones are dropped.</summary>
    public const int MostWaiting = 1000;

    private const int MostRemembered = 4096;

    /// <summary>So many lines are read again after a start, for want of one that is told of.</summary>
    private const int MostUnremembered = 500;

    /// <summary>What happens within this time is one annotation: a flood of sign-ups is no flood of these.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMinutes(1);

    private readonly Queue<(AuditRecord Record, AuditNote Note)> waiting = new();
    private long read = -1;
    private long done;
    private long? remembered;
    private long written;
    private long dropped;

    /// <summary>As it is now. Safe from any thread.</summary>
    public AnnotationTally Tally
    {
        get
        {
            lock (Gate) return new AnnotationTally(written, dropped, waiting.Count, Problem);
        }
    }

    /// <summary>What was before the first start with annotations is not told: from then on, each line.</summary>
    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Recall();
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (remembered != done) TryRemember();
    }

    /// <summary>Where it begins; to be called before anything is written.</summary>
    internal void Recall()
    {
        var head = audit.Head.Seq;
        try
        {
            if (LibC.ReadOrdinary(Path.Combine(options.Directory, FileName), MostRemembered) is { } bytes)
            {
                using var kept = JsonDocument.Parse(bytes);
                remembered = Math.Min(head, kept.RootElement.GetProperty("line").GetInt64());
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException
            or KeyNotFoundException or FormatException)
        {
            // As at a first start: rather a few that nobody is told of than all of them a second time.
        }

        read = done = remembered ?? head;
    }

    private protected override async Task<string?> FollowAsync(CancellationToken cancel)
    {
        Gather();
        var fault = remembered is null || done - remembered >= MostUnremembered ? TryRemember() : null;
        while (fault is null && waiting.Count > 0) fault = await WriteAsync(cancel).ConfigureAwait(false);
        return fault;
    }

    private protected override string Explain(Exception fault) => $"Annotations could not be written: {fault.Message}";

    private protected override void Say(string? problem)
    {
        if (problem is null) journal.Event(HostEvents.AnnotationsWritten, "Annotations are written to Grafana again.");
        else journal.Event(HostEvents.AnnotationsNotWritten, $"Annotations are not written to Grafana: {problem}");
    }

    private void Gather()
    {
        var newest = audit.Head.Seq;
        if (newest == read) return;
        foreach (var record in AuditReader.ReadAfter(options, read).TakeWhile(record => record.Seq <= newest))
        {
            read = record.Seq;
            lock (Gate)
            {
                if (notes(record) is { } note) waiting.Enqueue((record, note));
                if (waiting.Count > MostWaiting)
                {
                    done = waiting.Dequeue().Record.Seq;
                    dropped++;
                }
            }
        }

        if (waiting.Count == 0) done = read;
    }

    /// <summary>The next one.</summary>
    /// <returns>Why it waits on; null where it is dealt with.</returns>
    private async Task<string?> WriteAsync(CancellationToken cancel)
    {
        if (remembered != done && TryRemember() is { } unwritten) return unwritten;
        var first = waiting.Peek().Note;
        var some = waiting.TakeWhile(one => one.Note.Kind == first.Kind && (one.Note.At - first.At).Duration() < Together).ToList();
        var logins = naming == AnnotationNaming.Named
            ? some.Select(one => LoginOf(one.Record)).OfType<string>().Distinct(StringComparer.Ordinal).ToList()
            : [];
        var answer = await grafana.AnnotateAsync(NoteText.Write(daemon, [.. some.Select(one => one.Note)], logins), cancel)
            .ConfigureAwait(false);
        if (!answer.IsDone) return answer.Detail;
        lock (Gate)
        {
            if (answer.Value.IsKept) written++;
            else dropped += some.Count;
            foreach (var (record, _) in some)
            {
                waiting.Dequeue();
                done = record.Seq;
            }

            if (waiting.Count == 0) done = read;
        }

        if (!answer.Value.IsKept)
            journal.Event(
                HostEvents.AnnotationsNotWritten,
                $"Grafana does not take the annotation about line {some[0].Record.Seq} of the audit; it is left out.");
        return TryRemember();
    }

    /// <summary>Only the line that an account's matter began with has its login; null where that has lost it.</summary>
    private string? LoginOf(AuditRecord record) =>
        LoginIn(record) ?? AuditReader.Read(options, record.Case).Select(LoginIn).LastOrDefault(login => login is not null);

    private static string? LoginIn(AuditRecord record) =>
        record.Facts?.TryGetValue("login", out var login) == true && login.Length > 0 ? login : null;

    /// <returns>Why it cannot be remembered, a sentence; null where it is. Nothing is written until it can: it would come twice.</returns>
    private string? TryRemember()
    {
        try
        {
            PrivateFile.Replace(
                Path.Combine(options.Directory, FileName), Encoding.UTF8.GetBytes(new JsonObject { ["line"] = done }.ToText()));
            remembered = done;
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{FileName} in {options.Directory} cannot be written: {e.Message.TrimEnd('.')}. Make room there.";
        }
    }
}
