using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Notify.Mails;
using Athena.Compliance.Policy;

namespace Athena.Compliance.CommandLine;

/// <summary><c>simulate</c>: what First2Lead would have got of late, from this host's own log. Needs no state, sends nothing.</summary>
internal static class SimulateCommand
{
    public static async Task<int> RunAsync(
        WorkerContext<ComplianceSettings> context, string text, string? log, bool isWhole, CancellationToken cancel)
    {
        var now = context.Time.GetUtcNow();
        var settings = Trial.ReadSettings(context);
        if (TimeArgument.Since(text, settings.Zone, now) is not { } begin || begin < now.AddDays(-400))
            return context.Print(new ControlReply(ExitCode.Usage,
                $"--since {VisibleText.Escape(text)}: must be a duration such as 7d or 36h, or a time that is over such as 2026-11-14; at "
                + "most 400 days."));

        await using var trial = new Trial(context, log, isOffline: false);
        using var progress = ProgressLine.OnTerminal(context);
        List<Window> windows = [.. settings.Windows.Schedule.Ending(begin, now - settings.Windows.Settle)];
        if (context.IsJson)
            await WriteJsonAsync(context.Out, DecideAsync(trial, windows, progress, cancel), settings.Zone, cancel).ConfigureAwait(false);
        else
            await WriteTextAsync(context.Out, DecideAsync(trial, windows, progress, cancel), settings.Report, isWhole, cancel)
                .ConfigureAwait(false);
        return ExitCode.Ok;
    }

    private static async IAsyncEnumerable<WindowEvidence> DecideAsync(
        Trial trial, List<Window> windows, ProgressLine? progress, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var (i, window) in windows.Index())
        {
            progress?.Show(string.Create(CultureInfo.InvariantCulture, $"hour {i + 1} of {windows.Count},"));
            var evidence = await trial.DecideAsync(window, cancel).ConfigureAwait(false);
            progress?.Clear(); // A line about the hour may follow.
            yield return evidence;
        }
    }

    /// <summary>
    /// A line for hours that follow each other with the same outcome for the same reason, as soon as another one comes; of what was found
    /// no more is kept than the mails, which come at the end.
    /// </summary>
    /// <param name="isWhole">A line for each hour.</param>
    internal static async Task WriteTextAsync(
        TextWriter to, IAsyncEnumerable<WindowEvidence> hours, ReportOptions options, bool isWhole, CancellationToken cancel)
    {
        HourRun? run = null;
        var letters = new LetterWriter(options);
        var (count, notSeen) = (0, 0);
        List<(string Subject, string Text)> mails = [];
        List<string> warnings = [];
        await foreach (var evidence in hours.WithCancellation(cancel).ConfigureAwait(false))
        {
            count++;
            if (!isWhole && run?.With(evidence) is { } longer) run = longer;
            else
            {
                if (run is not null) to.WriteLine(run.ToText(options.Zone));
                run = HourRun.Of(evidence);
            }

            if (evidence.Finding!.Outcome == Outcome.NotSeen) notSeen++;
            else mails.AddRange(letters.Write(evidence).Select(mail => (mail.Subject, mail.Text)));
            warnings.AddRange(evidence.Warnings.Except(warnings));
        }

        if (run is not null) to.WriteLine(run.ToText(options.Zone));
        to.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\n{count} windows. Would have mailed {options.Recipient} "
            + $"{Times(mails.Count)}{(mails.Count == 0 ? "." : mails.Count == 1 ? "; here it is." : "; here they are.")}"));
        if (notSeen > 0)
            to.WriteLine(
                $"{Times(notSeen)} it could not have been said who was active: OPS_MAIL_TO would have been told of the first of each "
                + "cause, and then once a day.");
        foreach (var warning in warnings) to.WriteLine($"To put right: {VisibleText.Escape(warning)}");
        foreach (var (subject, text) in mails)
            to.WriteLine($"\n{new string('-', 78)}\n{UntrustedText.SingleLine(subject)}\n\n{text.TrimEnd('\n')}");
    }

    /// <summary>Each hour's evidence as it is decided.</summary>
    internal static async Task WriteJsonAsync(
        TextWriter to, IAsyncEnumerable<WindowEvidence> hours, TimeZoneInfo zone, CancellationToken cancel)
    {
        await using (var json = new Utf8JsonWriter(new TextWriterStream(to)))
        {
            json.WriteStartArray();
            await foreach (var evidence in hours.WithCancellation(cancel).ConfigureAwait(false))
            {
                EvidenceJson.Write(json, evidence, null, zone);
                await json.FlushAsync(cancel).ConfigureAwait(false);
            }

            json.WriteEndArray();
        }

        to.WriteLine();
    }

    private static string Times(int count) => count switch
    {
        0 => "never",
        1 => "once",
        2 => "twice",
        _ => string.Create(CultureInfo.InvariantCulture, $"{count} times"),
    };
}

/// <summary>Hours that follow each other in the schedule and are told in one line.</summary>
internal sealed record HourRun(Window First, Window Last, int Hours, string Outcome, string Reason)
{
    public static HourRun Of(WindowEvidence evidence) =>
        new(evidence.Window, evidence.Window, 1, evidence.OutcomeWord, evidence.Finding!.Reason);

    /// <summary>Null when this one is another story.</summary>
    public HourRun? With(WindowEvidence evidence) =>
        evidence.OutcomeWord == Outcome && evidence.Finding!.Reason == Reason
            ? this with { Last = evidence.Window, Hours = Hours + 1 }
            : null;

    public string ToText(ZoneText zone) => string.Create(CultureInfo.InvariantCulture,
        $"{zone.Minute(First.From)} – {zone.Minute(Last.To)}  {(Hours == 1 ? "" : $"{Hours} hours"),-9}  {Outcome,-19}  "
        + $"{VisibleText.Escape(Reason)}");
}
