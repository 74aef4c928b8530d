using Athena.Common.Checks;
using Athena.Common.Grafana.Api;
using Athena.Common.Settings;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// The part of <c>check</c> about annotations: whether our account may write one, found out without writing any. The daemon works without,
/// so nothing here is more than a warning.
/// </summary>
public static class AnnotationCheck
{
    private const string Later = "What happens until then is written later, the newest thousand lines of it.";

    /// <summary>Says nothing where none are wanted, nor where Grafana does not let us in, which is said elsewhere.</summary>
    public static async Task RunAsync<TSettings>(
        WorkerContext<TSettings> context, CheckReport report, GrafanaClientOptions grafana, CancellationToken cancel)
    {
        if (context.Common.Annotations == AnnotationNaming.None) return;
        if (grafana.IsAnonymous)
        {
            report.Warn("Annotations: none are written, for no account in Grafana is set", grafana.AccountAdvice);
            return;
        }

        await using var client = new GrafanaClient(
            grafana.ForCommand(context.Common.StateDirectory), context.Time, context.Logging.CreateLogger<GrafanaClient>());
        var answer = await client.MayAnnotateAsync(cancel).ConfigureAwait(false);
        if (answer.IsDone)
            report.Ok(
                "Annotations: are written onto Grafana's dashboards, "
                + (context.Common.Annotations == AnnotationNaming.Named ? "with the account's login" : "nobody is named in them"));
        else if (answer.Outcome is not (GrafanaOutcome.Unavailable or GrafanaOutcome.SignInFailed))
            report.Warn($"Annotations: {answer.Detail}", Later);
    }
}
