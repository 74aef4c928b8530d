using Athena.Common.Checks;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>The part of <c>check</c> about the ways to our people.</summary>
public static class ChannelCheck
{
    /// <summary>What waits for a channel that is found well is tried at once.</summary>
    /// <param name="channel">Disposed of.</param>
    /// <param name="test">To be sent when all is well; null when no test was asked for.</param>
    /// <param name="isNeeded">False where the daemon does its work without: then what fails is a warning.</param>
    /// <returns>Whether a message would be taken.</returns>
    public static async Task<bool> RunAsync<TSettings>(
        WorkerContext<TSettings> context, CheckReport report, INotificationChannel channel, Notification? test, CancellationToken cancel,
        bool isNeeded = true)
    {
        await using (channel.ConfigureAwait(false))
        {
            var found = new CheckReport();
            var isGood = await channel.CheckAsync(found, test, cancel).ConfigureAwait(false);
            foreach (var finding in found.Findings)
                report.Take(
                    !isNeeded && finding.Outcome == CheckOutcome.Failed ? finding with { Outcome = CheckOutcome.Warning } : finding);
            if (isGood) await WaitingMessages.TryAsync(context, channel, cancel).ConfigureAwait(false);
            return isGood;
        }
    }
}
