using Athena.AutoDisable.State;
using Athena.Common.Notify.Channels;

namespace Athena.AutoDisable.Tests.Deciding;

/// <summary>Buttons in the chat, pressed by those who may not, in floods, across crashes, and while something does not answer.</summary>
internal sealed class ChatAttackTests : ChatScenario
{
    private const long Stranger = 6666;

    private static readonly DeliveryResult Down = new(DeliveryVerdict.Transient, "no connection to api.telegram.org");

    [Test]
    public async Task A_stranger_is_not_allowed_and_the_admins_hear_of_it_once_a_day()
    {
        var (user, message) = await AskAboutAsync();
        for (var i = 0; i < 5; i++)
            Assert.That(await PressAsync(message, "Reject", Stranger), Does.StartWith("Not allowed."));
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked));
        var notice = Disk.Waiting.Values.Single(mail => mail.Subject.StartsWith("Telegram:", StringComparison.Ordinal));
        Assert.That(notice.Text, Does.Contain($"{Stranger}").And.Contain("DECISION_TELEGRAM_USER_IDS"));
        Assert.That(Chat.Labels(message), Is.EqualTo(new[] { "Approve", "Reject" }));
    }

    [Test]
    public async Task From_another_chat_or_below_a_forwarded_message_nothing_is_decided()
    {
        var (user, message) = await AskAboutAsync();
        Assert.That(await PressAsync(message, "Reject", Anna, isOurs: false), Does.StartWith("Not allowed"));
        Assert.That(Chat.Labels(message), Is.EqualTo(new[] { "Approve", "Reject" }));
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked));
    }

    [TestCase(false, "Not allowed: you are not in this chat any more.")]
    [TestCase(null, "It could not be found out whether you are in this chat. Try again in a minute.")]
    public async Task Who_left_the_chat_decides_nothing_also_between_two_presses(bool? isMember, string told)
    {
        var (user, message) = await AskAboutAsync();
        Chat.IsMember = _ => isMember;
        Assert.That(await PressAsync(message, "Reject"), Is.EqualTo(told));
        Chat.IsMember = _ => true;
        await PressAsync(message, "Reject");
        Chat.IsMember = _ => isMember;
        Assert.That(await PressAsync(message, "Yes, reject"), Is.EqualTo(told));
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked));
    }

    [TestCase("")]
    [TestCase("approve")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAA:approve")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAA:yes")]
    [TestCase("::::")]
    public async Task What_is_no_button_of_ours_does_nothing(string data)
    {
        var (user, message) = await AskAboutAsync();
        Chat.PressData(message, data, Anna);
        await HearAsync();
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked));
        Assert.That(Chat.Labels(message), Is.EqualTo(new[] { "Approve", "Reject" }));
    }

    [Test]
    public async Task The_buttons_of_one_message_decide_nothing_below_another()
    {
        var (first, one) = await AskAboutAsync("First Person");
        var (second, two) = await AskAboutAsync("Second Person");
        Chat.PressData(two, Chat.Messages[one].Buttons[0][1].Data, Anna);
        await HearAsync();
        Assert.That((Status(first), Status(second)), Is.EqualTo((AccountStatus.Locked, AccountStatus.Locked)));
        Assert.That(Chat.Labels(one).Concat(Chat.Labels(two)), Has.None.EqualTo("Yes, reject"));
    }

    [Test]
    public async Task Killed_between_the_presses_it_asks_again_and_what_was_told_twice_decides_once()
    {
        var (user, message) = await AskAboutAsync();
        await PressAsync(message, "Approve");
        foreach (var digit in Pin) await PressAsync(message, $"{digit}");
        var ok = Chat.Messages[message].Buttons[3][2].Data;
        Restart();
        Chat.PressData(message, ok, Anna);
        await HearAsync();
        Assert.That((user.IsDisabled, Chat.Messages.Count), Is.EqualTo((true, 1)));
        Assert.That(Chat.Labels(message), Is.EqualTo(new[] { "Approve", "Reject" }));
        await PressAsync(message, "Approve");
        await TypeAsync(message, Pin);
        Assert.That(user.IsDisabled, Is.False);
        Restart();
        await LookAsync();
        Assert.That((Chat.Messages.Count, Chat.Labels(message).Single()), Is.EqualTo((1, "Take it back")));
    }

    [Test]
    public async Task In_a_flood_ten_have_a_message_and_one_says_how_many_others_wait()
    {
        for (var i = 0; i < 15; i++) World.Add($"Bot{i} Bot", $"bot{i}@example.net", isBaseline: false);
        await SettleAsync();
        for (var i = 0; i < 30; i++) await ExposeAsync();
        await LookAsync();
        Assert.That(Chat.Messages, Has.Count.EqualTo(11));
        var others = Chat.Messages.Single(message => !Chat.Labels(message.Key).Any()).Key;
        Assert.That(Chat.Text(others), Does.StartWith("5 more accounts wait").And.Contain("sudo grafana-auto-disable pending"));

        var first = Chat.Messages.Keys.First(message => message != others);
        await PressAsync(first, "Reject");
        await PressAsync(first, "Yes, reject");
        Time.Advance(TimeSpan.FromMinutes(1));
        await LookAsync();
        Assert.That((Chat.Messages.Count, Chat.Text(others)[..22]), Is.EqualTo((12, "4 more accounts wait f")), "changed");
    }

    [Test]
    public async Task A_message_that_somebody_deleted_is_written_again_when_it_changes()
    {
        var (user, message) = await AskAboutAsync();
        Chat.Messages.Remove(message);
        Daemon.Memory.Book.FindByRef(user.Uid)!.Case!.ServerAdmin = new ServerAdminNote(Time.GetUtcNow(), null);
        await LookAsync();
        Assert.That(Chat.Labels(Chat.LastMessage), Is.EqualTo(new[] { "Reject" }));
        Assert.That(Chat.Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_chat_that_is_away_is_told_of_by_mail_and_shows_what_is_so_when_it_is_back()
    {
        var (decided, message) = await AskAboutAsync("First Person");
        await SignUpAsync("Second Person");
        Chat.Refusal = Down;
        await Daemon.Commands.ExecuteAsync(
            new("reject", new Dictionary<string, string> { ["who"] = $"uid:{decided.Uid}", ["by"] = "root" }), default);
        for (var i = 0; i < 10; i++)
        {
            await LookAsync();
            Time.Advance(TimeSpan.FromMinutes(1));
        }

        var notice = Disk.Waiting.Values.Single(mail => mail.Subject == "ACTION NEEDED: nobody can decide in the chat");
        Assert.That(notice.Text, Does.Contain("no connection to"));
        Assert.That(Desk.Sentence, Does.Contain("no connection"));
        Chat.Refusal = null;
        Time.Advance(TimeSpan.FromMinutes(1));
        await LookAsync();
        Assert.That(Chat.Text(message), Does.Contain("REJECTED"));
        Assert.That(Chat.Text(Chat.LastMessage), Does.Contain("Second Person"));
        Assert.That(Disk.Waiting.Values.Select(mail => mail.Subject), Has.One.EqualTo("Resolved: the buttons in the chat work"));
    }

    [Test]
    public async Task Where_presses_cannot_be_heard_the_admins_are_told_why()
    {
        Chat.Deafness = new DeliveryResult(DeliveryVerdict.Permanent, "another program asks for what is pressed");
        for (var i = 0; i < 10; i++)
        {
            await Desk.HearAsync(CancellationToken.None);
            await LookAsync();
            Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.That(
            Disk.Waiting.Values.Single(mail => mail.Subject == "ACTION NEEDED: nobody can decide in the chat").Text,
            Does.Contain("another program asks"));
    }

    [Test]
    public async Task With_a_new_memory_the_messages_of_before_decide_nothing()
    {
        var (user, message) = await AskAboutAsync();
        var approve = Chat.Messages[message].Buttons[0][0].Data;
        Forget();
        await LookAsync();
        Assert.That(Chat.Messages, Has.Count.EqualTo(2), "there is a new one");
        Chat.PressData(message, approve, Anna);
        await HearAsync();
        Assert.That(Chat.Text(message), Does.StartWith("This message is over."));
        Assert.That((user.IsDisabled, Chat.Labels(message).Any()), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_clock_that_jumps_lets_no_question_live_longer()
    {
        var (user, message) = await AskAboutAsync();
        foreach (var jump in (TimeSpan[])[TimeSpan.FromHours(3), TimeSpan.FromHours(-6)])
        {
            await PressAsync(message, "Reject");
            var yes = Chat.Messages[message].Buttons[0][0].Data;
            Time.Jump(jump);
            Chat.PressData(message, yes, Anna);
            await HearAsync();
            await LookAsync();
            Assert.That((Status(user), Chat.Labels(message).Count()), Is.EqualTo((AccountStatus.Locked, 2)), $"{jump}");
        }
    }
}
