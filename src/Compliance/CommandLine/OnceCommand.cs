using System.CommandLine;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;
using Athena.Compliance.CommandLine.Explain;
using Athena.Compliance.Evidence;
using Athena.Compliance.Notify.Mails;

namespace Athena.Compliance.CommandLine;

/// <summary><c>once</c>: decides any window of any log, without state. Nothing is sent and nothing is remembered.</summary>
internal sealed class OnceCommand
{
    private readonly Option<string?> from = new("--from")
    {
        Description = "Begin: 09:00 (today), 2026-11-20, 2026-11-20T09:00, or with an offset; without it, WINDOW before the end.",
    };
    private readonly Option<string?> to = new("--to") { Description = "End, not included; without both, the last window that is over." };
    private readonly Option<string?> log = new("--log") { Description = "Another log: a file, file:PATH or journal:UNIT." };
    private readonly Option<bool> offline = new("--offline")
    {
        Description = "Ask Grafana nothing; an hour can then only be found in use or not seen.",
    };

    public IReadOnlyList<Option> Options => [from, to, log, offline];

    /// <summary>Exit code 1: there was no log to look at. The answer is printed all the same.</summary>
    public async Task<int> RunAsync(WorkerContext<ComplianceSettings> context, ParseResult parse, CancellationToken cancel)
    {
        var window = WindowOf(Trial.ReadSettings(context), parse.GetValue(from), parse.GetValue(to), context.Time.GetUtcNow());
        using var progress = ScanProgress.OnTerminal(window, context);
        await using var trial = new Trial(context, parse.GetValue(log), parse.GetValue(offline), progress);
        var evidence = await trial.DecideAsync(window, cancel).ConfigureAwait(false);
        progress?.Dispose();
        await WriteAsync(context, trial.Settings, evidence).ConfigureAwait(false);
        return evidence.Coverage is { LinesRead: 0 } coverage && coverage.Gaps.Any(gap => gap.Cause == GapCause.NoLog)
            ? ExitCode.Fault
            : ExitCode.Ok;
    }

    internal static Window WindowOf(ComplianceSettings settings, string? from, string? to, DateTimeOffset now)
    {
        var windows = settings.Windows;
        if (from is null && to is null)
            return windows.Schedule.Ending(now - TimeSpan.FromDays(8), now - windows.Settle)
                .LastOrDefault(new Window(now - windows.Length, now));

        var end = to is not null ? Parse("--to", to) : Parse("--from", from!) + windows.Length;
        var begin = from is not null ? Parse("--from", from) : end - windows.Length;
        return begin < end ? new Window(begin, end) : throw new UsageException($"--from {from} is not before --to {to}.");

        DateTimeOffset Parse(string option, string text) => TimeArgument.TryParse(text, settings.Zone, now)
            ?? throw new UsageException(
                $"{option} {text}: is no time; write 09:00, 2026-11-20, 2026-11-20T09:00 or 2026-11-20T09:00:00+02:00.");
    }

    private static async Task WriteAsync(WorkerContext<ComplianceSettings> context, ComplianceSettings settings, WindowEvidence evidence)
    {
        if (context.Output == "json")
        {
            EvidenceJson.Write(context.Out, evidence, null, settings.Zone);
            await context.Out.WriteLineAsync().ConfigureAwait(false);
            return;
        }

        var mails = new LetterWriter(settings.Report).Write(evidence);
        if (context.Output == "html" && mails.Count == 0)
        {
            await context.Error.WriteLineAsync(
                $"{evidence.OutcomeWord}: no mail follows from it. {VisibleText.Escape(evidence.Finding!.Reason)}").ConfigureAwait(false);
            return;
        }

        await context.Out.WriteLineAsync(context.Output switch
        {
            "html" => mails[0].Html,
            _ =>
                new ExplainText(settings.Report.Zone).Of(evidence, null).TrimEnd('\n')
                + (mails.Count == 0 ? "" : $"\n\nWould mail: {mails[0].Subject}"),
        }).ConfigureAwait(false);
    }
}
