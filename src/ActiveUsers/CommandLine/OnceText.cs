using System.Globalization;
using System.Text;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Grafana.Usage;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.ActiveUsers.CommandLine;

/// <summary>A window for a person at a terminal: the message, but with everybody in it and what each had open. Pure.</summary>
internal static class OnceText
{
    private const int NameWidth = 40;

    public static string Write(WindowReading reading, Pulse pulse, IReadOnlyDictionary<string, string> titles, PulseWording wording)
    {
        var text = new StringBuilder(Write(pulse, titles, wording)).Append('\n');
        text.Append(string.Create(CultureInfo.InvariantCulture,
            $"{reading.Coverage.LinesRead} lines read, {pulse.Figures.Requests} requests of users, {reading.Activity.AnonymousRequests} ")
            + "of visitors who were not signed in\n");
        foreach (var note in reading.Coverage.Notes) text.Append("Note: ").Append(UntrustedText.Visible(note, 200)).Append('\n');
        var (rows, robots) = (pulse.Rows, pulse.People.ServiceAccounts);
        if (rows.Count + robots.Count == 0) return text.ToString().TrimEnd();

        text.Append('\n');
        var id = rows.Concat(robots).Max(row => row.Id.ToString(CultureInfo.InvariantCulture).Length);
        foreach (var row in rows)
        {
            var name = Cell.Left(PersonName.Of(row.Login, row.Id, wording.Names), NameWidth);
            text.Append(CultureInfo.InvariantCulture,
                $"{wording.Clock.Clock(row.FirstSeen)}–{wording.Clock.Clock(row.LastSeen)}  {name}  id "
                + $"{row.Id.ToString(CultureInfo.InvariantCulture).PadLeft(id)} · org {row.OrgId}  {Requests(Pulse.RequestsOf(row))}\n");
            foreach (var dashboard in row.Dashboards)
            {
                var how = dashboard.Opens switch
                {
                    0 => "on screen",
                    1 => "opened",
                    var n => string.Create(CultureInfo.InvariantCulture, $"opened {n} times"),
                };
                text.Append("             ").Append(UntrustedText.Visible(titles.GetValueOrDefault(dashboard.Uid, dashboard.Uid), 60))
                    .Append(", ").Append(how).Append('\n');
            }
        }

        foreach (var robot in robots)
        {
            var kind = pulse.People.ProbablyServiceAccounts.Contains(robot.Id) ? "probably a service account" : "service account";
            text.Append(CultureInfo.InvariantCulture,
                $"{wording.Clock.Clock(robot.FirstSeen)}–{wording.Clock.Clock(robot.LastSeen)}  {Cell.Left(robot.Login, NameWidth)}  id "
                + $"{robot.Id.ToString(CultureInfo.InvariantCulture).PadLeft(id)} · org {robot.OrgId}  {Requests(robot.Requests)}, "
                + $"{kind}\n");
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>The message alone, as it would be sent.</summary>
    public static string Write(Pulse pulse, IReadOnlyDictionary<string, string> titles, PulseWording wording) =>
        TelegramWriter.Plain(PulseText.Of(pulse.WithTitles(titles), null, null, null, wording))
            .Replace("\u200b", "", StringComparison.Ordinal);

    private static string Requests(long count) =>
        string.Create(CultureInfo.InvariantCulture, $"{count,6} request{(count == 1 ? "" : "s")}");

    /// <param name="isWhole">Each time that somebody opened it, too.</param>
    public static string Write(DashboardOpens opens, PulseWording wording, bool isWhole)
    {
        var text = new StringBuilder();
        var name = opens.Title is { } title
            ? $"{UntrustedText.Visible(title, 80)} ({UntrustedText.Visible(opens.Uid, 60)})"
            : UntrustedText.Visible(opens.Uid, 60);
        text.Append(name).Append(", ").Append(wording.Clock.Span(opens.Reading.Coverage.Window)).Append('\n');
        foreach (var opened in opens.Reading.Activity.Opens.GroupBy(open => (wording.Clock.Date(open.At), open.Id, open.OrgId)))
        {
            var (first, last) = (wording.Clock.Clock(opened.First().At), wording.Clock.Clock(opened.Last().At));
            var times = opened.Count() == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{opened.Count()} times");
            text.Append(CultureInfo.InvariantCulture,
                $"{opened.Key.Item1} {(first == last ? first : $"{first}–{last}"),-11}  "
                + $"{Cell.Left(PersonName.Of(opened.First().Login, opened.Key.Id, wording.Names), NameWidth)}  id {opened.Key.Id} · org "
                + $"{opened.Key.OrgId}  {times}\n");
            if (!isWhole) continue;
            foreach (var open in opened) text.Append(' ', 4).Append(wording.Clock.Second(open.At)).Append('\n');
        }

        if (opens.Reading.Activity.Opens.Count == 0)
            text.Append(opens.Reading.Coverage.IsComplete ? "Nobody opened it.\n" : "No opening was seen, but not all could be seen.\n");
        foreach (var gap in opens.Reading.Coverage.Gaps)
            text.Append(CultureInfo.InvariantCulture,
                $"Not seen: {wording.Span(new Window(gap.From, gap.To))}, {UntrustedText.Visible(gap.Why, 1000)}\n");
        return text.ToString().TrimEnd();
    }
}
