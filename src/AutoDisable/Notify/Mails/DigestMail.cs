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

    private const int MostShown = 50;
    private const int MostAdmins = 3;

    public (string, MailDocument, IReadOnlyList<Attachment>?) Digest(IReadOnlyList<Account> accounts, LetterNote? note = null)
    {
        var count = accounts.Count.ToString(CultureInfo.InvariantCulture);
        var shown = accounts.Take(MostShown).ToList();
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of($"All {count} accounts are locked. Nothing happens until you decide; it can wait until morning.")),
            new MailBlock.Table(["Name", "E-mail", "Account", "Made"], shown.ConvertAll(Row)),
        ];
        if (accounts.Count > MostShown)
            blocks.Add(new MailBlock.Paragraph(Phrase.Of($"The first {MostShown} are shown; all are in the attached table.")));
        if (accounts.Select(a => a.Case!.RestoredFrom).FirstOrDefault(from => from is not null) is { } backup)
            blocks.Add(wording.PerhapsDecided(backup, areSeveral: true));
        if (accounts.Any(a => a.Case!.FoundAt is not null))
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                $"{accounts.Count(a => a.Case!.FoundAt is not null).ToString(CultureInfo.InvariantCulture)} of them had been locked "
                + "before and were found enabled, by nobody known; they are locked again.")));
        if (accounts.Any(a => a.Case!.Exposure is { Queries: > 0 }))
            blocks.Add(new MailBlock.Paragraph(
                Phrase.Of("Those marked ! queried data while they were inside; \"history\" tells how often.")));
        if (accounts.Any(a => a.Case!.ServerAdmin is not null))
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                "Look twice at those marked #: they are server administrators; approved, they may do everything in Grafana. \"pending\" "
                + "says who made them so.")));
        if (accounts.Any(a => a.Case!.HasUnusualRole))
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                "Look twice at those marked *: they have another role than the one that sign-up gives.")));
        if (accounts.Any(WasActive))
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                "Those marked + made requests while they were inside, but left nothing behind; \"history\" tells what they did.")));
        if (accounts.Any(a => a.Case!.Exposure is { IsSightWhole: false }))
            blocks.Add(new MailBlock.Paragraph(Phrase.Of("What those marked ? did while they were inside could not be seen in full.")));
        if (accounts.Count > 1) blocks.AddRange(Refused(note));
        blocks.AddRange(
        [
            new MailBlock.Button("Open the list in Grafana", options.UsersPage),
            new MailBlock.Command(
                "To approve one, on the Grafana host", $"sudo grafana-auto-disable approve {EventRecorder.Selector(accounts[0])}"),
            .. MadeByAdmins(accounts),
            new MailBlock.Paragraph(Phrase.Of("To reject one, do nothing: it stays locked.")),
        ]);
        var unusual = accounts.Count(a => a.Case!.HasUnusualRole);
        var flag = unusual > 0 ? $" [{unusual.ToString(CultureInfo.InvariantCulture)} with an unusual role]" : "";
        return ($"Locked, waiting for you: {count} new accounts{flag}",
            new MailDocument(
                $"{count} new accounts are locked and wait for you", Tone.Calm, "FOR YOU TO DECIDE", blocks, Wording.SmallPrint),
            [AccountTable.Attach("locked-accounts.csv", accounts.Select(a => (a.Id, a.Uid, a.Case!.Person, a.Case.Created, "locked")))]);
    }

    public (string, MailDocument, IReadOnlyList<Attachment>?) StillInside(IReadOnlyList<Account> accounts)
    {
        var count = accounts.Count.ToString(CultureInfo.InvariantCulture);
        IReadOnlyList<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(
                $"These {count} accounts were not approved and could not be locked. The daemon goes on trying; you can act faster.")),
            new MailBlock.Table(["Name", "E-mail", "Account", "What went wrong"], [.. accounts.Take(MostShown).Select(InsideRow)]),
            new MailBlock.Button("Open the list in Grafana", options.UsersPage),
            new MailBlock.Command("See what the daemon says", "sudo grafana-auto-disable pending"),
        ];
        return ($"ACTION NEEDED, still inside: {count} accounts",
            new MailDocument($"{count} new accounts could not be locked", Tone.Critical, "ACTION NEEDED", blocks, Wording.SmallPrint),
            [AccountTable.Attach("still-inside.csv", accounts.Select(a => (a.Id, a.Uid, a.Case!.Person, a.Case.Created, "still inside")))]);
    }

    /// <summary>For a letter that 0.1.0 owed; now each outcome is told by itself or in a digest of outcomes.</summary>
    public static (string, MailDocument, IReadOnlyList<Attachment>?) Deleted(LetterNote note) => (
        $"Rejected: {note.Count.ToString(CultureInfo.InvariantCulture)} accounts were deleted",
        new MailDocument("Accounts that waited were deleted", Tone.Calm, "REJECTED",
            [
                new MailBlock.Lead(Phrase.Format(
                    $"{note.Count} accounts that waited for a decision were deleted in Grafana. Nothing is left to do.")),
                new MailBlock.Facts([("Among them", Phrase.Of(new Stranger(note.Text, 600)))]),
            ],
            Wording.SmallPrint),
        null);

    private static IReadOnlyList<Phrase> InsideRow(Account account) =>
    [
        Phrase.Of(new Stranger(account.Case!.Person.Name, 30)),
        Phrase.Of(Stranger.Address(account.Case.Person.Email)),
        Phrase.Of(EventRecorder.Selector(account)),
        Phrase.Of(new Stranger(account.Case.Problem ?? "not known", 120)),
    ];

    public (string, MailDocument, IReadOnlyList<Attachment>?) Reminder(
        IReadOnlyList<Account> accounts, DateTimeOffset now, LetterNote? note = null)
    {
        var count = accounts.Count.ToString(CultureInfo.InvariantCulture);
        var who = accounts.Count == 1 ? Wording.Subject(accounts[0].Case!.Person) : $"{count} accounts";
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(accounts.Count == 1
                ? "This account is locked and waits for your decision. It stays locked as long as nobody decides."
                : $"These {count} accounts are locked and wait for your decision. They stay locked as long as nobody decides.")),
            new MailBlock.Table(["Name", "E-mail", "Account", "Waits for"], [.. accounts.Take(MostShown).Select(a => WaitingRow(a, now))]),
        ];
        if (accounts.Any(a => DeadlinePolicy.IsStale(a.Case!.Reminded)))
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                "For those marked * this is the last reminder: they stay locked and listed by \"pending\", and you get no more mail "
                + "about them.")));
        if (accounts.Count > 1) blocks.AddRange(Refused(note));
        blocks.AddRange(
        [
            new MailBlock.Button("Open the list in Grafana", options.UsersPage),
            new MailBlock.Command(
                "To approve, on the Grafana host", $"sudo grafana-auto-disable approve {EventRecorder.Selector(accounts[0])}"),
            new MailBlock.Command("To reject", $"sudo grafana-auto-disable reject {EventRecorder.Selector(accounts[0])} --delete"),
        ]);
        return ($"Still waiting for you: {who}",
            new MailDocument("Somebody still waits for your decision", Tone.Calm, "REMINDER", blocks, Wording.SmallPrint), null);
    }

    private static IReadOnlyList<Phrase> WaitingRow(Account account, DateTimeOffset now) =>
    [
        Phrase.Format($"{(DeadlinePolicy.IsStale(account.Case!.Reminded) ? "* " : "")}{new Stranger(account.Case.Person.Name, 30)}"),
        Phrase.Of(Stranger.Address(account.Case.Person.Email)),
        Phrase.Of(EventRecorder.Selector(account)),
        Phrase.Of(EventRecorder.Duration(now - account.Case.LockedAt!.Value)),
    ];

    public static (string, MailDocument, IReadOnlyList<Attachment>?) Flood(int count, bool areBornLocked) => (
        $"CRITICAL: {count} accounts signed up within an hour",
        new MailDocument("Somebody floods the sign-up form", Tone.Critical, "CRITICAL",
            [
                new MailBlock.Lead(areBornLocked
                    ? Phrase.Format(
                        $"{count} accounts were made within an hour. Each is born locked: Grafana's database disabled it as it was made. "
                        + $"But each wants to be decided about.")
                    : Phrase.Format(
                        $"{count} accounts were made within an hour. Each is locked as it comes, but while sign-up is open each is inside "
                        + $"for a moment.")),
                new MailBlock.Heading("To close sign-up"),
                new MailBlock.Paragraph(Phrase.Of(
                    "In /etc/grafana/grafana.ini set allow_sign_up = false in the section [users], then restart Grafana."
                    + (areBornLocked ? "" : " Or make the moment harmless: auto_assign_org_role = None in the same section."))),
                new MailBlock.Command("Then", "sudo systemctl restart grafana-server"),
                new MailBlock.Paragraph(Phrase.Of("The accounts come in digests meanwhile, not one by one.")),
            ],
            Wording.SmallPrint),
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
                $"{made.Count()} of them {(made.Count() == 1 ? "was" : "were")} made in Grafana by "
                + $"{new Stranger(made.First().Case!.Arrival.By)}, as the log proves."));
            yield return Wording.MadeByCommand(made.Key);
        }
    }

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
            Phrase.Of((open.Arrival.At ?? open.Created) is { } made ? wording.ShortTime(made) : "not known"),
        ];
    }
}
