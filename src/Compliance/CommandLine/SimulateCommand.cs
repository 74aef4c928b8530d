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
    public static async Task<int> RunAsync(WorkerContext<ComplianceSettings> context, string text, string? log, CancellationToken cancel)
    {
        var now = context.Time.GetUtcNow();
        var settings = Trial.ReadSettings(context);
        var since = Duration.TryParse(text, out var back, out _) ? now - back : TimeArgument.TryParse(text, settings.Zone, now);
        if (since is not { } begin || begin >= now || begin < now.AddDays(-400))
            return context.Print(new ControlReply(ExitCode.Usage,
                $"--since {VisibleText.Escape(text)}: must be a duration such as 7d or 36h, or a time that is over such as 2026-11-14; at "
                + "most 400 days."));

        using var trial = new Trial(context, log, isOffline: false);
        var windows = settings.Windows.Schedule.Ending(begin, now - settings.Windows.Settle);
        if (context.IsJson)
            await WriteJsonAsync(context.Out, DecideAsync(trial, windows, cancel), settings.Zone, cancel).ConfigureAwait(false);
        else await WriteTextAsync(context.Out, DecideAsync(trial, windows, cancel), settings.Report, cancel).ConfigureAwait(false);
        return ExitCode.Ok;
    }

    private static async IAsyncEnumerable<WindowEvidence> DecideAsync(
        Trial trial, IEnumerable<Window> windows, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var window in windows) yield return await trial.DecideAsync(window, cancel).ConfigureAwait(false);
    }

    /// <summary>Each hour's line as it is decided; of what was found no more is kept than the mails, which come at the end.</summary>
    internal static async Task WriteTextAsync(
        TextWriter to, IAsyncEnumerable<WindowEvidence> hours, ReportOptions options, CancellationToken cancel)
    {
        var letters = new LetterWriter(options);
        var (count, notSeen) = (0, 0);
        List<(string Subject, string Text)> mails = [];
        List<string> warnings = [];
        await foreach (var evidence in hours.WithCancellation(cancel).ConfigureAwait(false))
        {
            count++;
            to.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{options.Zone.Date(evidence.Window),16}  {options.Zone.Span(evidence.Window)}  {evidence.OutcomeWord,-19}  "
                + $"{VisibleText.Escape(evidence.Finding!.Reason)}"));
            if (evidence.Finding.Outcome == Outcome.NotSeen) notSeen++;
            else mails.AddRange(letters.Write(evidence).Select(mail => (mail.Subject, mail.Text)));
            warnings.AddRange(evidence.Warnings.Except(warnings));
        }

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
