using Athena.Common.Checks;
using Athena.Common.Grafana.Api;
using Athena.Common.GrafanaLog.Sources;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>The part of <c>check</c> that compares how long Grafana's log is kept with LOG_KEEP.</summary>
public static class LogKeepCheck
{
    /// <param name="context">Whose check it is.</param>
    /// <param name="report">Gets the line.</param>
    /// <param name="log">Grafana's.</param>
    /// <param name="wanted">LOG_KEEP.</param>
    /// <param name="server">Grafana's own settings; null when it does not tell them, then those of its file are taken.</param>
    public static void Run<TSettings>(
        WorkerContext<TSettings> context, CheckReport report, ILogSource log, TimeSpan wanted, ServerSettings? server)
    {
        server ??= ServerSettingsFile.Read(ServerSettingsFile.Usual, out _);
        LogCheck.RunOnKeep(
            log, wanted, server is null ? null : key => server["log.file", key], report, context.Time.GetUtcNow(),
            context.Reader.PlaceOf(context.Identity.Daemon, "LOG_KEEP"));
    }
}
