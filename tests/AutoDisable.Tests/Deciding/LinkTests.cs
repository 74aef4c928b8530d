using Athena.AutoDisable.Deciding;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Grafana.Api;
using Moq;

namespace Athena.AutoDisable.Tests.Deciding;

/// <summary>Links in mails: who gets them, what they do, and when they do nothing.</summary>
internal sealed class LinkTests : DecisionScenario
{
    [Test]
    public async Task Only_whoever_may_decide_has_links_and_only_with_a_PIN_one_to_approve()
    {
        var user = await SignUpAsync();
        Assert.That(
            (Token(user, One, "Approve"), Token(user, One, "Reject"), Token(user, Two, "Approve"), Token(user, Two, "Reject")),
            Is.EqualTo((Token(user, One, "Approve")!, Token(user, One, "Reject")!, (string?)null, Token(user, Two, "Reject")!)));
        Assert.That(Mail(user).Text, Does.Not.Contain("/athena/decide/"), "what the others get");
        Assert.That(Mail(user).Bodies![One].Text.ReplaceLineEndings(" "), Does.Contain("do not forward this mail"));
        Assert.That(Token(user, One, "Reject"), Is.Not.EqualTo(Token(user, Two, "Reject")).And.Length.EqualTo(43));
    }

    [Test]
    public async Task Looking_changes_nothing_however_often_and_by_whomever()
    {
        var user = await SignUpAsync();
        var token = Token(user, One, "Approve")!;
        for (var i = 0; i < 50; i++) await DescribeAsync(token);
        var page = await DescribeAsync(token);
        Assert.That(
            (page.Status, page.Choice, page.Proof, page.Title, Status(user), user.IsDisabled),
            Is.EqualTo((
                DecisionStatus.Open, DecisionChoice.Approve, DecisionProof.Pin, "Let Name of Thabo Mokoena in?", AccountStatus.Locked,
                true)));
        Assert.That(
            page.Facts.Select(fact => fact.Name), Does.Contain("E-mail").And.Contain("Roles").And.Contain("Activity before the lock"));
    }

    [Test]
    public async Task Approved_with_the_PIN_they_are_in_and_it_is_written_down_by_whom()
    {
        var user = await SignUpAsync();
        var answer = await DecideAsync(Token(user, One, "Approve")!, (DecisionDesk.Pin, Pin), (DecisionDesk.Until, "2027-03-31"));
        var account = Daemon.Memory.Book.FindByRef(user.Uid)!;
        Assert.That(
            (answer.Outcome, user.IsDisabled, account.Decision!.By), Is.EqualTo((DecisionOutcome.Done, false, $"{One} (link and PIN)")));
        Assert.That(account.Until, Is.EqualTo(new DateTimeOffset(2027, 4, 1, 0, 0, 0, TimeSpan.Zero)).Within(TimeSpan.FromSeconds(1)));
        Assert.That(answer.Undo, Has.Length.EqualTo(43));
    }

    [TestCase(DecisionDesk.Pin, "111222")]
    [TestCase(DecisionDesk.Pin, "")]
    [TestCase(DecisionDesk.Until, "yesterday")]
    [TestCase(DecisionDesk.Until, "2020-01-01")]
    [TestCase(DecisionDesk.Form, "of another page")]
    [TestCase(DecisionDesk.Form, "")]
    public async Task With_something_missing_or_wrong_nobody_is_let_in_and_the_page_can_be_shown_again(string name, string value)
    {
        var user = await SignUpAsync();
        var token = Token(user, One, "Approve")!;
        var page = await DescribeAsync(token);
        var given = new Dictionary<string, string> { [DecisionDesk.Form] = page.Form, [DecisionDesk.Pin] = Pin, [name] = value };
        var answer = await PostAsync(token, [.. given.Select(one => (one.Key, one.Value))]);
        Assert.That(
            (answer.Outcome, answer.Page?.Status, user.IsDisabled), Is.EqualTo((DecisionOutcome.Refused, DecisionStatus.Open, true)));
        Assert.That((await DecideAsync(token, (DecisionDesk.Pin, Pin))).Outcome, Is.EqualTo(DecisionOutcome.Done));
    }

    [Test]
    public async Task The_page_of_one_link_decides_by_no_other()
    {
        var (first, second) = (await SignUpAsync("First Person"), await SignUpAsync("Second Person"));
        var form = (await DescribeAsync(Token(first, One, "Reject")!)).Form;
        var answer = await PostAsync(Token(second, One, "Approve")!, (DecisionDesk.Form, form), (DecisionDesk.Pin, Pin));
        Assert.That((answer.Outcome, first.IsDisabled, second.IsDisabled), Is.EqualTo((DecisionOutcome.Refused, true, true)));
    }

    [Test]
    public async Task A_page_that_lay_open_for_long_is_shown_anew()
    {
        var user = await SignUpAsync();
        var token = Token(user, One, "Reject")!;
        var page = await DescribeAsync(token);
        Time.Advance(TimeSpan.FromMinutes(31));
        var answer = await PostAsync(token, (DecisionDesk.Form, page.Form));
        Assert.That((answer.Outcome, Status(user)), Is.EqualTo((DecisionOutcome.Refused, AccountStatus.Locked)));
        Assert.That((await PostAsync(token, (DecisionDesk.Form, answer.Page!.Form))).Outcome, Is.EqualTo(DecisionOutcome.Done));
    }

    /// <summary>Unknown, used, too old, void: they look the same.</summary>
    [Test]
    public async Task A_link_that_is_not_open_tells_nothing()
    {
        var user = await SignUpAsync();
        var (approve, reject) = (Token(user, One, "Approve")!, Token(user, Two, "Reject")!);
        await DecideAsync(approve, (DecisionDesk.Pin, Pin));
        var late = await SignUpAsync("Late Person");
        var old = Token(late, One, "Reject")!;
        Time.Advance(TimeSpan.FromHours(24));
        foreach (var token in (string[])[approve, reject, old, new string('A', 43), "", "../x"])
        {
            await IsClosedAsync(token);
            Assert.That((await PostAsync(token)).Outcome, Is.EqualTo(DecisionOutcome.Closed), token);
        }
    }

    /// <summary>Somebody left, and was taken out of DECISION_MAIL_TO: their mails of before and their PIN are still theirs.</summary>
    [Test]
    public async Task Who_decides_no_more_has_no_link_any_more()
    {
        var user = await SignUpAsync();
        var (gone, there) = (Token(user, One, "Approve")!, Token(user, Two, "Reject")!);
        Decisions = Decisions with { MailTo = [Two] };
        Restart();
        await IsClosedAsync(gone);
        Assert.That((await PostAsync(gone, (DecisionDesk.Pin, Pin))).Outcome, Is.EqualTo(DecisionOutcome.Closed));
        Assert.That((await DecideAsync(there)).Outcome, Is.EqualTo(DecisionOutcome.Done));
    }

    [Test]
    public async Task A_clock_that_is_put_back_makes_no_link_live_longer()
    {
        var user = await SignUpAsync();
        Time.Jump(TimeSpan.FromHours(-3));
        await IsClosedAsync(Token(user, One, "Reject")!);
    }

    [Test]
    public async Task A_clock_that_jumps_ahead_ends_them_and_the_next_mail_brings_new_ones()
    {
        var user = await SignUpAsync();
        var old = Token(user, One, "Approve")!;
        var form = (await DescribeAsync(old)).Form;
        Time.Jump(TimeSpan.FromHours(25));
        await IsClosedAsync(old);
        Assert.That(
            (await PostAsync(old, (DecisionDesk.Form, form), (DecisionDesk.Pin, Pin))).Outcome, Is.EqualTo(DecisionOutcome.Closed));
        Assert.That(user.IsDisabled);
        await SettleAsync();
        Assert.That(Reminded(old), Is.True);
    }

    /// <summary>The book is empty then, for no backup holds it.</summary>
    [Test]
    public async Task Restored_from_a_backup_no_link_of_before_is_open_and_a_reminder_brings_new_ones()
    {
        var user = await SignUpAsync();
        var old = Token(user, One, "Approve")!;
        Directory.Delete(Folder, recursive: true);
        Restart();
        await IsClosedAsync(old);
        Book.SetPin(One, PinHash.Of(Pin));
        Time.Advance(TimeSpan.FromHours(24));
        await SettleAsync();
        Assert.That(Reminded(old), Is.True);
    }

    [Test]
    public async Task Whoever_comes_second_is_told_what_the_first_decided_and_changes_nothing()
    {
        var user = await SignUpAsync();
        var (mine, theirs) = (Token(user, One, "Approve")!, Token(user, Two, "Reject")!);
        var form = (await DescribeAsync(theirs)).Form;
        await DecideAsync(mine, (DecisionDesk.Pin, Pin));
        var answer = await PostAsync(theirs, (DecisionDesk.Form, form));
        Assert.That((answer.Outcome, user.IsDisabled), Is.EqualTo((DecisionOutcome.DecidedBefore, false)));
        Assert.That(answer.Text, Does.Contain("approved").And.Contain(One));
    }

    [Test]
    public async Task Of_two_at_once_one_decides()
    {
        var user = await SignUpAsync();
        var (mine, theirs) = (Token(user, One, "Approve")!, Token(user, Two, "Reject")!);
        var answers = await Task.WhenAll(
            DecideAsync(mine, (DecisionDesk.Pin, Pin)), DecideAsync(theirs), DecideAsync(mine, (DecisionDesk.Pin, Pin)));
        Assert.That(
            answers.Count(answer => answer.Outcome == DecisionOutcome.Done), Is.EqualTo(1),
            string.Join(" | ", answers.Select(answer => answer.Text)));
        Assert.That(Status(user), Is.EqualTo(user.IsDisabled ? AccountStatus.Rejected : AccountStatus.Admitted));
    }

    /// <summary>Both were let through while the matter was open, and wait for Grafana.</summary>
    [Test]
    public async Task Of_two_who_were_both_in_time_when_Grafana_was_asked_one_decides()
    {
        var user = await SignUpAsync();
        var (mine, theirs) = (Token(user, One, "Approve")!, Token(user, Two, "Reject")!);
        var (asked, both) = (0, new TaskCompletionSource());
        Grafana.Setup(g => g.AllUsersAsync(It.IsAny<CancellationToken>())).Returns(async (CancellationToken cancel) =>
        {
            if (++asked == 2) both.SetResult();
            await both.Task.WaitAsync(cancel);
            return await World.AllUsersAsync(cancel);
        });
        var answers = await Task.WhenAll(DecideAsync(mine, (DecisionDesk.Pin, Pin)), DecideAsync(theirs));
        Assert.That(
            answers.Select(answer => answer.Outcome),
            Is.EquivalentTo((DecisionOutcome[])[DecisionOutcome.Done, DecisionOutcome.DecidedBefore]),
            string.Join(" | ", answers.Select(answer => answer.Text)));
        Assert.That(Status(user), Is.EqualTo(user.IsDisabled ? AccountStatus.Rejected : AccountStatus.Admitted));
        var late = answers.Single(answer => answer.Outcome == DecisionOutcome.DecidedBefore);
        Assert.That(late.Text, Does.Contain(" by ").And.Contain("2026-"));
    }

    [Test]
    public async Task Decided_in_Grafana_or_by_command_the_links_end()
    {
        var user = await SignUpAsync();
        var token = Token(user, One, "Approve")!;
        Assert.That((await CommandAsync("reject", $"uid:{user.Uid}")).ExitCode, Is.Zero);
        await IsClosedAsync(token);
    }

    /// <summary>What was written down before a crash is carried out after it, and only that.</summary>
    [Test]
    public async Task A_crash_between_the_word_and_the_deed_leaves_one_outcome_and_a_page_that_can_be_asked_again()
    {
        var user = await SignUpAsync();
        var token = Token(user, One, "Approve")!;
        Grafana.Setup(g => g.EnableAsync(user.Id, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<Acknowledgement>(GrafanaOutcome.Unavailable, null, "Grafana does not answer."));
        var answer = await DecideAsync(token, (DecisionDesk.Pin, Pin));
        Assert.That((answer.Outcome, user.IsDisabled), Is.EqualTo((DecisionOutcome.Noted, true)), answer.Text);
        Grafana = Gates.GrafanaSpy.On(World);
        Restart();
        await SettleAsync();
        Assert.That(user.IsDisabled, Is.False);
        await IsClosedAsync(token);
    }

    [Test]
    public async Task After_a_restart_links_and_PINs_are_as_before_and_a_page_of_before_is_shown_anew()
    {
        var user = await SignUpAsync();
        var token = Token(user, One, "Approve")!;
        var form = (await DescribeAsync(token)).Form;
        Restart();
        var answer = await PostAsync(token, (DecisionDesk.Form, form), (DecisionDesk.Pin, Pin));
        Assert.That(answer.Outcome, Is.EqualTo(DecisionOutcome.Refused));
        Assert.That((await DecideAsync(token, (DecisionDesk.Pin, Pin))).Outcome, Is.EqualTo(DecisionOutcome.Done));
    }

    [Test]
    public async Task On_disk_stand_hashes_and_in_a_backup_nothing_of_it()
    {
        var user = await SignUpAsync();
        var files = string.Concat(Directory.GetFiles(Folder).Select(File.ReadAllText));
        Assert.That(files, Does.Contain("argon2id").And.Not.Contain(Token(user, One, "Approve")!).And.Not.Contain(Pin));
        Assert.That(
            Directory.GetFiles(Folder).Select(File.GetUnixFileMode), Is.All.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(AutoDisableRestore.Parts.Holds("decisions/state.json"), Is.False);
    }

    [Test]
    public void To_look_whether_there_are_any_makes_nothing()
    {
        var nowhere = Path.Combine(Folder, "nowhere");
        Assert.That(new DecisionBook(DecisionBookState.In(nowhere), Time).HasPin(One), Is.False);
        Assert.That(Directory.Exists(nowhere), Is.False);
    }

    [Test]
    public async Task A_flood_makes_no_more_links_than_are_kept_and_its_mails_go_without()
    {
        List<DecisionLink> many =
        [
            .. Enumerable.Range(0, DecisionBook.MostLinks).Select(i => new DecisionLink(
                "", DecisionChoice.Reject, $"u{i}", Time.GetUtcNow(), One, Time.GetUtcNow() + DecisionOptions.Lifetime)),
        ];
        Assert.That(Book.Issue(many), Has.Count.EqualTo(DecisionBook.MostLinks));
        var user = await SignUpAsync();
        Assert.That(Mail(user).Bodies, Is.Empty);
        Time.Advance(DecisionOptions.Lifetime);
        Assert.That(Token(await SignUpAsync("Next Day"), One, "Reject"), Is.Not.Null);
    }

    [TestCase("Admin", false)]
    [TestCase("Editor", false)]
    [TestCase("None", true)]
    [TestCase("Viewer", true)]
    [TestCase("Ruler", false)]
    public async Task Whoever_has_more_than_an_approval_gives_cannot_be_approved_from_a_mail(string role, bool isOffered)
    {
        var user = World.Add("Thabo", "thabo@example.net", isBaseline: false);
        Grafana.Setup(g => g.OrganisationsOfAsync(user.Id, It.IsAny<CancellationToken>())).ReturnsAsync(
            new GrafanaAnswer<IReadOnlyList<OrganisationMembership>>(
                GrafanaOutcome.Done, [new OrganisationMembership(1, "Main Org.", role)], ""));
        await SettleAsync();
        await ExposeAsync();
        await ExposeAsync();
        Assert.That((Token(user, One, "Approve") is not null, Token(user, One, "Reject") is not null), Is.EqualTo((isOffered, true)));
    }

    [Test]
    public async Task Nor_whoever_got_it_after_the_mail()
    {
        var user = await SignUpAsync();
        var token = Token(user, One, "Approve")!;
        var form = (await DescribeAsync(token)).Form;
        Daemon.Memory.Book.FindByRef(user.Uid)!.Case!.Roles = ["Main Org.: Admin"];
        await IsClosedAsync(token);
        var answer = await PostAsync(token, (DecisionDesk.Pin, Pin), (DecisionDesk.Form, form));
        Assert.That((answer.Outcome, user.IsDisabled), Is.EqualTo((DecisionOutcome.Refused, true)), answer.Text);
    }

    [Test]
    public async Task A_reason_is_kept_and_told_where_that_is_wanted([Values] bool isTold)
    {
        var user = await SignUpAsync();
        await DecideAsync(
            Token(user, One, "Reject")!, (DecisionDesk.Reason, "Nobody here\nknows <b>you</b>"), (DecisionDesk.Tell, isTold ? "yes" : ""));
        Time.Advance(TimeSpan.FromMinutes(11));
        await SettleAsync();
        var mail = Disk.Waiting.Values.Single(one => one.Recipients.Contains(user.Email));
        Assert.That(mail.Text, isTold ? Does.Contain("knows") : Does.Not.Contain("knows"));
        Assert.That(mail.Html, Does.Not.Contain("<b>you"));
        Assert.That(Daemon.Memory.Book.FindByRef(user.Uid)!.Decision!.Reason, Does.StartWith("Nobody here").And.Not.Contain("\n"));
    }

    /// <summary>A mail of later has links to approve, which are others.</summary>
    private bool Reminded(string old) => Disk.Waiting.Values.Any(mail =>
        !mail.Subject.StartsWith("Locked, waiting", StringComparison.Ordinal)
        && mail.Bodies?.GetValueOrDefault(One)?.Text is { } text && text.Contains("/athena/decide/", StringComparison.Ordinal)
        && text.Contains("Approve", StringComparison.Ordinal) && !text.Contains(old, StringComparison.Ordinal));

    [Test]
    public async Task Nothing_else_is_answered()
    {
        var user = await SignUpAsync();
        foreach (var verb in (string[])["approve", "pending", "status", "", "decision-pin"])
            Assert.That((await AskAsync(verb, Token(user, One, "Approve")!, ("who", user.Uid))).Json, Is.Null, verb);
        Assert.That(user.IsDisabled);
    }
}
