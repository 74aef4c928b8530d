using System.Globalization;
using System.Text;
using Athena.Common.Time;

namespace Athena.ActiveUsers.History;

/// <summary>The report for a person. Pure.</summary>
internal static class ReportText
{
    public static string Write(PlatformReport report)
    {
        var clock = new ZoneText(report.Zone);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{clock.Date(report.From)} {clock.ClockWithZone(report.From)} to {clock.Date(report.To)} {clock.ClockWithZone(report.To)}\n");
        if (report.Days.Count == 0)
            return text.Append("Nothing is kept of this span: the daemon was not running, or it is older than 13 months.").ToString();

        text.Append("\nday         windows  not whole  users at most  requests  failed logins  sign-ups  server errors\n");
        foreach (var day in report.Days)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{day.Day:yyyy-MM-dd}  {day.Windows,7}  {day.Unseen,9}  {day.PeakUsers,13}  {day.Requests,8}  {day.FailedLogins,13}  "
                + $"{day.SignUps,8}  {day.ServerErrors,13}\n");
        }

        text.Append('\n');
        if (report.BusiestByUsers is { } users)
            text.Append(CultureInfo.InvariantCulture, $"Most users: {users.Users}, {clock.Date(users.From)} {clock.Span(users.Window)}\n");
        if (report.BusiestByRequests is { } requests)
            text.Append(CultureInfo.InvariantCulture,
                $"Most requests: {requests.Requests}, {clock.Date(requests.From)} {clock.Span(requests.Window)}\n");
        text.Append('\n');
        foreach (var figure in report.Figures)
        {
            var mark = figure.IsMet switch { true => "met     ", false => "NOT MET ", null => "unknown " };
            var value = figure.Value is { } known
                ? string.Create(CultureInfo.InvariantCulture, $"{known:0.##}{(figure.Unit.Length > 0 ? " " : "")}{figure.Unit}")
                : "not known";
            text.Append(CultureInfo.InvariantCulture, $"{mark} {figure.Name}: {value} (target: {figure.Target}); {figure.Remark}\n");
        }

        return text.ToString().TrimEnd();
    }
}
