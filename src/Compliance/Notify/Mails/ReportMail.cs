using System.Text;
using Athena.Common.Grafana.Usage;
using Athena.Common.Notify;
using Athena.Common.Notify.Documents;
using Athena.Compliance.Evidence;
using Athena.Compliance.Policy;

namespace Athena.Compliance.Notify.Mails;

/// <summary>
/// The report to First2Lead. It claims what was seen and nothing more, and names nobody who is no administrator.
/// </summary>
internal sealed class ReportMail(ReportOptions options)
{
    /// <summary>As it is sent. Gmail cuts off what is longer than 102 KB.</summary>
    public const int MostBytes = 60 * 1024;

    /// <summary>Headers, boundaries, and a logo of ordinary size.</summary>
    private const int Envelope = 6 * 1024;

    private const int MostGapsInLead = 3;

    /// <summary>How many are shown, from the most that is of use to what fits whatever they are called.</summary>
    private static readonly (int Dashboards, int Admins)[] Rooms = [(60, 20), (40, 20), (25, 12), (15, 8), (8, 5), (4, 3)];

    private readonly Wording wording = new(options.Zone);
    private readonly ReportPeople people = new(options.Zone);

    public Notification Write(WindowEvidence evidence)
    {
        // Titles are strangers' texts of any make: how many fit is known only when they are written.
        Notification mail;
        var attempt = 0;
        do
            mail = Write(evidence, Rooms[attempt++]);
        while (Encoded(mail.Text) + Encoded(mail.Html) > MostBytes - Envelope && attempt < Rooms.Length);
        return mail;
    }

    private Notification Write(WindowEvidence evidence, (int Dashboards, int Admins) most)
    {
        var admins = evidence.As(Role.Admin).Where(person => person.Proof > ActivityProof.RendererOnly).ToList();
        var (title, tone, label, lead) = Said(evidence, admins.Count);
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(lead)), .. wording.PerhapsAgain(evidence), .. wording.Replaced(evidence),
            new MailBlock.Paragraph(Phrase.Of(options.Prepared)),
        ];
        foreach (var line in (options.Note ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(line)));
        if (admins.Count > 0)
        {
            blocks.Add(new MailBlock.Heading(admins.Count == 1 ? "The administrator" : "The administrators"));
            blocks.AddRange(people.Admins(admins, most.Admins));
        }

        blocks.AddRange(ReportPeople.Apart(evidence));
        if (admins.Count > 0)
        {
            blocks.Add(new MailBlock.Heading("Dashboards opened or on screen"));
            blocks.AddRange(ReportPeople.Dashboards(admins, most.Dashboards));
        }

        blocks.Add(new MailBlock.Heading("The time, by five minutes"));
        blocks.Add(HourStrip.Of(evidence, admins, options.Zone));
        blocks.Add(new MailBlock.Heading("How we count"));
        blocks.Add(new MailBlock.Facts(HowWeCount.Facts));
        blocks.Add(new MailBlock.Heading("How this report was produced"));
        blocks.Add(new MailBlock.Facts(wording.HowProduced(evidence)));
        blocks.Add(new MailBlock.Heading("Questions?"));
        var whom = options.Brand.SupportContact is { } contact ? $"Write to {contact}" : "Answer this mail";
        blocks.Add(new MailBlock.Paragraph(Phrase.Of(evidence.IsInvented
            ? $"{wording.NumberOf(evidence)} is the number of this test. Give a real report's number, without TEST, to ask about one."
            : $"{whom} and give the report's number, {wording.NumberOf(evidence)}. The evidence is kept and can be shown.")));

        var document = new MailDocument(title, tone, label, blocks, options.Prepared);
        if (evidence.IsInvented)
            document = document.AsTest();
        return new Notification(
            $"report/{evidence.Id}{evidence.KeySuffix}", options.To, Subject(evidence), document, options.Brand)
        {
            Thread = $"report/{options.Zone.Date(evidence.Window.To.AddTicks(-1))}",
        };
    }

    /// <summary>Takes back a report that was made by a clock that was ahead, where none is due now that its hour is over.</summary>
    public Notification WriteVoid(WindowEvidence evidence)
    {
        var span = wording.Hour(evidence.Window);
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(
                $"The report {wording.NumberOf(evidence)} about {span} is void. It was made on {wording.Time(evidence.Replaces!.At)} by a "
                + "clock that was ahead, before its hour was over.")),
            new MailBlock.Paragraph(Phrase.Of(
                "Now that the hour is over it was looked at again, and no report is due for it. Please strike the first one out.")),
        ];
        var document = new MailDocument(
            "A report is void", Tone.Warning, "CORRECTION", blocks, options.Prepared);
        return new Notification(
            $"report-void/{evidence.Id}{evidence.KeySuffix}", options.To,
            $"{options.Brand.Name} compliance: report {wording.NumberOf(evidence)} is void", document, options.Brand)
        { Thread = $"report/{options.Zone.Date(evidence.Window.To.AddTicks(-1))}" };
    }

    private string Subject(WindowEvidence evidence)
    {
        var what = evidence.Finding!.Outcome switch
        {
            Outcome.OnlyAdmins when evidence.Visitors is not null => "only administrators signed in",
            Outcome.OnlyAdmins => "only administrators active",
            Outcome.OnlyAdminsInPart => $"only administrators seen in {Wording.Seen(evidence)}",
            Outcome.Nobody => "nobody active",
            Outcome.InUse or Outcome.VisitorsOnly or Outcome.NotSeen => throw NotReported(evidence),
        };
        return $"{Wording.TestMark(evidence)}{options.Brand.Name} compliance: {what}, {wording.Hour(evidence.Window)}"
            + Wording.Marks(evidence);
    }

    private (string Title, Tone Tone, string Label, string Lead) Said(WindowEvidence evidence, int admins)
    {
        var span = wording.Hour(evidence.Window);
        var late = evidence.IsLate ? $" This report is late: it was made on {wording.Time(evidence.DecidedAt)}." : "";
        var label = evidence.IsLate ? "COMPLIANCE REPORT, LATE" : "COMPLIANCE REPORT";
        var who = Wording.Counted(admins, "administrator");
        var was = admins == 1 ? "was" : "were";
        var alone = evidence.Visitors is { } visitors ? $". {NoUser(evidence)}; {visitors.Said}." : " and nobody else.";
        return evidence.Finding!.Outcome switch
        {
            Outcome.OnlyAdmins => (
                evidence.Visitors is null ? "Only administrators were active" : "Only administrators were signed in", Tone.Calm, label,
                $"{span}: {who} {was} active in {options.Brand.Name}{alone} The log of this time is complete.{late}"),
            Outcome.OnlyAdminsInPart => (
                "Only administrators were seen", Tone.Warning, evidence.IsLate ? "SEEN IN PART, LATE" : "SEEN IN PART",
                $"{span}: in the {Wording.Seen(evidence)} that are in the log, {who} {was} active in {options.Brand.Name}{alone} "
                + $"{wording.NotSeen(evidence, gap => Words.Of(gap.Cause), MostGapsInLead)}{late}"),
            Outcome.Nobody => (
                "Nobody was active", Tone.Calm, label,
                $"{span}: nobody was active in {options.Brand.Name}. The log of this time is complete.{late}"),
            Outcome.InUse or Outcome.VisitorsOnly or Outcome.NotSeen => throw NotReported(evidence),
        };
    }

    private static InvalidOperationException NotReported(WindowEvidence evidence) =>
        new($"No report is made of an hour that was {evidence.Finding!.Outcome}.");

    private static string NoUser(WindowEvidence evidence) =>
        evidence.As(Role.User).Count() is > 0 and var tabs
            ? $"No user was signed in but for {Wording.Counted(tabs, "user")} with only a tab left open"
            : "No user was signed in";

    /// <summary>
    /// In quoted-printable: three bytes for each that is not plain, and a soft line end in each line of 76 (RFC 2045 §6.7).
    /// </summary>
    private static int Encoded(string part)
    {
        var bytes = Encoding.UTF8.GetBytes(part).Sum(value => value is (byte)'=' or > 126 ? 3 : 1);
        return bytes + (bytes / 72 * 3);
    }
}

/// <summary>What the words of a report mean: in each of them, because each may be the only one that somebody has.</summary>
internal static class HowWeCount
{
    public static List<(string Name, Phrase Value)> Facts { get; } =
    [
        ("Active", Phrase.Of("somebody who was signed in and loaded a page, opened a dashboard or asked for data in this time")),
        ("Opened", Phrase.Of(
            "the dashboard was loaded in a browser; loading it again counts again. On screen: it was loaded earlier and asked for data")),
        ("Tab left open", Phrase.Of("only what an open page does by itself; whoever did nothing else is not counted as active")),
        ("Visitors", Phrase.Of("whoever looked at something without signing in; nobody knows who they were, so they are named separately")),
        ("Service accounts", Phrase.Of(
            "programs with a key of their own, and no people. Where one is used in a browser, or is new, no report is made")),
        ("Test requests", Phrase.Of(
            "this service asks for a page that does not exist every five minutes. Each must be in the log; one that is not shows that "
            + "lines are missing")),
    ];
}
