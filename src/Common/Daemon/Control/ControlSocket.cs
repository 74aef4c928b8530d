using System.Net.Sockets;
using Athena.Common.Files;
using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Common.Time;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Daemon.Control;

/// <summary>
/// Where the running daemon listens for its command line: a unix socket, 0600, so that only root and the daemon's own user reach it.
/// Several requests may follow each other on one connection. Bad clients are cut off and harm nobody else.
/// </summary>
/// <param name="isForGroup">The folder's group reaches it as well (0660): for a neighbour, who is answered little.</param>
public sealed class ControlSocket(
    string path, Func<ControlRequest, CancellationToken, Task<ControlReply>> handle, ILogger<ControlSocket> logger, TimeProvider time,
    bool isForGroup = false)
    : BackgroundService
{
    /// <summary>A request is a command and a few words.</summary>
    public const int RequestLimit = 64 * 1024;

    private const int MaxClients = 16;
    private const UnixFileMode ForGroup = PrivateFile.Mode | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>How long a client may keep silent before, between and after requests.</summary>
    public static TimeSpan ClientPatience { get; } = TimeSpan.FromSeconds(10);

    /// <summary>What a daemon is asked whether its work goes round; answered for all of them here.</summary>
    public const string AliveCommand = "alive";

    private readonly SemaphoreSlim places = new(MaxClients);
    private Socket? listener;

    /// <summary>
    /// The daemon's own, for its command line. <see cref="AliveCommand"/> asks what systemd's watchdog is told, for a place that has no
    /// systemd: that Grafana is away or a mail is refused changes nothing in it, and a start anew would not help.
    /// </summary>
    public static ControlSocket OfDaemon(
        string path, Heartbeat heartbeat, Func<ControlRequest, CancellationToken, Task<ControlReply>> handle, ILoggerFactory logging,
        TimeProvider time) =>
        new(path, (request, cancel) => request.Command == AliveCommand ? Task.FromResult(Alive(heartbeat.Age)) : handle(request, cancel),
            logging.CreateLogger<ControlSocket>(), time);

    private static ControlReply Alive(TimeSpan age) => age < Watchdog.Patience
        ? new ControlReply(ExitCode.Ok, "It works: its main loop goes round.")
        : new ControlReply(ExitCode.Fault, $"It hangs: its main loop has not gone round for {Duration.Write(age)}.");

    /// <summary>Binds and listens; requests are answered from then on.</summary>
    /// <exception cref="IOException">Another daemon answers at this path.</exception>
    /// <exception cref="ConfigurationException">The directory is missing or not ours.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        listener = await ListenAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (listener is not null)
            RemoveName();

        // The loop first: a listener that vanishes under it looks like a fault.
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        listener?.Dispose();
    }

    public override void Dispose()
    {
        listener?.Dispose();
        places.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var clients = new List<Task>();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await places.WaitAsync(stoppingToken).ConfigureAwait(false);
                var client = await listener!.AcceptAsync(stoppingToken).ConfigureAwait(false);
                clients.RemoveAll(c => c.IsCompleted);
                clients.Add(ServeAsync(client, stoppingToken));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException || stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (SocketException e)
            {
                // Out of descriptors or the like: do not spin.
                places.Release();
                logger.LogWarning("The control socket could not take a connection: {Reason}", e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(clients).ConfigureAwait(false);
    }

    private async Task<Socket> ListenAsync(CancellationToken cancel)
    {
        if (await SomebodyAnswersAsync(cancel).ConfigureAwait(false))
            throw new IOException($"Another daemon answers at {path}.");

        // bind(2) makes the file; nobody can connect before listen(2). So it has its mode and its name before it is of use to anyone, and
        // the left-over of a daemon that was killed is replaced in the same moment.
        var fresh = $"{path}.{Environment.ProcessId}";
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(fresh);
            socket.Bind(new UnixDomainSocketEndPoint(fresh));
            File.SetUnixFileMode(fresh, isForGroup ? ForGroup : PrivateFile.Mode);
            File.Move(fresh, path, overwrite: true);
            socket.Listen(MaxClients);
            return socket;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            socket.Dispose();
            throw new ConfigurationException($"The control socket {path} cannot be made: {e.Message}", e);
        }
    }

    private void RemoveName()
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The directory went first; a name that stays is replaced at the next start.
            logger.LogDebug("{Path} stays behind: {Reason}", path, e.Message);
        }
    }

    private async Task<bool> SomebodyAnswersAsync(CancellationToken cancel)
    {
        if (!File.Exists(path))
            return false;

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await probe.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken stop)
    {
        try
        {
            using var stream = new NetworkStream(client, ownsSocket: true);
            var lines = new LineReader(stream, RequestLimit);
            while (await WithPatience(lines.ReadAsync, stop).ConfigureAwait(false) is { } line)
            {
                var reply = ControlMessage.ReadRequest(line.Span) is { } request
                    ? await AnswerAsync(request, stop).ConfigureAwait(false)
                    : new ControlReply(ExitCode.Fault, "This is no request.");
                var bytes = ControlMessage.Write(reply);
                await WithPatience(async c => { await stream.WriteAsync(bytes, c).ConfigureAwait(false); return true; }, stop)
                    .ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException or ObjectDisposedException)
        {
            logger.LogDebug("A control connection ended early: {Reason}", e.Message);
        }
        finally
        {
            places.Release();
        }
    }

    private async Task<T> WithPatience<T>(Func<CancellationToken, Task<T>> act, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(ClientPatience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        return await act(both.Token).ConfigureAwait(false);
    }

    /// <summary>A fault in one command must not end the daemon, which guards a door: this is the edge that survives.</summary>
    private async Task<ControlReply> AnswerAsync(ControlRequest request, CancellationToken stop)
    {
        try
        {
            return await handle(request, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogError(e, "The command {Command} failed", request.Command);
            return new ControlReply(ExitCode.Fault, $"The command failed: {e.Message}");
        }
    }
}

/// <summary>A command that waits in a daemon's inbox for its turn: one thread of execution does all its work.</summary>
public sealed record CommandCall(ControlRequest Request, TaskCompletionSource<ControlReply> Answer)
{
    /// <summary>Puts a command into the inbox and waits until it is answered; safe from any thread.</summary>
    /// <param name="tryPut">False when the inbox is closed.</param>
    public static Task<ControlReply> AskAsync(ControlRequest request, Func<CommandCall, bool> tryPut, CancellationToken cancel)
    {
        var call = new CommandCall(request, new TaskCompletionSource<ControlReply>(TaskCreationOptions.RunContinuationsAsynchronously));
        return tryPut(call)
            ? call.Answer.Task.WaitAsync(cancel)
            : Task.FromResult(new ControlReply(ExitCode.Fault, "The daemon is stopping."));
    }
}
