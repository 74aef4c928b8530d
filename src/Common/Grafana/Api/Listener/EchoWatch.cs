using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources;

namespace Athena.Common.Grafana.Api.Listener;

/// <summary>
/// Reads Grafana's log from now on, until a question appears in it. Begun before the connection is made: a line "HTTP Server Listen" in
/// between says that Grafana began to listen only then, so that the connection may lead to whoever had the port before. A journal belongs
/// to the thread that opened it (sd_journal_open(3)), so there is one for each watch; it lives for moments.
/// </summary>
internal sealed class EchoWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly ILogFollower follower;
    private readonly byte[] mark;
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool isStopping;
    private volatile bool isBroken;
    private volatile string? problem;
    private bool isMarkSeen;

    public EchoWatch(ILogSource log, string nonce, TimeProvider time)
    {
        mark = [.. ListenerQuestion.Mark, .. System.Text.Encoding.ASCII.GetBytes(nonce)];
        follower = log.Follow(time);
        new Thread(Follow) { IsBackground = true, Name = "echo" }.Start();
    }

    /// <summary>Why the log cannot be read; null when it can.</summary>
    public string? Problem => problem;

    /// <summary>Grafana began to listen, or lines may have been lost, since this was begun.</summary>
    public bool IsBroken => isBroken;

    /// <summary>What is written from here on is seen.</summary>
    public Task BegunAsync(CancellationToken cancel) => begun.Task.WaitAsync(cancel);

    /// <summary>Waits for the question. False when it did not appear in time.</summary>
    public async Task<bool> AwaitAsync(TimeSpan patience, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            await seen.Task.WaitAsync(patience, time, cancel).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>The thread puts the log away by itself.</summary>
    public void Dispose() => isStopping = true;

    private void Follow()
    {
        try
        {
            using (follower)
            {
                follower.Open(null);
                do
                {
                    var read = follower.Read(Take);
                    problem = read.Problem;
                    if (read.Gap is { IsContinuous: false }) isBroken = true;
                    begun.TrySetResult();
                    if (isMarkSeen) seen.TrySetResult();
                    Thread.Sleep(Pause);
                }
                while (!isStopping);
            }
        }
        catch (Exception e)
        {
            // A log is never a fault of the connection's; the question is then not seen.
            problem = e.Message;
            begun.TrySetResult();
        }
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf(mark) >= 0)
        {
            var line = LogLine.Parse(bytes);
            isMarkSeen |= line.Kind == LineKind.Request && line.Path.EndsWith(mark);
        }
        else if (ListenLine.TryRead(bytes) is not null)
        {
            isBroken = true;
        }
    }
}
