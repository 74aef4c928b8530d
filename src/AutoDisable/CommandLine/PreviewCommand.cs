using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Notify;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.AutoDisable.CommandLine;

/// <summary><c>preview</c>: a mail as it comes out with the settings of this host, about invented people. Sends nothing.</summary>
internal static class PreviewCommand
{
    /// <summary>What can be shown, to the admins and to whoever applied.</summary>
    public static readonly string[] Mails =
    [
        "waiting", "created-something", "not-locked", "digest", "reminder", "new-server-admin", "approved", "rejected", "ends-soon",
        "trouble", "applicant-received", "applicant-approved", "applicant-rejected",
    ];

    public static int Run(WorkerContext<AutoDisableSettings> context, string which)
    {
        var mail = Write(which, context.Settings.Mail, context.Time.GetUtcNow());
        if (context.Output == "html")
        {
            context.Out.WriteLine(mail.Page);
            return ExitCode.Ok;
        }

        return context.Print(new ControlReply(ExitCode.Ok, $"Subject: {UntrustedText.SingleLine(mail.Subject)}\n\n{mail.Text}"));
    }

    /// <summary>One of <see cref="Mails"/>.</summary>
    public static Notification Write(string which, MailOptions options, DateTimeOffset now)
    {
        var one = Invented(1, now);
        var note = new LetterNote(Person: one.Case!.Person, Decision: new Decision(now, "admin (id 1)", ""), Since: now.AddDays(7));
        var (kind, said, accounts) = which switch
        {
            "created-something" => (LetterKind.Locked, null, [WithServiceAccount(one, now)]),
            "not-locked" => (LetterKind.StillInside, null, [WithProblem(one)]),
            "digest" => (LetterKind.Digest, null, [.. Enumerable.Range(1, 8).Select(number => Invented(number, now))]),
            "reminder" => (LetterKind.Reminder, null, [Invented(1, now.AddDays(-3))]),
            "new-server-admin" => (LetterKind.NewServerAdmin, note, []),
            "approved" => (LetterKind.Approved, note, []),
            "rejected" => (LetterKind.Rejected, note with { IsDeleted = false }, []),
            "ends-soon" => (LetterKind.EndsSoon, note, []),
            "trouble" => (LetterKind.TroubleBegan, new LetterNote("Grafana answered 401.", TroubleKind.SignedOut, now.AddMinutes(-5)), []),
            "applicant-received" => (LetterKind.ToApplicantReceived, note, []),
            "applicant-approved" => (LetterKind.ToApplicantApproved, note, []),
            "applicant-rejected" => (LetterKind.ToApplicantRejected, note, []),
            _ => (LetterKind.Locked, (LetterNote?)null, (IReadOnlyList<Account>)[one]),
        };
        var mail = new LetterWriter(options).Write(new Letter($"preview/{which}", kind, [one.Ref], now, Note: said), accounts)!;
        return mail with { Document = mail.Document with { IsTest = true } };
    }

    private static Account Invented(int number, DateTimeOffset now)
    {
        var address = $"example.person{number}@example.org";
        return new Account
        {
            Uid = $"example{number}",
            Id = 1000 + number,
            Status = AccountStatus.Locked,
            Case = new LockCase
            {
                OpenedAt = now,
                LockedAt = now.AddMilliseconds(30),
                Person = new Person(address, address, $"Example Person {number}"),
                Arrival = new Arrival(ArrivalKind.SignUpForm, now, null, "192.0.2.1"),
                Roles = ["Main Org.: Viewer"],
            },
        };
    }

    private static Account WithProblem(Account account)
    {
        account.Case!.Problem = "Grafana answered 403: Permissions needed: users:disable.";
        return account;
    }

    private static Account WithServiceAccount(Account account, DateTimeOffset now)
    {
        account.Case!.Exposure = new Exposure(
            now, now.AddMilliseconds(30), now.AddMilliseconds(20), Requests: 2, Refused: 0, LivePages: 0, [], ["192.0.2.1"], [1],
            [
                new ObservedAction(
                    ObservedActionKind.ServiceAccount, ObservedActionOutcome.Done, "POST", "/api/serviceaccounts", 1, 1, now),
            ],
            [new TouchedServiceAccount(24, 1, "sa-1-example", "example", IsNew: true, IsCertain: true, Tokens: 1)], CoverageLimits.None);
        return account;
    }
}
