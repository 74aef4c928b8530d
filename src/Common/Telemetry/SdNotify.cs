using System.Net.Sockets;
using Athena.Common.Text;
using Microsoft.Extensions.Hosting.Systemd;

namespace Athena.Common.Telemetry;

/// <summary>
/// Says to systemd how the daemon is (sd_notify(3)). The library writes; what is added is that nobody who listens is no fault, nor a
/// systemd that takes nothing any more, and the statuses. Without <c>NOTIFY_SOCKET</c> it does nothing. Thread-safe.
/// </summary>
/// <remarks>
/// Made by hand: <c>AddSystemd()</c> recognises systemd by the parent process, which is hidden under <c>ProtectProc=invisible</c>, and
/// then registers nothing.
/// </remarks>
public sealed class SdNotify(ISystemdNotifier notifier)
{
    /// <summary>So much is kept for a systemd that takes nothing; what comes after that is left out.</summary>
    private const int MostWaiting = 100;

    // A systemd that froze (it does so after a fault of its own) leaves its socket as it is. Once that is full, the kernel keeps whoever
    // writes waiting without an end, and a guard must go on without systemd.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private Task last = Task.CompletedTask;
    private int waiting;
    private volatile bool isFrozen;

    /// <summary>The variable that systemd hands the socket's address over with.</summary>
    internal const string SocketVariable = "NOTIFY_SOCKET";

    /// <summary>True when systemd asked to be told.</summary>
    public bool IsEnabled => notifier.IsEnabled;

    /// <summary>Takes the address from the environment and removes it there: a child process must not speak for the daemon.</summary>
    public static SdNotify FromEnvironment()
    {
        var notifier = new SystemdNotifier(); // Reads the variable as it is made, and never again.
        Environment.SetEnvironmentVariable(SocketVariable, null);
        return new SdNotify(notifier);
    }

    public bool Ready(string status) => Send("READY=1", Status(status));

    public bool Say(string status) => Send(Status(status));

    public bool Stopping(string status) => Send("STOPPING=1", Status(status));

    public bool Alive() => Send("WATCHDOG=1");

    private static string Status(string text) => "STATUS=" + VisibleText.Escape(text);

    /// <summary>One datagram, states joined by line feeds, after those before it. False when it was not sent, or is not yet.</summary>
    private bool Send(params ReadOnlySpan<string> states)
    {
        if (!notifier.IsEnabled)
            return false;

        var state = new ServiceState(string.Join('\n', states));
        Task<bool> sent;
        lock (gate)
        {
            if (waiting == MostWaiting)
                return false;
            waiting++;
            last = sent = last.ContinueWith(_ => Write(state), TaskScheduler.Default);
        }

        if (!isFrozen && !sent.Wait(Patience))
            isFrozen = true;
        return sent.IsCompleted && sent.Result;
    }

    /// <summary>False when nobody listens (any more), or the address is none.</summary>
    private bool Write(ServiceState state)
    {
        try
        {
            notifier.Notify(state);
            return true;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return false;
        }
        finally
        {
            isFrozen = false;
            lock (gate)
                waiting--;
        }
    }
}
