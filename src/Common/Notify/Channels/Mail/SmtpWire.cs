using System.Net.Sockets;
using Athena.Common.Text;

namespace Athena.Common.Notify.Channels.Mail;

/// <summary>
/// The bytes to and from a server, before TLS: whoever waits here waits no longer than the step may take, and what the network does
/// becomes a sentence of ours.
/// </summary>
/// <param name="host">For the sentences.</param>
/// <param name="patience">How long a step may take that nobody has named yet.</param>
internal sealed class SmtpWire(Stream network, string host, StepTimer timer, TimeSpan patience) : SequentialStream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await network.ReadAsync(buffer, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (Explain(e, cancellationToken) is { } failure)
        {
            throw failure;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A command's time begins with its first byte; its name is known once it is out.
        if (!timer.IsRunning)
            timer.Begin("a command", patience);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            await network.WriteAsync(buffer, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (Explain(e, cancellationToken) is { } failure)
        {
            throw failure;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // A socket holds nothing back.
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            network.Dispose();
        base.Dispose(disposing);
    }

    private SmtpFailure? Explain(Exception e, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return null;
        return e switch
        {
            OperationCanceledException when timer.IsOver => new SmtpFailure($"{host} {timer.Sentence}", inner: e),
            IOException or SocketException => new SmtpFailure($"{host} broke off at {timer.Step}: {e.Message}", inner: e),
            _ => null,
        };
    }
}
