using System.Globalization;
using System.Text.Json;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Delivery;
using Athena.Common.Notify.Documents;
using Athena.Common.State;
using Athena.Common.State.Backups;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Hourly;
using Athena.Compliance.Notify.Mails;
using Athena.Compliance.Policy;
using Athena.Compliance.State;
using Athena.Tests.Shared;

namespace Athena.Compliance.Tests.Simulation;

/// <summary>
/// A host with a disk, a mail server that refuses a third of the time, and a power supply that fails between any two steps. What is in
/// <see cref="disk"/>, the audit, the outbox and the mailboxes survives.
/// </summary>
internal sealed class SimulatedHost(Random random, ManualTime time)
    : IStateStore<ComplianceState>, IWindowEvaluator, IEvidenceStore, ILetterWriter, IOutbox, IAuditLog
{
    private readonly HashSet<string> accepted = [];
    private readonly Dictionary<string, (OutgoingMessage Mail, List<string> Left)> waiting = [];
    private readonly Dictionary<string, DateTimeOffset> passedOverAt = [];
    private byte[]? disk;

    /// <summary>Chance that the power goes at a step, in percent.</summary>
    public int CrashPercent { get; set; }

    /// <summary>After so many further steps it goes once; negative: it does not.</summary>
    public int CrashAfter { get; set; } = -1;

    public bool DiskIsFull { get; set; }

    public static IReadOnlyList<string> Recipients { get; } = ["lead@first2lead.example", "second@first2lead.example"];

    public List<AuditEntry> Audit { get; } = [];

    /// <summary>What arrived, with each repetition.</summary>
    public List<(string Key, string To, string Subject)> Mailbox { get; } = [];

    public Dictionary<string, WindowEvidence> Book { get; } = [];

    /// <summary>What the time really is, whatever the clock shows.</summary>
    public DateTimeOffset Truth => new(time.GetTimestamp(), TimeSpan.Zero);

    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>All that a backup holds, as it is now. What is given back restores it: mailboxes stay as they are.</summary>
    public Action<RestoredFrom>? BackUp()
    {
        if (disk is not { } state) return null;
        var (audit, book, done) = (Audit.ToList(), Book.ToList(), accepted.ToList());
        var left = waiting.Select(mail => (mail.Key, mail.Value.Mail, Left: mail.Value.Left.ToList())).ToList();
        return from =>
        {
            var back = JsonSerializer.Deserialize<ComplianceState>(state)!;
            ComplianceRestore.Adopt(
                back,
                [
                    .. audit.GroupBy(entry => entry.Case).Select(entries => entries.Last())
                        .Where(entry => entry.Event == HourProcessor.DecidedEvent)
                        .Select(entry => AuditedDecision.Of(entry.Case, entry.Verdict, entry.Facts)).OfType<AuditedDecision>(),
                ],
                from);
            disk = JsonSerializer.SerializeToUtf8Bytes(back);
            Audit.Clear();
            Audit.AddRange(audit);
            Book.Clear();
            foreach (var (id, evidence) in book) Book[id] = evidence;
            accepted.Clear();
            accepted.UnionWith(done);
            waiting.Clear();
            foreach (var (key, mail, to) in left) waiting[key] = (RestoredMails.Marked(mail, UtcStamp.Write(from.BackupAt)), [.. to]);
        };
    }

    public ComplianceState Load(DateTimeOffset since) =>
        disk is null ? new ComplianceState { Since = since } : JsonSerializer.Deserialize<ComplianceState>(disk)!;

    public bool IsCompactionDue => false;

    StateLoad<ComplianceState> IStateStore<ComplianceState>.Load() => new StateLoad<ComplianceState>.Loaded(Load(default));

    public bool TryAppend(ComplianceState state, out string? problem) => TryCompact(state, out problem);

    public bool TryCompact(ComplianceState state, out string? problem)
    {
        problem = DiskIsFull ? "The disk is full." : null;
        if (DiskIsFull)
            return false;
        MayCrash();
        disk = JsonSerializer.SerializeToUtf8Bytes(state);
        MayCrash();
        return true;
    }

    /// <summary>Each look finds something else, as a log does that goes on being written: only what was kept first may count.</summary>
    /// <summary>Why the log cannot be reached; null when it can.</summary>
    public string? Unreached { get; set; }

    public Task<WindowEvidence> ExamineAsync(Window window, bool isLate, CancellationToken cancel)
    {
        MayCrash();
        var outcome = (Outcome)random.Next(Enum.GetValues<Outcome>().Length);
        var finding = new Finding(outcome, $"found at {Now:O}");
        return Task.FromResult(new WindowEvidence(
            window, Now, isLate, finding, new Coverage(window, [], [], random.Next(), 0) { Unreached = Unreached },
            [new EvidencePerson(1, "admin", null, Role.Admin, ActivityProof.Other, random.Next(1000), window.From, window.To, [], 1)],
            [], "file:/grafana.log", $"{Truth:O}", null));
    }

    public bool TryKeep(WindowEvidence evidence, out string? problem)
    {
        MayCrash();
        problem = null;
        if (Book.TryGetValue(evidence.Id + evidence.KeySuffix, out var kept))
            Assert.That(evidence.Finding, Is.EqualTo(kept.Finding), "a second opinion");
        Book[evidence.Id + evidence.KeySuffix] = evidence;
        passedOverAt.TryAdd(evidence.Id + evidence.KeySuffix, Truth);
        return true;
    }

    public bool IsReported(WindowEvidence evidence) => evidence.Finding?.IsReported == true;

    public IReadOnlyList<Notification> Write(WindowEvidence evidence) => evidence.Finding?.IsReported == true
        ?
        [
            new Notification(
                $"report/{evidence.Id}{evidence.KeySuffix}",
                Recipients,
                evidence.Finding.Reason + Wording.Marks(evidence),
                new MailDocument($"{evidence.People[0].Requests}", Tone.Calm, "", [], ""),
                new Brand("", "", null, null)),
        ]
        : [];

    public void Put(Notification mail)
    {
        MayCrash();
        if (!accepted.Contains(mail.Key) && !waiting.ContainsKey(mail.Key))
            waiting[mail.Key] =
                (new OutgoingMessage(mail.Key, mail.Recipients, mail.Subject, mail.Document.Title, null), [.. mail.Recipients]);
        else if (waiting.TryGetValue(mail.Key, out var first) && !IsMarked(first.Mail.Subject))
            Assert.That(mail.Document.Title, Is.EqualTo(first.Mail.Text), "two mails of one key that differ");
        MayCrash();
    }

    public IReadOnlyList<string> Withdraw(string key) => throw new NotSupportedException("Nothing is taken back.");

    public DeliveryProgress? ProgressOf(string key) => throw new NotSupportedException("Nobody asks.");

    public void Append(AuditEntry entry)
    {
        MayCrash();
        Audit.Add(entry);
        MayCrash();
    }

    /// <summary>The mail server fails a third of the time, for each recipient by itself.</summary>
    /// <param name="isWell">It fails no more.</param>
    public void Deliver(bool isWell = false)
    {
        foreach (var (mail, left) in waiting.Values.ToList())
        {
            foreach (var to in left.ToList())
            {
                if (!isWell && random.Next(3) == 0)
                    continue;
                Mailbox.Add((mail.Key, to, mail.Subject));
                MayCrash(); // Accepted by the server, and the power goes before that is noted.
                left.Remove(to);
            }

            if (left.Count > 0)
                continue;
            accepted.Add(mail.Key);
            waiting.Remove(mail.Key);
        }
    }

    /// <summary>It says of itself that it may be the second one.</summary>
    public static bool IsMarked(string subject) => subject.Contains("perhaps again", StringComparison.Ordinal);

    /// <summary>The state as an older version wrote it.</summary>
    public void Forget(Action<ComplianceState> forget)
    {
        var state = Load(default);
        forget(state);
        disk = JsonSerializer.SerializeToUtf8Bytes(state);
    }

    /// <summary>The decisions that count now, and when they were really made.</summary>
    public List<(WindowEvidence Evidence, DateTimeOffset MadeAt)> Standing()
    {
        var kept = Book.Values.ToLookup(evidence => evidence.Id);
        return
        [
        .. from entries in Audit.GroupBy(entry => entry.Case)
           let last = entries.Last()
           where last.Event == HourProcessor.DecidedEvent
           let at = last.Facts!["decidedAt"]
           let evidence = kept[last.Case].Last(evidence => At(evidence.DecidedAt) == at)
           select (evidence, MadeAt(evidence)),
        ];
    }

    /// <summary>When the decision of this window was really made that counts now.</summary>
    public DateTimeOffset? LastLook(DateTimeOffset end) =>
        Standing().Where(record => record.Evidence.Window.To == end).Select(record => (DateTimeOffset?)record.MadeAt).SingleOrDefault();

    /// <summary>When it was really made. Of what was not looked at: when it was kept first.</summary>
    public DateTimeOffset MadeAt(WindowEvidence evidence) =>
        evidence.GrafanaVersion is { } truth
            ? DateTimeOffset.Parse(truth, CultureInfo.InvariantCulture)
            : passedOverAt[evidence.Id + evidence.KeySuffix];

    /// <summary>As the audit writes it.</summary>
    public static string At(DateTimeOffset time) => $"{time:yyyy-MM-ddTHH:mm:sszzz}";

    private void MayCrash()
    {
        if (CrashAfter-- == 0)
            throw new CrashException();
        if (random.Next(100) < CrashPercent)
            throw new CrashException();
    }
}
