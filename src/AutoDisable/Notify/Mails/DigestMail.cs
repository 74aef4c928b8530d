using System.Globalization;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>Many accounts in one mail, and the alarm when there are too many.</summary>
internal sealed class DigestMail(MailOptions options, Wording wording)
{
    /// <summary>In the note of a flood: all of them were born locked.</summary>
    public const string BornLocked = "born";

    /// <summary>Accounts of one mail that have a row.</summary>
    public const int MostShown = 50;
    private const int MostAdmins = 3;

    public (string, MailDocument, IReadOnlyList<Attachment>?) Digest(IReadOnlyList<Account> accounts, LetterNote? note = null)
    {
        var count = accounts.Count.ToString(CultureInfo.InvariantCulture);
        var shown = accounts.Take(MostShown).ToList();
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(
                $"{count} accounts signed up and are locked. There is no rush: they stay locked until you decide about each.")),
            wording.OpenList(),
            .. Warnings(accounts),
            new MailBlock.Table(
                ["Name", "E-mail", "Account", $"Created ({options.Clock.Name(Newest(accounts))})", "Decide"], shown.ConvertAll(Row)),
        ];
        if (accounts.Count > MostShown)
            blocks.Add(new MailBlock.Paragraph(Phrase.Of($"The first {MostShown} are shown; all are in the attached table.")));
        if (accounts.Select(a => a.Case!.RestoredFrom).FirstOrDefault(from => from is not null) is { } backup)
            blocks.Add(wording.PerhapsDecided(backup, areSeveral: true));
        if (accounts.Any(a => a.Case!.FoundAt is not null))
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                $"{accounts.Count(a => a.Case!.FoundAt is not null).ToString(CultureInfo.InvariantCulture)} of them had been locked "
                + "before and were found enabled; the log does not show by whom. They are locked again.")));
        if (accounts.Any(a => a.Case!.Exposure is { Queries: > 0 }))
            blocks.Add(new MailBlock.Paragraph(
                Phrase.Of("Those marked ! queried data before the lock; \"history\" tells how often.")));
        if (accounts.Any(WasActive))
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                "Those marked + made requests before the lock, but created nothing; \"history\" tells what they did.")));
        if (accounts.Any(a => a.Case!.Exposure is { IsSightWhole: false }))
            blocks.Add(new MailBlock.Paragraph(
                Phrase.Of("What those marked ? did before the lock is not fully known: the log is incomplete.")));
        if (accounts.Count > 1) blocks.AddRange(Refused(note));
        blocks.AddRange(
        [
            new MailBlock.Paragraph(Phrase.Of(
                Links(accounts)
                + "\"Open\" shows the account in Grafana: \"Enable user\" there approves it. To reject one, do nothing: it stays locked.")),
            new MailBlock.Command(
                "Or, on the Grafana host, with the account as it stands in the table", "sudo grafana-auto-disable approve uid:…"),
            .. MadeByAdmins(accounts),
        ]);
        var unusual = accounts.Count(a => a.Case!.HasUnusualRole);
        var flag = unusual > 0 ? $" [{unusual.ToString(CultureInfo.InvariantCulture)} with an unusual role]" : "";
        return ($"Locked, waiting for you: {count} new accounts{flag}",
            new MailDocument(
                $"{count} new accounts are waiting for approval", Tone.Calm, "APPROVAL NEEDED", blocks, options.SmallPrint),
            [AccountTable.Attach("locked-accounts.csv", accounts.Select(a => (a.Id, a.Uid, a.Case!.Person, a.Case.Created, "locked")))]);
    }

    public (string, MailDocument, IReadOnlyList<Attachment>?) StillInside(IReadOnlyList<Account> accounts)
    {
        var count = accounts.Count.ToString(CultureInfo.InvariantCulture);
        IReadOnlyList<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(
                $"{count} accounts signed up and could not be locked. Whoever opened them may be inside now. The daemon keeps trying; you "
                + "can act faster: disable or delete them in Grafana.")),
            wording.OpenList(),
            .. OneProblem(accounts) is { } problem
                ? (MailBlock[])
                [
                    new MailBlock.Facts([("What went wrong", Phrase.Of(Stranger.Detail(problem, 300)))]),
                    new MailBlock.Table(
                        ["Name", "E-mail", "Account", "Act"],
                        [.. accounts.Take(MostShown).Select(account => InsideRow(account, false))]),
                ]
                :
                [
                    new MailBlock.Table(
                        ["Name", "E-mail", "Account", "What went wrong", "Act"],
                        [.. accounts.Take(MostShown).Select(account => InsideRow(account, true))]),
                ],
            new MailBlock.Command("See what the daemon says, on the Grafana host", "sudo grafana-auto-disable pending"),
        ];
        return ($"ACTION NEEDED, could not be locked: {count} accounts",
            new MailDocument($"{count} new accounts could not be locked", Tone.Critical, "ACTION NEEDED", blocks, options.SmallPrint),
            [AccountTable.Attach("still-inside.csv", accounts.Select(a => (a.Id, a.Uid, a.Case!.Person, a.Case.Created, "still inside")))]);
    }

    /// <summary>For a letter that 0.1.0 owed; now each outcome is told by itself or in a digest of outcomes.</summary>
    public (string, MailDocument, IReadOnlyList<Attachment>?) Deleted(LetterNote note) => (
        $"Rejected: {note.Count.ToString(CultureInfo.InvariantCulture)} accounts were deleted",
        new MailDocument("Accounts that were waiting were deleted", Tone.Calm, "REJECTED",
            [
                new MailBlock.Lead(Phrase.Format(
                    $"{note.Count} accounts that were waiting for approval were deleted in Grafana. Nothing is left to do.")),
                new MailBlock.Facts([("Among them", Phrase.Of(new Stranger(note.Text, 600)))]),
            ],
            options.SmallPrint),
        null);

    private IReadOnlyList<Phrase> InsideRow(Account account, bool tellsProblem) =>
    [
        Phrase.Of(new Stranger(account.Case!.Person.Name, 30)),
        Phrase.Of(Stranger.Address(account.Case.Person.Email)),
        Phrase.Of(EventRecorder.Selector(account)),
        .. tellsProblem ? [Phrase.Of(new Stranger(account.Case.Problem ?? "not known", 120))] : (Phrase[])[],
        Wording.Open(wording.Page(account)),
    ];

    /// <summary>What went wrong with all of them; null where it differs.</summary>
    private static string? OneProblem(IReadOnlyList<Account> accounts) =>
        accounts.Select(account => account.Case!.Problem ?? "not known").Distinct().ToList() is [var one] ? one : null;

    private IEnumerable<MailBlock> Warnings(IReadOnlyList<Account> accounts)
    {
        if (accounts.Any(a => a.Case!.ServerAdmin is not null))
            yield return new MailBlock.Banner(Phrase.Of(
                "Look twice at those marked #: they are server administrators; approved, they may do everything in Grafana. \"pending\" "
                + "says who made them so."), Tone.Critical);
        if (accounts.Any(a => a.Case!.HasUnusualRole))
            yield return new MailBlock.Banner(
                Phrase.Of($"Unusual role: those marked * have another one than {options.DefaultRole}, which sign-up gives."),
                Tone.Critical);
    }

    private static DateTimeOffset Newest(IReadOnlyList<Account> accounts) =>
        accounts.Max(account => account.Case!.Arrival.At ?? account.Case.Created ?? account.Case.OpenedAt);

    public (string, MailDocument, IReadOnlyList<Attachment>?) Reminder(
        IReadOnlyList<Account> accounts, DateTimeOffset now, LetterNote? note = null)
    {
        var count = accounts.Count.ToString(CultureInfo.InvariantCulture);
        var who = accounts.Count == 1 ? Wording.Subject(accounts[0].Case!.Person) : $"{count} accounts";
        List<MailBlock> blocks =
        [
            accounts.Count == 1
                ? new MailBlock.Lead(
                    Waits(Wording.Called(accounts[0].Case!.Person), accounts[0], now), Waits(Phrase.Of("Somebody"), accounts[0], now))
                : new MailBlock.Lead(Phrase.Of(
                    $"{count} accounts are still waiting for your approval. They stay locked as long as nobody decides.")),
            accounts.Count == 1
                ? wording.Decide(accounts[0]).First()
                : wording.OpenList(),
            new MailBlock.Table(
                ["Name", "E-mail", "Account", "Waiting for", "Decide"], [.. accounts.Take(MostShown).Select(a => WaitingRow(a, now))]),
        ];
        if (accounts.Any(a => DeadlinePolicy.IsStale(a.Case!.Reminded)))
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                "For those marked * this is the last reminder: they stay locked and listed by \"pending\", and you get no more mail "
                + "about them.")));
        if (accounts.Count > 1) blocks.AddRange(Refused(note));
        blocks.AddRange(
        [
            new MailBlock.Paragraph(Phrase.Of(
                Links(accounts)
                + "\"Enable user\" on the account's page in Grafana approves it. To reject, do nothing; or delete it there.")),
            new MailBlock.Command(
                accounts.Count == 1
                    ? "To approve, on the Grafana host"
                    : "Or, on the Grafana host, with the account as it stands in the table",
                $"sudo grafana-auto-disable approve {Selector(accounts)}"),
            new MailBlock.Command("To reject and delete", $"sudo grafana-auto-disable reject {Selector(accounts)} --delete"),
        ]);
        return ($"Still waiting for you: {who}",
            new MailDocument(
                accounts.Count == 1 ? "An account is still waiting for approval" : $"{count} accounts are still waiting for approval",
                Tone.Calm, "REMINDER", blocks, options.SmallPrint)
            {
                Headline = accounts.Count == 1
                    ? Phrase.Format($"{Wording.Called(accounts[0].Case!.Person)} is still waiting for approval")
                    : null,
            }, null);
    }

    private static Phrase Waits(Phrase who, Account account, DateTimeOffset now) => Phrase.Format(
        $"{who} has been waiting for your approval for {EventRecorder.Duration(now - account.Case!.LockedAt!.Value)}. The account stays "
        + $"locked as long as nobody decides.");

    /// <summary>Of several none stands in a command: whoever copied it would decide about the first.</summary>
    private static string Selector(IReadOnlyList<Account> accounts) => accounts.Count == 1 ? EventRecorder.Selector(accounts[0]) : "uid:…";

    private IReadOnlyList<Phrase> WaitingRow(Account account, DateTimeOffset now) =>
    [
        Phrase.Format($"{(DeadlinePolicy.IsStale(account.Case!.Reminded) ? "* " : "")}{new Stranger(account.Case.Person.Name, 30)}"),
        Phrase.Of(Stranger.Address(account.Case.Person.Email)),
        Phrase.Of(EventRecorder.Selector(account)),
        Phrase.Of(EventRecorder.Duration(now - account.Case.LockedAt!.Value)),
        wording.Row(account),
    ];

    public (string, MailDocument, IReadOnlyList<Attachment>?) Flood(int count, bool areBornLocked) => (
        $"CRITICAL: {count} accounts signed up within an hour",
        new MailDocument("The sign-up form is being flooded", Tone.Critical, "CRITICAL",
            [
                new MailBlock.Lead(areBornLocked
                    ? Phrase.Format(
                        $"{count} accounts were created within an hour. Each is born locked: Grafana's database disabled it as it was "
                        + $"created. But each needs a decision. To stop it, close sign-up.")
                    : Phrase.Format(
                        $"{count} accounts were created within an hour. Each is locked as it comes, but while sign-up is open each is "
                        + $"inside for a moment. To stop it, close sign-up.")),
                new MailBlock.Heading("To close sign-up"),
                new MailBlock.Paragraph(Phrase.Of(
                    "In /etc/grafana/grafana.ini set allow_sign_up = false in the section [users], then restart Grafana."
                    + (areBornLocked ? "" : " Or make the moment harmless: auto_assign_org_role = None in the same section."))),
                new MailBlock.Command("Then, on the Grafana host", "sudo systemctl restart grafana-server"),
                new MailBlock.Paragraph(Phrase.Of("The accounts come in digests meanwhile, not one by one.")),
            ],
            options.SmallPrint),
        null);

    /// <summary>What whoever is locked tried all the same. It stands with many alone: of one person the log does not tell it.</summary>
    private IEnumerable<MailBlock> Refused(LetterNote? note)
    {
        if (note is { Count: > 0, Since: { } since } && new RefusedCount(note.Count, since).Sentence(wording.Time(since)) is { } sentence)
            yield return new MailBlock.Paragraph(Phrase.Of(sentence));
    }

    /// <summary>A morning of ten accounts made by hand is approved at once, as far as the log proves who made them.</summary>
    private static IEnumerable<MailBlock> MadeByAdmins(IReadOnlyList<Account> accounts)
    {
        foreach (var made in accounts.Where(a => a.Case!.Arrival.MakerId is not null).GroupBy(a => a.Case!.Arrival.MakerId!.Value)
            .OrderByDescending(group => group.Count()).Take(MostAdmins))
        {
            yield return new MailBlock.Paragraph(Phrase.Format(
                $"{made.Count()} of them {(made.Count() == 1 ? "was" : "were")} created in Grafana by "
                + $"{new Stranger(made.First().Case!.Arrival.By)}, as the log proves."));
            yield return Wording.MadeByCommand(made.Key);
        }
    }

    /// <summary>What the links of the rows do, where this recipient has any.</summary>
    private string Links(IReadOnlyList<Account> accounts) =>
        accounts.Select(wording.LinksOf).FirstOrDefault(links => links is not null) is { } mine
            ? "\"Approve\" and \"Reject\" show a page that asks once more; the links are yours alone, and end on "
                + $"{wording.Time(mine.Until)}. "
            : "";

    private static bool WasActive(Account account) => account.Case!.Exposure is { Requests: > 0 };

    private static string Marks(Account account)
    {
        var marks =
            $"{(account.Case!.ServerAdmin is not null ? "#" : "")}{(account.Case.HasUnusualRole ? "*" : "")}"
            + $"{(WasActive(account) ? "+" : "")}{(account.Case.Exposure is { Queries: > 0 } ? "!" : "")}"
            + $"{(account.Case.Exposure is { IsSightWhole: false } ? "?" : "")}";
        return marks.Length > 0 ? marks + " " : "";
    }

    private IReadOnlyList<Phrase> Row(Account account)
    {
        var open = account.Case!;
        return
        [
            Phrase.Format($"{Marks(account)}{new Stranger(open.Person.Name, 30)}"),
            open.Person.Login == open.Person.Email
                ? Phrase.Of(Stranger.Address(open.Person.Email))
                : Phrase.Format($"{Stranger.Address(open.Person.Email)}, login {Stranger.Address(open.Person.Login)}"),
            Phrase.Of(EventRecorder.Selector(account)),
            Phrase.Of((open.Arrival.At ?? open.Created) is { } made ? options.Clock.ShortDateAndClockAlone(made) : "not known"),
            wording.Row(account),
        ];
    }
}
