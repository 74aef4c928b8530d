using Athena.Common.Hosting;

namespace Athena.Common.Daemon.OwnAccount;

/// <summary>
/// Tells a running gate of this host beforehand which account is about to be made: it then counts it as known, instead of locking it at
/// once and asking the admins about it.
/// </summary>
internal static class GateNotice
{
    /// <summary>The gate among the daemons, whichever of them the command is typed for.</summary>
    public const string Gate = "grafana-auto-disable";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Whether it knows the account now, and a sentence for the person.</summary>
    public static async Task<(bool IsKnown, string Said)> GiveAsync(string socket, string login, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            var request = new ControlRequest(ExpectedAccount.Command, new Dictionary<string, string> { ["login"] = login, ["by"] = CommandUser.Name });
            var reply = await ControlClient.SendAsync(socket, request, Patience, time, cancel).ConfigureAwait(false);
            return reply switch
            {
                null => (false, $"{Gate} does not run here: there is nobody to be told of the account"),
                { ExitCode: ExitCode.Ok } => (true, $"{Gate} is told of the account, and lets it be"),
                _ => (false, $"{Gate} runs and could not be told: {reply.Text.TrimEnd()}"),
            };
        }
        catch (Exception e) when (e is IOException or TimeoutException or UnauthorizedAccessException)
        {
            return (false, $"{Gate} could not be told: {e.Message}");
        }
    }

    /// <summary>Where the gate listens, as its own settings say.</summary>
    public static string Socket()
    {
        var identity = new WorkerIdentity(Gate, "auto-disable", "");
        return CommonSettings.Read(new SettingsReader(SettingsSource.ForProcess(Gate)), identity).ControlSocket;
    }
}
