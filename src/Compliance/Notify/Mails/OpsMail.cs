using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Notify;
using Athena.Common.Notify.Documents;
using Athena.Compliance.Evidence;
using Athena.Compliance.Policy;

namespace Athena.Compliance.Notify.Mails;

/// <summary>To our own people: an hour of which nothing can be claimed, which minutes, why, and what to do.</summary>
internal sealed class OpsMail(ReportOptions options)
{
    private const int MostGaps = 25;
    private const int MostPeople = 40;

    private readonly Wording wording = new(options.Zone);

    private string SmallPrint =>
        $"Sent by grafana-compliance{(options.Host is { } host ? $" on {host}" : "")} to the addresses named in OPS_MAIL_TO.";

    public Notification Write(WindowEvidence evidence)
    {
        var span = wording.Hour(evidence.Window);
        var gaps = evidence.Coverage!.Gaps;
        var late = evidence.IsLate ? $" This was found out late, on {wording.Time(evidence.DecidedAt)}." : "";
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(
                $"{span}: the log is incomplete, so it cannot be said who was active. {options.Recipient} was not notified.{late}")),
            .. wording.PerhapsAgain(evidence),
            .. wording.Replaced(evidence),
            new MailBlock.Paragraph(Phrase.Of($"Why: {evidence.Finding!.Reason}.")),
            .. Repeated(evidence),
        ];
        if (gaps.Count > 0)
        {
            blocks.Add(new MailBlock.Heading("What is missing, and what to do"));
            blocks.Add(new MailBlock.Table(["When", "Why", "What to do"], [.. gaps.Take(MostGaps).Select(Row)]));
            AddMore(blocks, gaps.Count, MostGaps);
        }

        if (evidence.As(Role.Ours).Any())
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                "Under the account with which our daemons sign in stand requests that no daemon makes. Somebody knows its password or has "
                + "its session: give it another one (sudo grafana-compliance check says which account it is), and look in Grafana's log "
                + "for what was done with it.")));
        if (evidence.People.Any(person => person.Doubt is not null))
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                "A service account is for programs. One that loads pages is used by a person, who cannot be told; one that was made "
                + "within a day may be. Ask whoever made it; delete a token that a person has. From a day after it was made a service "
                + "account that only asks the API is nobody's work again.")));
        if (evidence.As(Role.Unknown).Any())
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                "Accounts marked unknown are in neither of Grafana's lists now. If one was deleted meanwhile, whoever deleted it can say "
                + "whose it was; the log of that time shows what it did.")));
        if (evidence.People.Count > 0)
        {
            blocks.Add(new MailBlock.Heading("Who was seen"));
            blocks.Add(new MailBlock.Table(
                ["Login", "Id", "Counted as", "Did", "Requests"], [.. evidence.People.Take(MostPeople).Select(Row)]));
            AddMore(blocks, evidence.People.Count, MostPeople);
        }

        blocks.AddRange(evidence.Warnings.Take(MostGaps)
            .Select(warning => new MailBlock.Paragraph(Phrase.Format($"To put right: {Stranger.Detail(warning)}"))));
        blocks.Add(new MailBlock.Command(
            "The whole evidence, on the Grafana host", $"sudo grafana-compliance explain {wording.NumberOf(evidence)}"));
        blocks.Add(new MailBlock.Command("Everything that the daemon needs, tested", "sudo grafana-compliance check"));
        blocks.Add(new MailBlock.Heading("How this was found"));
        blocks.Add(new MailBlock.Facts(wording.HowFound(evidence)));
        var document = new MailDocument(
            $"No report for {options.Zone.Span(evidence.Window)}: the log is incomplete", Tone.Warning,
            evidence.IsLate ? "NO REPORT, LATE" : "NO REPORT", blocks, SmallPrint);
        if (evidence.IsInvented)
            document = document.AsTest();
        return new Notification(
            $"not-seen/{evidence.Id}{evidence.KeySuffix}",
            options.OpsTo,
            $"{Wording.TestMark(evidence)}No compliance report for {span}: the log is incomplete"
            + Wording.Marks(evidence),
            document, options.Brand)
        {
            Thread = $"ops/{options.Zone.Date(evidence.Window.To.AddTicks(-1))}",
            Events = evidence.IsInvented ? [] : [ReportEvents.NotSeen(evidence)],
        };
    }

    /// <summary>What could not be seen for a while can be seen again.</summary>
    public Notification WriteSeenAgain(WindowEvidence evidence)
    {
        var span = wording.Hour(evidence.Window);
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of($"The log of {span} is complete. Nothing has to be done.")),
            new MailBlock.Table(["Incomplete from", "To", "Hours", "Cause"],
            [
                .. evidence.SeenAgain.Select(series => (IReadOnlyList<Phrase>)
                [
                    Phrase.Of(wording.Time(series.Since)), Phrase.Of(wording.Time(series.Until)), Phrase.Of(Wording.Number(series.Hours)),
                    Phrase.Of(new Stranger(series.Cause, 80)),
                ]),
            ]),
            new MailBlock.Paragraph(Phrase.Of($"{options.Recipient} was told nothing of those hours, and is not told later.")),
        ];
        var document = new MailDocument("The log is complete again", Tone.Good, "ALL CLEAR", blocks, SmallPrint);
        return new Notification(
            $"seen-again/{evidence.Id}{evidence.KeySuffix}", options.OpsTo, $"Compliance reports: the log is complete again, {span}",
            document, options.Brand)
        {
            Thread = $"ops/{options.Zone.Date(evidence.Window.To.AddTicks(-1))}",
            Events = ReportEvents.SeenAgain(evidence),
        };
    }

    private IEnumerable<MailBlock> Repeated(WindowEvidence evidence)
    {
        if (evidence.NotSeen is not { } series)
            yield break;
        yield return new MailBlock.Paragraph(Phrase.Of(series.Hours == 1
            ? "If further hours are incomplete for the same cause, there is one mail a day about them, and one when it is over."
            : $"It is hour number {Wording.Number(series.Hours)} for this cause since {wording.Time(series.Since)}. There is one mail a "
                + "day about it, and one when it is over."));
    }

    /// <summary>Warnings about how the daemon is set up, once until they change. At least one.</summary>
    /// <param name="key">The mail's, without what its kind is.</param>
    /// <param name="warnings">Sentences.</param>
    /// <param name="at">When they were found.</param>
    /// <param name="events">The same for programs.</param>
    public Notification WriteWarnings(
        string key, IReadOnlyList<string> warnings, DateTimeOffset at, params IReadOnlyList<NotificationEvent> events)
    {
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(warnings.Count == 1
                ? Said(warnings[0])
                : Phrase.Of($"{Wording.Number(warnings.Count)} things are to be put right.")),
            .. warnings.Take(warnings.Count == 1 ? 0 : MostGaps).Select(warning => new MailBlock.Paragraph(Said(warning))),
        ];
        AddMore(blocks, warnings.Count, MostGaps);
        blocks.Add(new MailBlock.Command("To see whether it is put right, on the Grafana host", "sudo grafana-compliance check"));
        blocks.Add(new MailBlock.Paragraph(Phrase.Of($"Found on {wording.Time(at)}. This mail is not repeated until it changes.")));
        var title = warnings.All(warning => warning.Contains("ADMIN_USER_IDS", StringComparison.Ordinal))
            ? "ADMIN_USER_IDS does not match Grafana"
            : "Please check the compliance reports";
        var document = new MailDocument(title, Tone.Warning, "PLEASE CHECK", blocks, SmallPrint);
        return new Notification($"warning/{key}", options.OpsTo, $"grafana-compliance: {title}", document, options.Brand)
        {
            Thread = "ops/warnings",
            Events = events,
        };
    }

    private static Phrase Said(string warning) => Phrase.Of(Stranger.Detail(warning));

    private static void AddMore(List<MailBlock> blocks, int count, int most)
    {
        if (count > most)
            blocks.Add(new MailBlock.Paragraph(Phrase.Of($"The first {most} of {count} are shown.")));
    }

    private IReadOnlyList<Phrase> Row(Gap gap) =>
        [Phrase.Of(wording.Span(gap)), Phrase.Of(gap.Why), Phrase.Of(Remedy(gap.Cause))];

    private static IReadOnlyList<Phrase> Row(EvidencePerson person) =>
        [
            Phrase.Of(Stranger.Address(person.Login)),
            Phrase.Of(Wording.Number(person.Id)),
            Phrase.Of(Words.Of(person.Role) + (person.Doubt is { } doubt ? $", {Words.Of(doubt)}" : "")),
            Phrase.Of(Words.Of(person.Proof)),
            Phrase.Of(Wording.Number(person.Requests)),
        ];

    private static string Remedy(GapCause cause) => cause switch
    {
        GapCause.BeginsLater => "Keep the log longer: max_days in [log.file] of grafana.ini, or journald's MaxRetentionSec.",
        GapCause.Dropped => "Raise journald's limit: LogRateLimitIntervalSec=0 in a drop-in of grafana-server.service.",
        GapCause.Unreadable => "Look at the file's owner and mode, and for packed files: the daemon reads only plain ones.",
        GapCause.ReaderDied => "A journal file is damaged: journalctl --verify names it; move it away.",
        GapCause.RouterLoggingOff => "Set router_logging = true in [server] of grafana.ini and restart Grafana.",
        GapCause.EndsEarlier => "Look whether Grafana still writes this log, and let the daemon send its test requests (PROBE=yes).",
        GapCause.ProbeLost => "Grafana answered, but its log did not tell: is LOG the log of this Grafana?",
        GapCause.ClockSet => "Keep the host's clock right (systemd-timesyncd or chrony); the hour itself cannot be mended.",
        GapCause.SeesNotAll => "Another node serves users, too, or lines were lost: read every node's log.",
        GapCause.Unidentified =>
            "Look at Grafana's database of that time ([database] in grafana.ini; its own log): nobody could work then, and who tried is "
            + "not known.",
        GapCause.TooMany =>
            "Somebody makes accounts without end: close the sign-up ([users] allow_sign_up) or set a limit on it in front of Grafana.",
        GapCause.NoLog => "grafana-compliance check tells why the log cannot be read.",
    };
}
