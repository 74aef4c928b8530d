using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Tests;

/// <summary>One letter of each kind, as <c>docs/samples</c> has it.</summary>
internal static class MailSamples
{
    public static readonly DateTimeOffset At = new(2026, 11, 21, 1, 28, 50, 652, TimeSpan.Zero);

    public static readonly MailOptions Options = new(
        ["one@example.org", "two@example.org"],
        new Uri("https://athena.example.org/grafana"),
        new Brand("Athena", "Digital-On Tech", new Uri("https://support.example.org/athena"), "support@example.org"),
        TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg"))
    { DrillTo = ["on-call@example.org"], EscalateTo = ["duty@example.org"] };

    /// <summary>Its name, the letter, and the accounts that it is about.</summary>
    public static IEnumerable<TestCaseData> All()
    {
        var decision = new Decision(At.AddMinutes(9), "athena-admin (id 4)", "");
        yield return Sample("locked", LetterKind.Locked, Locked());
        yield return Sample("locked-born", LetterKind.Locked, Born());
        yield return Sample("locked-made-by-admin", LetterKind.Locked, MadeByAdmin());
        yield return Sample("locked-made-by-admin-proved", LetterKind.Locked, MadeByAdmin(4));
        yield return Sample(
            "locked-server-admin", LetterKind.Locked, ServerAdmin(new ServerAdminNote(At.AddSeconds(3.2), "athena-admin (id 4)")));
        yield return Sample("locked-server-admin-unseen", LetterKind.Locked, ServerAdmin(new ServerAdminNote(null, null)));
        yield return Case(
            "digest-made-by-admin",
            new Letter("digest/2", LetterKind.Digest, ["a"], At),
            [.. Enumerable.Range(1, 10).Select(NumberedByAdmin), Numbered(11)]);
        yield return Sample("locked-hostile", LetterKind.Locked, Hostile());
        yield return Sample("locked-looked-around", LetterKind.Locked, Exposed(LookedAround()));
        yield return Sample("locked-unseen", LetterKind.Locked, Exposed(Unseen()));
        yield return Sample("locked-critical", LetterKind.Locked, Exposed(MadeSomething()));
        yield return Case(
            "left-behind",
            new Letter(
                "left/1", LetterKind.LeftBehind, ["cg4x9hebloef4f"], At, Note: new LetterNote(Person: Thabo, Exposure: MadeSomething())),
            []);
        yield return Case(
            "left-behind-approved",
            new Letter(
                "left/2",
                LetterKind.LeftBehind,
                ["cg4x9hebloef4f"],
                At,
                Note: new LetterNote(Person: Thabo, Decision: decision, Exposure: MadeSomething())),
            []);
        yield return Sample("locked-restored", LetterKind.Locked, Restored());
        yield return Case("restored", new Letter("restored/1", LetterKind.Restored, [], At, Note: new LetterNote(
            Text: "nomsa@example.org, <b>x</b>@example.net", Since: At.AddHours(-16), Count: 3,
            Decision: new Decision(At.AddHours(-2), "naledi (sudo)", "guarded"))), []);
        yield return Sample("still-inside", LetterKind.StillInside, Inside());
        yield return Case(
            "escalated", new Letter("escalated/1", LetterKind.Escalated, ["a"], At.AddMinutes(31)), [Told(Exposed(MadeSomething()))]);
        yield return Sample("locked-external", LetterKind.Locked, External());
        yield return Sample("back-again", LetterKind.BackAgain, AtDoor());
        yield return Case(
            "digest", new Letter("digest/1", LetterKind.Digest, ["a"], At), [.. Enumerable.Range(1, 7).Select(Numbered), Hostile()]);
        yield return Case(
            "still-inside-digest",
            new Letter("inside-digest/1", LetterKind.InsideDigest, ["a"], At),
            [.. Enumerable.Range(1, 6).Select(InsideNumbered)]);
        yield return Case(
            "found-enabled",
            new Letter("found/1", LetterKind.FoundEnabled, ["a"], At, Note: new LetterNote(Since: At.AddMinutes(15), Count: 3)),
            [
                Found(Numbered(1), AccountStatus.Locked),
                Found(Numbered(2), AccountStatus.Rejected),
                Found(Hostile(), AccountStatus.DisabledBefore),
            ]);
        foreach (var theme in Enum.GetValues<NoticeTheme>())
            yield return Case(
                "several-" + theme.ToString().ToLowerInvariant(),
                new Letter(
                    "several/1",
                    LetterKind.Several,
                    ["a"],
                    At,
                    Note: new LetterNote(Theme: theme, Letters: [.. SeveralOf(theme, decision)])),
                []);
        yield return Case(
            "deleted",
            new Letter("deleted/1", LetterKind.Deleted, [], At, Note: new LetterNote(Text: "new1@example.net, <b>x</b>", Count: 12)),
            []);
        yield return Case("imported", new Letter("imported/1", LetterKind.Imported, ["a"], At, Note: new LetterNote(
            Text: "Thabo Nkosi <thabo@example.net>\tuid:cg4x9hebloef4f\n<b>x</b> <x@example.net>\tuid:bulk2", Count: 412)),
            [Numbered(1), Hostile()]);
        yield return Case(
            "imported-unknown",
            new Letter("imported/2", LetterKind.Imported, ["a"], At, Note: new LetterNote()),
            [.. Enumerable.Range(1, 60).Select(Numbered)]);
        yield return Case("flood-born", new Letter("flood/2", LetterKind.Flood, [], At, Note: new LetterNote(Text: "born", Count: 63)), []);
        yield return Case("flood", new Letter("flood/1", LetterKind.Flood, [], At, Note: new LetterNote(Count: 63)), []);
        yield return Case(
            "digest-refused",
            new Letter("digest/3", LetterKind.Digest, ["a"], At, Note: new LetterNote(Count: 1204, Since: At.AddDays(-1))),
            [.. Enumerable.Range(1, 7).Select(Numbered)]);
        yield return Case(
            "reminder", new Letter("reminder/1", LetterKind.Reminder, ["a"], At.AddDays(3)), [Numbered(1), Stale(2), Hostile()]);
        yield return Case(
            "ends-soon",
            new Letter("ends/1", LetterKind.EndsSoon, ["cg4x9hebloef4f"], At, Note: new LetterNote(Since: At.AddDays(7), Person: Thabo)),
            []);
        yield return Outcome("approved", LetterKind.Approved, decision);
        yield return Case(
            "approved-looked-around",
            new Letter(
                "approved/2",
                LetterKind.Approved,
                ["cg4x9hebloef4f"],
                At,
                Note: new LetterNote(Person: Thabo, Decision: decision, Exposure: LookedAround())),
            []);
        yield return Case(
            "approved-until",
            new Letter(
                "approved/3",
                LetterKind.Approved,
                ["cg4x9hebloef4f"],
                At,
                Note: new LetterNote(Person: Thabo, Decision: decision, Until: At.AddMonths(4))),
            []);
        yield return Case(
            "applicant-approved-until",
            new Letter(
                "applicant/2",
                LetterKind.ToApplicantApproved,
                ["cg4x9hebloef4f"],
                At,
                Note: new LetterNote(Person: Thabo, Decision: decision, Until: At.AddMonths(4))),
            []);
        yield return Outcome("approved-unseen", LetterKind.ApprovedUnseen, new Decision(At, "a server admin (could not see whom)", ""));
        yield return Outcome("rejected", LetterKind.Rejected, new Decision(At, "naledi (sudo)", "nobody knows them"));
        yield return Outcome("new-server-admin", LetterKind.NewServerAdmin, decision);
        yield return Outcome("applicant-received", LetterKind.ToApplicantReceived, decision);
        yield return Outcome("applicant-approved", LetterKind.ToApplicantApproved, decision);
        yield return Outcome("applicant-rejected", LetterKind.ToApplicantRejected, decision);
        yield return Case("found-disabled", new Letter("found-disabled/1", LetterKind.FoundDisabled, ["a"], At, Note: new LetterNote(
            Text: "Thabo Nkosi <thabo@example.net>\tuid:cg4x9hebloef4f\t\n<b>x</b> <x@example.net>\tuid:bulk2\texternal", Count: 2)), []);
        yield return Case("drill", new Letter("drill/1", LetterKind.Drill, [], At, Note: new LetterNote(Drill: Drill)), []);
        foreach (var kind in (IEnumerable<TroubleKind>)
        [
            TroubleKind.SignedOut, TroubleKind.NotPermitted, TroubleKind.UnknownDatabase, TroubleKind.StateNotSaved,
            TroubleKind.StateUnreadable, TroubleKind.DatabaseNotUsable, TroubleKind.GrafanaDown, TroubleKind.DrillFailed,
            TroubleKind.SecondCopy, TroubleKind.ListenerNotProved, TroubleKind.ListenerRefused, TroubleKind.NotUnderstood,
            TroubleKind.BornLockedBroken, TroubleKind.NotBornLocked, TroubleKind.BornLockedUnwatched,
        ])
            yield return Trouble("trouble-" + kind.ToString().ToLowerInvariant(), LetterKind.TroubleBegan, kind);
        yield return Trouble("trouble-over", LetterKind.TroubleOver, TroubleKind.SignedOut);
    }

    private static Exposure NeverInside() => LookedAround() with
    {
        LastRequestAt = null,
        Requests = 0,
        Refused = 0,
        LivePages = 0,
        Dashboards = [],
        Addresses = [],
        Organisations = [],
        Deeds = [],
        ServiceAccounts = [],
        Limits = CoverageLimits.None,
        Queries = 0,
        BornLockedAt = At,
    };

    private static Account Born()
    {
        var account = Exposed(NeverInside());
        (account.Case!.WasFoundDisabled, account.Case.BornLockedAt) = (true, At);
        return account;
    }

    private static Account MadeByAdmin(long? id = null)
    {
        var account = Born();
        account.Case!.Arrival = new Arrival(ArrivalKind.MadeByAdmin, At, "athena-admin", null) { MakerId = id, IsProbable = id is null };
        return account;
    }

    private static Account ServerAdmin(ServerAdminNote note)
    {
        var account = MadeByAdmin(4);
        account.Case!.ServerAdmin = note;
        return account;
    }

    private static Account NumberedByAdmin(int number)
    {
        var account = Numbered(number);
        account.Case!.Arrival = new Arrival(ArrivalKind.MadeByAdmin, At, "athena-admin", null) { MakerId = 4 };
        return account;
    }

    private static Account Found(Account account, AccountStatus was)
    {
        account.Status = was;
        account.Found = new FoundEnabled(At);
        return account;
    }

    private static IEnumerable<Letter> SeveralOf(NoticeTheme theme, Decision decision)
    {
        var (kind, note) = theme switch
        {
            NoticeTheme.BackAgain => (LetterKind.BackAgain, new LetterNote()),
            NoticeTheme.LeftBehind => (LetterKind.LeftBehind, new LetterNote(Exposure: MadeSomething())),
            NoticeTheme.Outcome => (LetterKind.Approved, new LetterNote(Decision: decision)),
            NoticeTheme.ServerAdmin => (LetterKind.NewServerAdmin, new LetterNote()),
            _ => (LetterKind.EndsSoon, new LetterNote(Since: At.AddDays(7))),
        };
        for (var i = 1; i <= 3; i++)
        {
            var account = i == 3 ? Hostile() : Numbered(i);
            yield return new Letter($"x/{i}", kind, [account.Ref], At, Note: note with { Person = account.Case!.Person });
        }
    }

    private static TestCaseData Sample(string name, LetterKind kind, Account account) =>
        Case(name, new Letter($"{name}/1", kind, [account.Ref], At), [account]);

    private static TestCaseData Outcome(string name, LetterKind kind, Decision decision) =>
        Case(name, new Letter($"{name}/1", kind, ["cg4x9hebloef4f"], At, Note: new LetterNote(Person: Thabo, Decision: decision)), []);

    private static TestCaseData Trouble(string name, LetterKind kind, TroubleKind trouble) =>
        Case(name, new Letter($"{name}/1", kind, [], At.AddMinutes(12), Note: new LetterNote(Seen(trouble), trouble, At)), []);

    private static string Seen(TroubleKind trouble) => trouble switch
    {
        TroubleKind.SignedOut => "Grafana answered 401: Invalid username or password.",
        TroubleKind.NotPermitted => "Could not disable the user: Grafana answered 403: Permissions needed: users:disable",
        TroubleKind.UnknownDatabase => "41 accounts that we know are missing, and 12 are there that we have never seen.",
        TroubleKind.NotUnderstood =>
            "Could not list the users: http://127.0.0.1:3000/ answers, but the account with id 8 has no “isDisabled”. Nothing is decided "
            + "by such an answer. Was Grafana updated, or does something in front of it change what it answers?",
        TroubleKind.StateNotSaved => "No space left on device : '/var/lib/grafana-auto-disable/state.json.new'",
        TroubleKind.StateUnreadable => "/var/lib/grafana-auto-disable/state.json: its checksum is wrong; state.previous.json: it is empty.",
        TroubleKind.DrillFailed => "The account was not locked within a minute.",
        TroubleKind.DatabaseNotUsable => "42501: permission denied for table user",
        _ => "Could not list the users: no connection to http://127.0.0.1:3000: Connection refused",
    };

    private static TestCaseData Case(string name, Letter letter, IReadOnlyList<Account> accounts) =>
        new TestCaseData(name, letter, accounts).SetArgDisplayNames(name);

    private static Person Thabo => new("thabo.mokoena@example.net", "thabo.mokoena@example.net", "Thabo Mokoena");

    private static DrillRun Drill => new(
        "athena-drill-3f6b0c1d9e8a47f2b5d04c6e7a8190b2", At.AddMilliseconds(-20), "naledi (sudo)", WithMail: true)
    {
        Id = 17,
        Uid = "bg4xf31vkr1fkd",
        MadeAt = At,
        LockedAt = At.AddMilliseconds(61),
    };

    private static Account Locked() => new()
    {
        Uid = "cg4x9hebloef4f",
        Id = 5,
        Status = AccountStatus.Locked,
        Case = new LockCase
        {
            OpenedAt = At.AddMilliseconds(14),
            LockedAt = At.AddMilliseconds(31),
            Person = Thabo,
            Arrival = new Arrival(ArrivalKind.SignUpForm, At, null, "203.0.113.9"),
            Roles = ["Main Org.: Viewer"],
        },
    };

    private static Account Told(Account account)
    {
        account.Case!.NoticeKey = "locked/1";
        return account;
    }

    private static Account Hostile()
    {
        var account = Locked();
        account.Case!.Person = new Person(
            "x userId=1 orgId=1 uname=admin msg=\"Request Completed\"",
            "crlf@example.org>\r\nRCPT TO:<boss@example.org",
            "<script>alert(1)</script> \u202Egnp.exe see https://evil.example/login now");
        account.Case.Roles = ["Clinic South: Admin", "Main Org.: Viewer"];
        account.Case.HasUnusualRole = true;
        return account;
    }

    private static Account Exposed(Exposure exposure)
    {
        var account = Locked();
        account.Case!.Exposure = exposure;
        account.Case.ExposedAt = At.AddSeconds(5);
        return account;
    }

    private static Exposure LookedAround() => new(
        At, At.AddMilliseconds(31), At.AddMilliseconds(20), 9, 1, 1,
        [
            new DashboardView("ward-occupancy", 2, 4, "Ward Occupancy"),
            new DashboardView("redis", 1, 0, "<b>Redis</b> see https://evil.example/title"),
            new DashboardView("hl7-errors", 0, 1),
        ], ["203.0.113.9"], [1],
        [
            new ObservedAction(ObservedActionKind.OwnProfile, ObservedActionOutcome.Done, "PUT", "/api/user", 1, 1, At),
            new ObservedAction(ObservedActionKind.ServiceAccount, ObservedActionOutcome.Refused, "POST", "/api/serviceaccounts", 1, 1, At),
        ],
        [], CoverageLimits.None);

    private static Exposure Unseen() => LookedAround() with
    {
        Requests = 0,
        Refused = 0,
        LivePages = 0,
        LastRequestAt = null,
        Dashboards = [],
        Addresses = [],
        Deeds = [],
        Limits = CoverageLimits.RouterLoggingOff,
    };

    private static Exposure MadeSomething() => LookedAround() with
    {
        Organisations = [1, 3],
        Deeds =
        [
            new ObservedAction(ObservedActionKind.ServiceAccount, ObservedActionOutcome.Done, "POST", "/api/serviceaccounts", 3, 1, At),
            new ObservedAction(
                ObservedActionKind.ServiceAccount, ObservedActionOutcome.Done, "POST", "/api/serviceaccounts/24/tokens", 3, 1, At),
            new ObservedAction(ObservedActionKind.Snapshot, ObservedActionOutcome.Done, "POST", "/api/snapshots", 1, 2, At),
        ],
        ServiceAccounts =
        [
            new TouchedServiceAccount(24, 3, "sa-3-<script>alert(1)</script>", "backdoor", IsNew: true, IsCertain: true, Tokens: 1),
        ],
    };

    private static Account Restored()
    {
        var account = Locked();
        account.Case!.RestoredFrom = At.AddHours(-16);
        return account;
    }

    private static Account Inside()
    {
        var account = Locked();
        account.Case!.LockedAt = null;
        account.Case.Arrival = Arrival.Unknown;
        account.Case.Problem = "Grafana refuses to disable an account that comes from OAuth: 500 Could not disable external user.";
        return account;
    }

    private static Account External()
    {
        var account = Locked();
        account.Case!.IsExternal = true;
        account.Case.Arrival = Arrival.Unknown;
        account.Case.Returns = [At, At, At];
        return account;
    }

    private static Account AtDoor()
    {
        var account = External();
        account.Status = AccountStatus.AtDoor;
        account.Case!.LockedAt = null;
        return account;
    }

    private static Account Numbered(int number)
    {
        var account = Locked();
        account.Case!.Person = new Person($"new{number}@example.net", $"new{number}@example.net", $"New Colleague {number}");
        account.Uid = $"bulk{number}";
        return account;
    }

    private static Account InsideNumbered(int number)
    {
        var account = Numbered(number);
        account.Case!.Problem = "Grafana answered 403: Permissions needed: users:disable.";
        return account;
    }

    private static Account Stale(int number)
    {
        var account = Numbered(number);
        account.Case!.Reminded = 3;
        return account;
    }
}
