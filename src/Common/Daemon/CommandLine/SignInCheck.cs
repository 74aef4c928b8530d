using Athena.Common.Checks;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Api.Listener;
using Athena.Common.Grafana.Health;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>The part of <c>check</c> about Grafana, for a daemon that works without an account as well.</summary>
public static class SignInCheck
{
    /// <summary>Says whether Grafana answers, whether it lets us in, and who else is there in its place or in ours.</summary>
    /// <param name="report">Gets the lines.</param>
    /// <param name="grafana">Of <paramref name="access"/>.</param>
    /// <param name="access">Where it is and how we sign in.</param>
    /// <param name="worker">Whose requests are looked for.</param>
    /// <param name="withoutAccount">Says what an account would be for; with the command that makes one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Who we are; null where there is nothing more to ask.</returns>
    public static async Task<GrafanaUser?> RunAsync(
        CheckReport report, GrafanaClient grafana, GrafanaClientOptions access, WorkerIdentity worker, Action<string> withoutAccount,
        TimeProvider time, CancellationToken cancel)
    {
        using var door = new AnonymousProbe(access, time);
        var look = await door.LookAsync(cancel).ConfigureAwait(false);
        if (look.Verdict == HealthVerdict.Up) report.Ok($"Grafana {access.Url}: version {look.Version}, database ok");
        else report.Fail($"Grafana {access.Url}: {look.Detail}", GrafanaHealth.RemedyFor(look.Detail));
        if (access.IsAnonymous)
        {
            withoutAccount(access.AccountAdvice);
            return null;
        }

        if (look.Verdict != HealthVerdict.Up) return null;
        var self = await grafana.WhoAmIAsync(cancel).ConfigureAwait(false);
        if (!self.IsDone)
        {
            report.Fail($"Signing in: {self.Detail}", access.SignInAdvice);
            return null;
        }

        report.Ok($"Signed in as {UntrustedText.Visible(self.Value.Login, 60)}");
        ListenerCheck.Report(report, grafana.Listener);
        ListenerCheck.ReportCopy(report, access, worker, self.Value.Id, time.GetUtcNow());
        return self.Value;
    }
}
