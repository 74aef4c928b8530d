using System.Text;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Notify.Documents;

namespace Athena.ActiveUsers.CommandLine;

/// <summary>An incident as text for a terminal, as a page and as Markdown, to be put into a post-mortem. Pure.</summary>
/// <param name="now">Until when one that is open has lasted.</param>
internal sealed class IncidentText(Incident incident, PulseWording wording, Brand brand, DateTimeOffset now)
{
    private const int MostShown = 1000;

    private const string BesideTitle = "What else was wrong then";

    private const string Style = """
        table { width: 100%; border-collapse: collapse; font-size: 13px; line-height: 19px; }
        th, td { padding: 5px 8px 5px 0; text-align: left; vertical-align: top; border-bottom: 1px solid #d8dee5; word-break: break-word; }
        th { color: #5c6b7a; font-weight: 600; }
        @media screen and (prefers-color-scheme: dark) { th, td { border-color: #313b47; } th { color: #a9b6c3; } }
        """;

    private static readonly string[] StepColumns = ["When", "After", "What", "Detail"];
    private static readonly string[] BesideColumns = ["Alert", "What", "From", "To"];

    private string Title => $"{incident.Number}: {AlertText.Words(incident.Kind).Title}";

    private string Lead
    {
        get
        {
            var (severity, began) = (AlertText.SeverityOf(incident.Kind).ToString(), wording.Clock.Second(incident.Began));
            var lasted = AlertText.Spoken((incident.Ended ?? now) - incident.Began);
            var text = new StringBuilder($"{severity}, seen by {Identity.Worker.Daemon}. ");
            text.Append(incident.Ended is { } ended
                ? $"It lasted {lasted}, from {began} to {wording.Clock.Second(ended)}."
                : $"It has lasted {lasted} since {began}, and is open.");
            if (incident.Told is { } told) text.Append(" The first message was taken after ").Append(After(told)).Append('.');
            text.Append(incident.Acknowledged is { } taken
                ? $" Somebody took it up after {After(taken)}."
                : " Nobody said that they took it up.");
            return text.ToString();
        }
    }

    private static string Maker => $"From the audit of {Identity.Worker.Daemon}.";

    private IEnumerable<Row> Steps => incident.Steps.Select(step =>
        new Row([wording.Clock.Second(step.At), After(step.At)], [step.What, step.Detail]));

    private IEnumerable<Row> Beside => incident.Beside.Select(other => new Row(
        [
            other.Number, AlertText.Words(other.Kind).Title, wording.Clock.Second(other.Began),
            other.Ended is { } ended ? wording.Clock.Second(ended) : "open",
        ],
        []));

    /// <summary>For a terminal, which makes links of nothing: without the breaks that a mail has, so that it can be copied.</summary>
    public string Plain() => new MailDocument(Title, Tone.Calm, incident.Ended is null ? "OPEN" : "OVER",
        [
            new MailBlock.Lead(Phrase.Of(Lead)),
            new MailBlock.Table(StepColumns, [.. Steps.Select(row => row.Phrases)]),
            .. incident.Beside.Count == 0
                ? []
                : (MailBlock[])
                [
                    new MailBlock.Heading(BesideTitle), new MailBlock.Table(BesideColumns, [.. Beside.Select(row => row.Phrases)]),
                ],
        ],
        Maker).ToText(brand).Replace("\u200B", "", StringComparison.Ordinal);

    /// <summary>For a browser and a printer.</summary>
    public string Html() => new PrintedPage(brand).ToHtml(
        "Incident", Title, Style,
        $"<p class=\"lead\">{PrintedPage.Encode(Lead)}</p>\n{HtmlTable(StepColumns, Steps)}"
        + (incident.Beside.Count == 0 ? "" : $"<h2>{BesideTitle}</h2>\n{HtmlTable(BesideColumns, Beside)}"),
        Maker);

    /// <summary>Lines ended by <c>\n</c>.</summary>
    public string Markdown()
    {
        var text = new StringBuilder($"# {Cell(Title)}\n\n{Cell(Lead)}\n\n");
        Write(text, StepColumns, Steps);
        if (incident.Beside.Count > 0)
        {
            text.Append($"\n## {BesideTitle}\n\n");
            Write(text, BesideColumns, Beside);
        }

        return text.ToString().TrimEnd('\n');
    }

    private string After(DateTimeOffset at) => AlertText.Spoken(at - incident.Began);

    private static string HtmlTable(string[] columns, IEnumerable<Row> rows) =>
        $"<table>\n<thead><tr>{string.Concat(columns.Select(name => $"<th scope=\"col\">{name}</th>"))}</tr></thead>\n<tbody>\n"
        + string.Concat(rows.Select(row => $"<tr>{string.Concat(row.Phrases.Select(cell => $"<td>{cell.Html}</td>"))}</tr>\n"))
        + "</tbody>\n</table>\n";

    private static void Write(StringBuilder text, string[] columns, IEnumerable<Row> rows)
    {
        Append(columns);
        Append([.. columns.Select(_ => "---")]);
        foreach (var row in rows) Append([.. row.Phrases.Select(cell => Cell(cell.Text))]);

        void Append(string[] cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    /// <summary>What Markdown would take for more than a text stays one.</summary>
    private static string Cell(string text)
    {
        var cell = new StringBuilder();
        foreach (var sign in text)
        {
            if (@"\`*_{}[]<>#!|~$&".Contains(sign, StringComparison.Ordinal)) cell.Append('\\');
            cell.Append(sign);
        }

        return cell.ToString();
    }

    /// <summary>Cells of ours, and behind them those in which a stranger's text may stand.</summary>
    private sealed record Row(string[] Ours, string[] Others)
    {
        public IReadOnlyList<Phrase> Phrases =>
            [.. Ours.Select(Phrase.Of), .. Others.Select(text => Phrase.Of(new Stranger(text, MostShown)))];
    }
}
