using Athena.Common.Daemon.CommandLine;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Grafana.Probes;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.CommandLine;

/// <summary>
/// Decides windows without state: nothing is sent and nothing is remembered. Grafana is asked who is who, unless told not to.
/// </summary>
internal sealed class Trial : IAsyncDisposable
{
    private static readonly string[] MailKeys = ["SMTP_", "MAIL_", "REPORT_TO", "OPS_MAIL_TO", "SUMMARY_TO", "REPLY_TO"];

    private readonly GrafanaClient? grafana;
    private readonly AnonymousProbe? door;
    private readonly WindowEvaluator windowEvaluator;

    /// <param name="log">Another log than that of the settings; null for theirs.</param>
    /// <param name="isOffline">Ask Grafana nothing.</param>
    public Trial(WorkerContext<ComplianceSettings> context, string? log, bool isOffline, IProgress<WindowProgress>? progress = null)
    {
        Settings = ReadSettings(context);
        var source = log is null ? Settings.Log : LogSetting.ReadOption(log);
        var access = Settings.Grafana.ForCommand(context.Common.StateDirectory);
        grafana = isOffline || access.IsAnonymous ? null : new GrafanaClient(access, context.Time);
        door = isOffline ? null : new AnonymousProbe(access, context.Time);
        windowEvaluator = new WindowEvaluator(
            new LogWindows(source, progress), new GrafanaDirectory(grafana, door, context.Time),
            Settings.Examining with { Source = source.Name, Probe = false },
            () => ProbeBook.Empty, () => null, problems => Tell(context, problems), context.Time);
    }

    public ComplianceSettings Settings { get; }

    public Task<WindowEvidence> DecideAsync(Window window, CancellationToken cancel) =>
        windowEvaluator.ExamineAsync(window, isLate: false, cancel);

    public async ValueTask DisposeAsync()
    {
        door?.Dispose();
        if (grafana is not null) await grafana.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What the mails need is not needed here: only what is wrong beside it matters.</summary>
    public static ComplianceSettings ReadSettings(WorkerContext<ComplianceSettings> context)
    {
        var reader = new SettingsReader(context.Source);
        var settings = ComplianceSettings.Read(reader);
        var problems = reader.Problems.Where(problem => !MailKeys.Any(key => problem.Key.StartsWith(key, StringComparison.Ordinal)))
            .ToList();
        return problems.Count == 0 ? settings : throw new ConfigurationException(problems);
    }

    private static void Tell(WorkerContext<ComplianceSettings> context, IReadOnlyList<string> problems)
    {
        foreach (var problem in problems) context.Error.WriteLine($"Grafana: {VisibleText.Escape(problem)}");
    }
}
