using System.Globalization;
using System.Text;
using System.Text.Json;
using Athena.Common.Hosting;
using Athena.Common.Notifications;
using Athena.Common.Text;
using Athena.Common.Time;
using Athena.Compliance.Deciding;
using Athena.Compliance.Evidence;
using Athena.Compliance.Mails;

namespace Athena.Compliance.CommandLine;

/// <summary><c>rehearse</c>: what First2Lead would have got of late, from this host's own log. Needs no state, sends nothing.</summary>
internal static class RehearseCommand
{
    public static async Task<int> RunAsync(WorkerContext<ComplianceSettings> context, string text, string? log, CancellationToken cancel)
    {
        var now = context.Time.GetUtcNow();
        var settings = Trial.ReadSettings(context);
        var since = Duration.TryParse(text, out var back, out _) ? now - back : TimeArgument.TryParse(text, settings.Zone, now);
        if (since is not { } begin || begin >= now || begin < now.AddDays(-400))
            return context.Print(new ControlReply(ExitCode.Usage, $"--since {VisibleText.Escape(text)}: must be a duration such as 7d or 36h, or a time that is over such as 2026-11-14; at most 400 days."));

        using var trial = new Trial(context, log, isOffline: false);
        List<WindowEvidence> decided = [];
        foreach (var window in settings.Windows.Schedule.Ending(begin, now - settings.Windows.Settle))
            decided.Add(await trial.DecideAsync(window, cancel).ConfigureAwait(false));
        return context.Print(new ControlReply(ExitCode.Ok, ToText(decided, settings), ToJson(decided, settings.Zone)));
    }

    private static string ToText(List<WindowEvidence> decided, ComplianceSettings settings)
    {
        var zone = settings.Report.Zone;
        var text = new StringBuilder();
        foreach (var evidence in decided)
            text.Append(CultureInfo.InvariantCulture, $"{zone.Date(evidence.Window),16}  {zone.Span(evidence.Window)}  {evidence.OutcomeWord,-19}  {VisibleText.Escape(evidence.Finding!.Reason)}\n");

        var letters = new LetterWriter(settings.Report);
        var mails = decided.Where(evidence => evidence.Finding!.Outcome != Outcome.NotSeen).SelectMany(letters.Write).ToList();
        var notSeen = decided.Count(evidence => evidence.Finding!.Outcome == Outcome.NotSeen);
        text.Append(CultureInfo.InvariantCulture, $"\n{decided.Count} windows. Would have mailed First2Lead {Times(mails.Count)}{(mails.Count == 0 ? "." : mails.Count == 1 ? "; here it is." : "; here they are.")}\n");
        if (notSeen > 0) text.Append(CultureInfo.InvariantCulture, $"{Times(notSeen)} it could not have been said who was active: OPS_MAIL_TO would have been told of the first of each cause, and then once a day.\n");
        foreach (var warning in decided.SelectMany(evidence => evidence.Warnings).Distinct())
            text.Append("To put right: ").Append(VisibleText.Escape(warning)).Append('\n');
        foreach (var mail in mails)
            text.Append('\n').Append('-', 78).Append('\n').Append(HostileText.SingleLine(mail.Subject)).Append("\n\n").Append(mail.Text);
        return text.ToString();
    }

    private static string Times(int count) => count switch
    {
        0 => "never",
        1 => "once",
        2 => "twice",
        _ => string.Create(CultureInfo.InvariantCulture, $"{count} times"),
    };

    private static string ToJson(List<WindowEvidence> decided, TimeZoneInfo zone)
    {
        using var text = new StringWriter();
        using (var json = new Utf8JsonWriter(new TextWriterStream(text)))
        {
            json.WriteStartArray();
            foreach (var evidence in decided) EvidenceJson.Write(json, evidence, null, zone);
            json.WriteEndArray();
        }

        return text.ToString();
    }
}
