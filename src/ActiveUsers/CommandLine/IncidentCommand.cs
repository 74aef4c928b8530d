using System.Globalization;
using System.Text.Json.Nodes;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Notify.Documents;
using Athena.Common.Settings;
using Athena.Common.State.Audit;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.ActiveUsers.CommandLine;

/// <summary><c>incident</c>: what the audit knows of an alert. Reads beside the running daemon; asks nobody.</summary>
internal static class IncidentCommand
{
    public static int Run(WorkerContext<ActiveUsersSettings> context, string number)
    {
        var settings = ActiveUsersSettings.Read(new SettingsReader(context.Source));
        var options = new AuditOptions(context.Common.StateDirectory, context.Common.AuditKeep, context.Common.VerdictKeep);
        if (!Directory.Exists(options.Directory))
            throw new ConfigurationException(
                $"{options.Directory} does not exist: the daemon has not run here, or STATE_DIR is another one.");

        // A directory that may not be read must not pass for one that knows no alert.
        _ = Directory.EnumerateFileSystemEntries(options.Directory).Any();
        List<AuditRecord> records = [.. AuditReader.Read(options).Where(Incident.Tells)];
        var now = context.Time.GetUtcNow();
        if (Incident.Of(records, number) is not { } incident)
            return context.Print(new ControlReply(ExitCode.Fault, WhyNone(number, options.Keep, now)));

        var brand = settings.AlertMail?.Brand ?? new Brand(settings.Wording.Brand, "", null, null);
        var text = new IncidentText(incident, settings.Wording, brand, now);
        switch (context.Output)
        {
            case "md":
                context.Out.WriteLine(text.Markdown());
                return ExitCode.Ok;
            case "html":
                context.Out.Write(text.Html());
                return ExitCode.Ok;
            default:
                return context.Print(new ControlReply(ExitCode.Ok, text.Plain(), Json(incident)));
        }
    }

    /// <summary>Where to look for it, or that nothing of it is kept any more.</summary>
    internal static string WhyNone(string number, TimeSpan keep, DateTimeOffset now)
    {
        var shown = VisibleText.Escape(number);
        var isOld = number.Split('-') is [_, var day, _]
            && DateTime.TryParseExact(day, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            && now - at >= keep;
        return isOld
            ? $"Of {shown} nothing but its verdicts is kept: names and details go after AUDIT_KEEP, which is {Duration.Write(keep)}. What "
                + $"is left, by time: sudo {Identity.Worker.Daemon} audit export | grep '\"alert'"
            : $"The audit knows no alert {shown}. Its number stands in its message in the chat and by mail, and while it is open in: sudo "
                + $"{Identity.Worker.Daemon} status. Each that began: sudo journalctl -u {Identity.Worker.Daemon} --grep=AL-";
    }

    private static string Json(Incident incident) => new JsonObject
    {
        ["number"] = incident.Number,
        ["kind"] = incident.Kind.ToString(),
        ["detail"] = incident.Detail,
        ["began"] = incident.Began,
        ["told"] = incident.Told,
        ["acknowledged"] = incident.Acknowledged,
        ["ended"] = incident.Ended,
        ["steps"] = new JsonArray(
        [
            .. incident.Steps.Select(step => new JsonObject { ["at"] = step.At, ["what"] = step.What, ["detail"] = step.Detail }),
        ]),
        ["beside"] = new JsonArray(
        [
            .. incident.Beside.Select(other => new JsonObject
            {
                ["number"] = other.Number,
                ["kind"] = other.Kind.ToString(),
                ["began"] = other.Began,
                ["ended"] = other.Ended,
            }),
        ]),
    }.ToText();
}
