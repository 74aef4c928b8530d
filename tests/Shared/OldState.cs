using Athena.Common.Checks;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Delivery;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Tests.Shared;

/// <summary>
/// What version 0.1.0 left in a state directory when it was killed, written by its programs (tests/Fixtures/state-0.1.0): the next version
/// goes on with it.
/// </summary>
internal sealed class OldState : IDisposable
{
    private readonly TemporaryDirectory copy = new();

    /// <param name="version">Of which state: <c>0.1.0</c>, or <c>before-channels</c>, as it was written until mail and chat had one
    /// outbox.</param>
    public OldState(string daemon, string version = "0.1.0")
    {
        var from = Repository.PathOf($"tests/Fixtures/state-{version}/{daemon}");
        foreach (var file in System.IO.Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var to = copy[Path.GetRelativePath(from, file)];
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }

    public string Directory => copy.Path;

    public AuditOptions Audit => new(Directory, TimeSpan.FromDays(36_500), TimeSpan.FromDays(36_500));

    /// <summary>What the audit's verification finds wrong, before and after one more line; empty when nothing is.</summary>
    public IReadOnlyList<string> AuditProblems(TimeProvider time)
    {
        var before = AuditVerifier.Verify(Audit);
        using (var audit = AuditLog.Open(Audit, time, NullLogger<AuditLog>.Instance))
            audit.Append(new AuditEntry("started", "daemon", "by a later version", new Dictionary<string, string>()));
        var after = AuditVerifier.Verify(Audit);
        return
        [
            .. before.Problems,
            .. after.Problems,
            .. after.Lines == before.Lines + 1 ? Array.Empty<string>() : [$"{before.Lines} lines became {after.Lines}"],
        ];
    }

    /// <summary>Every mail that the outbox offers once it is due, with those for whom it is; all of them are accepted.</summary>
    public async Task<IReadOnlyList<(OutgoingMessage Mail, IReadOnlyList<string> To)>> OfferedAsync(
        TimeProvider time, Action<string> trouble, string folder = MailChannel.Folder)
    {
        var taker = new Taker();
        using var outbox = ChannelOutbox.Open(Path.Combine(Directory, folder), taker, time, () => 0.5, _ => { }, trouble);
        outbox.TryAtOnce();
        await outbox.DeliverDueAsync(CancellationToken.None);
        return taker.Taken;
    }

    public void Dispose() => copy.Dispose();

    private sealed class Taker : INotificationChannel
    {
        public List<(OutgoingMessage Mail, IReadOnlyList<string> To)> Taken { get; } = [];

        public string Name => "Mail";

        public string Unit => "mail";

        public OutgoingMessage? Write(Notification notification) => null;

        public Task<IReadOnlyDictionary<string, DeliveryResult>> SendAsync(DeliveryAttempt attempt, CancellationToken cancellation)
        {
            Taken.Add((attempt.Message, attempt.Recipients));
            return Task.FromResult<IReadOnlyDictionary<string, DeliveryResult>>(attempt.Recipients.ToDictionary(
                to => to, _ => new DeliveryResult(DeliveryVerdict.Accepted, "250 Ok")));
        }

        public Task<bool> CheckAsync(CheckReport report, Notification? test, CancellationToken cancellation) => Task.FromResult(true);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
