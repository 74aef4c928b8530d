using System.Runtime.InteropServices;

namespace Athena.Common.Daemon;

/// <summary>Turns the first SIGTERM or SIGINT into a request to stop; a second one ends the process at once.</summary>
public sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly PosixSignalRegistration terminate;
    private readonly PosixSignalRegistration interrupt;

    public StopSignals()
    {
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take);
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Take);
        Current = stop.Token;
    }

    public CancellationToken Token => stop.Token;

    /// <summary>Of the command that this process runs now, for whoever waits for a key; never cancelled where none runs.</summary>
    internal static CancellationToken Current { get; private set; }

    /// <summary>Of a command that was stopped before its end, as a shell says it: 128 and the number of the signal.</summary>
    public static int ExitCode { get; private set; } = Settings.ExitCode.Interrupted;

    public void Dispose()
    {
        Current = CancellationToken.None;
        terminate.Dispose();
        interrupt.Dispose();
        stop.Dispose();
    }

    private void Take(PosixSignalContext signal)
    {
        ExitCode = signal.Signal == PosixSignal.SIGTERM ? Settings.ExitCode.Terminated : Settings.ExitCode.Interrupted;
        signal.Cancel = !stop.IsCancellationRequested;
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // One that was on its way while the registrations were taken back: the process is ending already.
        }
    }
}
