using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable.Deciding;

/// <summary>
/// Where the web page of decisions asks. Its folder comes with that program's package; where it is missing the gate works as without, and
/// it is tried again.
/// </summary>
internal sealed class DecisionSocket(string path, Func<ControlSocket> open, ILogger<DecisionSocket> logger, TimeProvider time)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isTold = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            using var socket = open();
            try
            {
                await socket.StartAsync(stoppingToken).ConfigureAwait(false);
                isTold = false;
                await socket.ExecuteTask!.ConfigureAwait(false);
                await socket.StopAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ConfigurationException or IOException && !stoppingToken.IsCancellationRequested)
            {
                if (!isTold)
                    logger.LogWarning(
                        "Nobody can decide from a mail: {Reason} Is athena-workers-decisions installed, which makes the folder of {Path}? "
                        + "Tried again each minute.",
                        e.Message,
                        path);
                isTold = true;
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
