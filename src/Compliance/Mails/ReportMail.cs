using System.Globalization;
using Athena.Common.Activities;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Documents;
using Athena.Compliance.Deciding;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.Mails;

/// <summary>The report to First2Lead. It claims what was seen and nothing more.</summary>
internal sealed class ReportMail(ReportOptions options)
{
    private const int MostAdmins = 20;
    private const int MostDashboards = 60;

    private readonly Wording wording = new(options.Zone);

    public OutgoingMail Write(WindowEvidence evidence)
    {
        var admins = evidence.As(Role.Admin).Where(person => person.Proof > ActivityProof.RendererOnly).ToList();
        var (title, tone, label, lead) = Said(evidence, admins);
        List<MailBlock> blocks = [new MailBlock.Lead(lead)];
        if (options.Note is { } note)
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(note)));
        if (admins.Count > 0)
        {
            blocks.Add(new MailBlock.Heading("The administrators"));
            blocks.Add(new MailBlock.Table(["Name", "Login", "Requests", "First seen", "Last seen"], [.. admins.Take(MostAdmins).Select(Row)]));
            blocks.Add(new MailBlock.Heading("Their dashboards"));
            blocks.AddRange(Dashboards(admins));
        }

        blocks.Add(new MailBlock.Heading("The time by five minutes"));
        blocks.Add(HourStrip.Of(evidence, admins, options.Zone));
        blocks.Add(new MailBlock.Heading("How this was found out"));
        blocks.Add(new MailBlock.Facts(wording.HowFound(evidence)));
        blocks.Add(new MailBlock.Paragraph(Phrase.Of(options.Brand.SupportContact is { } contact
            ? $"Questions about this report: {contact}. Please give its number, {evidence.Id}."
            : $"Questions about this report: answer this mail and give its number, {evidence.Id}.")));

        var document = new MailDocument(title, tone, label, blocks, "Sent by grafana-compliance to the addresses named in REPORT_TO.");
        return new OutgoingMail(
            $"report/{evidence.Id}", options.To, Subject(evidence), document.ToText(options.Brand), document.ToHtml(options.Brand), $"report/{options.Zone.Date(evidence.Window.To)}");
    }

    private string Subject(WindowEvidence evidence)
    {
        var what = evidence.Finding!.Outcome switch
        {
            Outcome.OnlyAdmins => "only administrators active",
            Outcome.OnlyAdminsInPart => $"only administrators seen, {Wording.Seen(evidence)}",
            _ => "nobody active",
        };
        return $"{options.Brand.Name} compliance: {what}, {options.Zone.Span(evidence.Window)}, {options.Zone.Date(evidence.Window.To)}{(evidence.IsLate ? " (late)" : "")}";
    }

    private (string Title, Tone Tone, string Label, Phrase Lead) Said(WindowEvidence evidence, List<EvidencePerson> admins)
    {
        var span = $"{options.Zone.Span(evidence.Window)} on {options.Zone.Date(evidence.Window.To)}";
        var late = evidence.IsLate ? $" This report is late: it was made on {wording.Time(evidence.DecidedAt)}." : "";
        var who = admins.Count == 1 ? "One administrator was" : $"{admins.Count.ToString(CultureInfo.InvariantCulture)} administrators were";
        return evidence.Finding!.Outcome switch
        {
            Outcome.OnlyAdmins => (
                "Only administrators were active", Tone.Calm, evidence.IsLate ? "COMPLIANCE, LATE" : "COMPLIANCE",
                Phrase.Of($"From {span} {Lower(who)} active in {options.Brand.Name} and nobody else. The whole time could be seen.{late}")),
            Outcome.OnlyAdminsInPart => (
                "Only administrators were seen", Tone.Warning, evidence.IsLate ? "IN PART, LATE" : "IN PART",
                Phrase.Of($"In {Wording.Seen(evidence)} that could be seen from {span}, {Lower(who)} active in {options.Brand.Name} and nobody else. {wording.NotSeen(evidence)}{late}")),
            _ => (
                "Nobody was active", Tone.Calm, evidence.IsLate ? "COMPLIANCE, LATE" : "COMPLIANCE",
                Phrase.Of($"From {span} nobody was active in {options.Brand.Name}. The whole time could be seen.{late}")),
        };
    }

    private IReadOnlyList<Phrase> Row(EvidencePerson person) =>
    [
        Phrase.Of(new Stranger(person.Name ?? person.Login)),
        Phrase.Of(new Stranger(person.Login)),
        Phrase.Of(person.Requests.ToString(CultureInfo.InvariantCulture)),
        Phrase.Of(options.Zone.Clock(person.FirstSeen)),
        Phrase.Of(options.Zone.Clock(person.LastSeen)),
    ];

    private static IEnumerable<MailBlock> Dashboards(List<EvidencePerson> admins)
    {
        var boards = admins.SelectMany(admin => admin.Dashboards.Select(board => (admin, board))).GroupBy(pair => pair.board.Uid, StringComparer.Ordinal)
            .OrderByDescending(pairs => pairs.Sum(pair => pair.board.Opens)).ThenBy(pairs => pairs.Key, StringComparer.Ordinal).ToList();
        if (boards.Count == 0)
        {
            yield return new MailBlock.Paragraph(Phrase.Of("They opened none, and had none on screen."));
            yield break;
        }

        yield return new MailBlock.Table(["Dashboard", "Folder", "Opened", "By"], [.. boards.Take(MostDashboards).Select(Row)]);
        if (boards.Count > MostDashboards)
            yield return new MailBlock.Paragraph(Phrase.Of($"The first {MostDashboards} of {boards.Count} are shown."));
    }

    private static IReadOnlyList<Phrase> Row(IGrouping<string, (EvidencePerson Admin, EvidenceDashboard Board)> pairs)
    {
        var board = pairs.First().Board;
        var opens = pairs.Sum(pair => pair.Board.Opens);
        return
        [
            board.Title is { } title ? Phrase.Of(new Stranger(title, 80)) : Wording.Said($"{new Stranger(board.Uid)} (deleted since, or its title could not be read)"),
            Phrase.Of(new Stranger(board.Folder ?? "", 60)),
            Phrase.Of(opens > 0 ? opens.ToString(CultureInfo.InvariantCulture) : "on screen"),
            pairs.Select(pair => Phrase.Of(new Stranger(pair.Admin.Login))).Aggregate((all, next) => Wording.Said($"{all}, {next}")),
        ];
    }

    private static string Lower(string text) => char.ToLowerInvariant(text[0]) + text[1..];
}
