using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Network;

namespace Athena.Common.Grafana.Api.Listener;

/// <summary>
/// Connects to Grafana on this machine. Whoever may run a program here can take Grafana's port while Grafana is down, so a connection is
/// used for a session, a token or the password only when it is proved: a question is asked on that very connection, and Grafana's own log
/// shows it. Connections are kept, so that each is proved once.
/// </summary>
/// <param name="proves">False for whoever sends nothing that is secret: then only the address is chosen.</param>
internal sealed class LoopbackConnector(
    GrafanaClientOptions options, IReadOnlyList<KeyValuePair<string, string>> headers, bool proves, TimeProvider time)
{
    /// <summary>How long an echo may take. journald announces late, a busy Grafana writes late; mostly it is a few milliseconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan UnreadablePatience = TimeSpan.FromSeconds(1);

    /// <summary>How long a connection and its first answer may take.</summary>
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(5);

    private const int MostTries = 3;

    // A Grafana that began to listen lately has said so near the end of its log; one that runs for weeks may have said it in a file far
    // back.
    private const long NearReach = 8L * 1024 * 1024;
    private const long FarReach = 256L * 1024 * 1024;

    private IPEndPoint? named;
    private bool hasLookedFar;
    private ListenerState? lastUsable;

    /// <summary>How the last connection stands.</summary>
    public ListenerState State { get; private set; } = ListenerState.Unknown;

    /// <summary>
    /// A request was answered, over a connection that may be used: what was refused meanwhile was another connection, which Grafana's log
    /// showed too late.
    /// </summary>
    public void NoteAnswer()
    {
        if (State.Kind == ListenerKind.Refused && lastUsable is { } usable) State = usable;
    }

    /// <exception cref="ListenerException">What listens there was not proved to be Grafana.</exception>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        if (options.SocketPath is { } path)
        {
            var socket = await ConnectAsync(path, cancel).ConfigureAwait(false);
            State = new ListenerState(
                ListenerKind.UnixSocket, $"Grafana is asked by the socket {path}, in a directory where strangers cannot make one.");
            return socket;
        }

        if (!proves || options.Log is not { } log)
            return (await DialAsync(options.Log is null ? null : FindNamed(options.Log), cancel).ConfigureAwait(false)).Stream;
        if (options.TrustLoopback) return await TrustAsync(log, cancel).ConfigureAwait(false);
        if (!log.IsProof)
            throw Refuse($"others than Grafana may write lines into {log.Name}, so a question that appears there proves nothing", NoProof);

        for (var tries = 1; ; tries++)
        {
            // Reading a log blocks, and the caller may be the one loop that waits for nothing.
            var (stream, isBroken) = await Task.Run(() => TryAsync(log, cancel), cancel).ConfigureAwait(false);
            if (stream is not null) return stream;
            if (isBroken && tries < MostTries) continue;
            throw Refuse($"Grafana's log {log.Name} says that Grafana began to listen while this connection was being made");
        }
    }

    private static async Task<Stream> ConnectAsync(string path, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Stream> TrustAsync(ILogSource log, CancellationToken cancel)
    {
        var (stream, at) = await DialAsync(FindNamed(log), cancel).ConfigureAwait(false);
        State = new ListenerState(ListenerKind.Trusted,
            $"GRAFANA_TRUST_LOOPBACK=yes: whoever listens at {at} is sent the daemon's session and password without a proof. Any local "
            + "user can listen there while Grafana is down.");
        return stream;
    }

    /// <returns>A connection that may be used; or null and whether another try may end better.</returns>
    private async Task<(Stream? Stream, bool IsBroken)> TryAsync(ILogSource log, CancellationToken cancel)
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        using var echo = new EchoWatch(log, nonce, time);
        await echo.BegunAsync(cancel).ConfigureAwait(false);
        var at = FindNamed(log);
        var (stream, dialled) = await DialAsync(at, cancel).ConfigureAwait(false);
        try
        {
            if (await AskAsync(stream, nonce, cancel).ConfigureAwait(false) is { } strange)
            {
                if (!IsOlder) throw Refuse(strange);
                await stream.DisposeAsync().ConfigureAwait(false);
                (stream, dialled) = await DialAsync(at, cancel).ConfigureAwait(false);
                return (Believe(stream, dialled, strange), false);
            }

            // While a file is being exchanged it is not there for a moment.
            if (echo.Problem is not null && !await echo.AwaitAsync(UnreadablePatience, time, cancel).ConfigureAwait(false)
                && echo.Problem is { } reason)
                return (Believe(stream, dialled, $"Grafana's log cannot be read ({reason})"), false);
            if (!await echo.AwaitAsync(Patience, time, cancel).ConfigureAwait(false))
            {
                if (echo.Problem is { } unreadable)
                    return (Believe(stream, dialled, $"Grafana's log cannot be read ({unreadable})"), false);
                var silence = $"a question that was asked there did not appear in {log.Name} within {Patience.TotalSeconds:0} s";
                return IsOlder ? (Believe(stream, dialled, silence), false) : throw Refuse(silence);
            }

            if (echo.IsBroken)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
                return (null, true);
            }

            if (ListenerPolicy.Objection(dialled, at, PeerOf(stream), log.Owner) is not { } objection)
                return (Prove(stream, dialled, log), false);
            return IsOlder && !ListenerPolicy.IsElsewhere(dialled, at)
                ? (Believe(stream, dialled, objection), false)
                : throw Refuse(objection);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Version 0.1.0 knew no proof: a host that it guarded goes on being guarded, and is told what to write down.</summary>
    private bool IsOlder => options.Installation is { IsOlderThanProof: true };

    private const string NoAnswer = "what listens there does not answer as Grafana does";

    /// <returns>Null when the connection can be used on; else why not.</returns>
    private async Task<string?> AskAsync(Stream stream, string nonce, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(AnswerPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            await ListenerQuestion.AskAsync(stream, options.BaseAddress, nonce, headers, either.Token).ConfigureAwait(false);
            return null;
        }
        catch (ListenerException fault)
        {
            return $"{NoAnswer}: {fault.Message}";
        }
        catch (IOException)
        {
            return NoAnswer;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return NoAnswer;
        }
    }

    /// <summary>The newest line that names the address; what was known before holds as long as no newer one is found.</summary>
    private IPEndPoint? FindNamed(ILogSource log)
    {
        var newest = log.NewestListenAddress(NearReach);
        if (newest is null && !hasLookedFar && named is null) newest = log.NewestListenAddress(FarReach);
        hasLookedFar = true;
        return named = newest ?? named;
    }

    private async Task<(NetworkStream Stream, IPEndPoint At)> DialAsync(IPEndPoint? at, CancellationToken cancel)
    {
        var port = options.BaseAddress.Port;
        var target = new IPEndPoint(
            ListenerPolicy.Choose(options.BaseAddress.Host, port, at, at is null ? SocketTable.Read() : null), port);
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var patience = new CancellationTokenSource(AnswerPatience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
            await socket.ConnectAsync(target, either.Token).ConfigureAwait(false);
            return (new NetworkStream(socket, ownsSocket: true), target);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Null when it cannot be told. Where the other end is no socket of this machine, root has led the address elsewhere.
    /// </summary>
    private static uint? PeerOf(NetworkStream stream)
    {
        if (SocketTable.Read() is not { } table
            || stream.Socket is not { LocalEndPoint: IPEndPoint ours, RemoteEndPoint: IPEndPoint theirs })
            return null;
        return table.PeerOf(ours, theirs)?.UserId ?? ListenerPolicy.Root;
    }

    private Stream Prove(Stream stream, IPEndPoint at, ILogSource log)
    {
        options.Installation?.NoteProved(time.GetUtcNow());
        State = lastUsable = new ListenerState(
            ListenerKind.Proved, $"It is proved that Grafana listens at {at}: what is asked there appears in {log.Name}.");
        return stream;
    }

    private Stream Believe(Stream stream, IPEndPoint at, string why)
    {
        State = lastUsable = new ListenerState(ListenerKind.Believed,
            $"It cannot be proved that it is Grafana who listens at {at}: {why}. It is believed, so that the work goes on; but any local "
            + $"user can listen there while Grafana is down, and would be sent the daemon's session and password. {Remedy}");
        return stream;
    }

    private ListenerException Refuse(string why, string remedy = Remedy)
    {
        State = new ListenerState(ListenerKind.Refused,
            $"It could not be proved that it is Grafana who listens at {options.Url}: {why}. No password, token or session was sent. "
            + remedy);
        return new ListenerException(State.Sentence);
    }

    private const string NoProof =
        "Use https, or a socket of Grafana's (unix:), in GRAFANA_URL; or, where only admins may log in to this machine, set "
        + "GRAFANA_TRUST_LOOPBACK=yes.";

    private const string Remedy =
        "While Grafana starts this passes. Else see that LOG is the log of this very Grafana and that GRAFANA_URL is the address that it "
        + "names there (\"HTTP Server Listen\"); or use https; " +
        "or, where only admins may log in to this machine, set GRAFANA_TRUST_LOOPBACK=yes.";
}

/// <summary>
/// What listens at Grafana's address was not proved to be Grafana. The message says why, and that nothing secret was sent.
/// </summary>
internal sealed class ListenerException(string message) : IOException(message);
