using Athena.AutoDisable.State;
using Athena.Common.Daemon.Control;

namespace Athena.AutoDisable.Tests.Deciding;

/// <summary>Buttons in the chat: who may press them, what they do, and what the messages show.</summary>
internal sealed class ChatDecisionTests : ChatScenario
{
    [Test]
    public async Task Each_account_that_waits_is_one_message_with_two_buttons()
    {
        var (first, one) = await AskAboutAsync("First Person");
        var (_, two) = await AskAboutAsync("Second Person");
        await LookAsync();
        Assert.That(Chat.Messages.Keys, Is.EqualTo(new[] { one, two }));
        Assert.That(Chat.Labels(one), Is.EqualTo(new[] { "Approve", "Reject" }));
        Assert.That(Chat.Text(one), Does.Contain("waiting for approval").And.Contain($"First Person (uid:{first.Uid})"));
        var data = Chat.Messages.Values.SelectMany(card => card.Buttons).SelectMany(row => row).Select(button => button.Data).ToList();
        Assert.That(data, Is.Unique.And.All.Length.LessThanOrEqualTo(64).And.All.Not.Contain(first.Uid));
    }

    [Test]
    public async Task Approved_with_the_PIN_they_are_in_and_the_message_says_by_whom()
    {
        var (user, message) = await AskAboutAsync();
        await PressAsync(message, "Approve");
        Assert.That(user.IsDisabled, "the first press asks");
        Assert.That(Chat.Text(message), Does.Contain("Anna: to approve, type your PIN"));
        var told = await TypeAsync(message, Pin);
        Assert.That((told, user.IsDisabled), Is.EqualTo(($"Approved: Thabo Mokoena (uid:{user.Uid}).", false)));
        Assert.That(Daemon.Memory.Book.FindByRef(user.Uid)!.Decision!.By, Is.EqualTo($"{Address} (Telegram, PIN)"));
        Assert.That(Chat.Labels(message), Is.EqualTo(new[] { "Take it back" }));
        Assert.That(Chat.Text(message), Does.Contain("APPROVED").And.Contain("Thabo Mokoena").And.Contain(Address));
    }

    [Test]
    public async Task Nobody_in_the_chat_is_shown_the_PIN()
    {
        var (_, message) = await AskAboutAsync();
        await PressAsync(message, "Approve");
        var before = Chat.Text(message);
        foreach (var digit in Pin) await PressAsync(message, $"{digit}");
        Assert.That(Chat.Text(message), Is.EqualTo(before));
        Assert.That(Chat.Told[^1], Is.EqualTo("••••••"));
        Assert.That(string.Concat(Chat.Told), Does.Not.Contain("493"));
    }

    [Test]
    public async Task A_wrong_PIN_lets_nobody_in_and_five_end_it_for_that_account()
    {
        var (user, message) = await AskAboutAsync();
        await PressAsync(message, "Approve");
        for (var i = 0; i < 5; i++) Assert.That(await TypeAsync(message, "111222"), Is.EqualTo("The PIN is wrong."));
        Assert.That(await TypeAsync(message, Pin), Does.StartWith("Too many wrong PINs"));
        Assert.That(user.IsDisabled);
    }

    [Test]
    public async Task Typed_wrongly_a_digit_is_taken_back_and_without_any_it_is_no_try()
    {
        var (user, message) = await AskAboutAsync();
        await PressAsync(message, "Approve");
        Assert.That(await PressAsync(message, "OK"), Is.EqualTo("Type your PIN first."));
        await PressAsync(message, "9");
        Assert.That(await PressAsync(message, "⌫"), Is.EqualTo("Nothing typed."));
        await TypeAsync(message, Pin);
        Assert.That(user.IsDisabled, Is.False);
    }

    [Test]
    public async Task Rejected_after_it_was_asked_whether_that_is_meant()
    {
        var (user, message) = await AskAboutAsync();
        await PressAsync(message, "Reject", Ben);
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked));
        await PressAsync(message, "No", Ben);
        Assert.That(Chat.Labels(message), Is.EqualTo(new[] { "Approve", "Reject" }));
        await PressAsync(message, "Reject", Ben);
        await PressAsync(message, "Yes, reject", Ben);
        Assert.That(
            (Status(user), Daemon.Memory.Book.FindByRef(user.Uid)!.Decision!.By),
            Is.EqualTo((AccountStatus.Rejected, $"Telegram id {Ben} (button)")));
        Assert.That(Chat.Text(message), Does.Contain("REJECTED"));
    }

    [Test]
    public async Task Without_an_address_or_a_PIN_nobody_approves()
    {
        var (user, message) = await AskAboutAsync();
        Assert.That(await PressAsync(message, "Approve", Ben), Does.Contain("no address in DECISION_TELEGRAM_USER_IDS"));
        Book.SetPin(Address, null);
        Assert.That(await PressAsync(message, "Approve"), Does.Contain($"decision-pin set {Address}"));
        Assert.That(user.IsDisabled);
        Assert.That(Chat.Labels(message), Is.EqualTo(new[] { "Approve", "Reject" }));
    }

    [Test]
    public async Task Taken_back_within_ten_minutes_the_account_waits_in_a_new_message()
    {
        var (user, message) = await AskAboutAsync();
        await PressAsync(message, "Approve");
        await TypeAsync(message, Pin);
        await PressAsync(message, "Take it back", Ben);
        Assert.That(await PressAsync(message, "Yes, take it back", Ben), Does.StartWith("Taken back: Thabo Mokoena"));
        Assert.That((user.IsDisabled, Status(user)), Is.EqualTo((true, AccountStatus.Locked)));
        await ExposeAsync();
        await ExposeAsync();
        await LookAsync();
        Assert.That(Chat.Text(message), Does.Contain("TAKEN BACK"));
        Assert.That(Chat.Messages, Has.Count.EqualTo(2));
        Assert.That(Chat.Labels(Chat.LastMessage), Is.EqualTo(new[] { "Approve", "Reject" }));
    }

    [Test]
    public async Task After_ten_minutes_the_message_has_no_button_and_is_forgotten()
    {
        var (_, message) = await AskAboutAsync();
        await PressAsync(message, "Reject");
        await PressAsync(message, "Yes, reject");
        var undo = Chat.Messages[message].Buttons[0][0].Data;
        Time.Advance(TimeSpan.FromMinutes(11));
        await LookAsync();
        Assert.That(Chat.Labels(message), Is.Empty);
        Assert.That(Chat.Text(message), Does.Contain("REJECTED"));
        Chat.PressData(message, undo, Anna);
        Assert.That(await HearAsync(), Does.StartWith("That button is over"));
    }

    [Test]
    public async Task Whoever_decided_and_however_the_message_shows_it()
    {
        var (first, one) = await AskAboutAsync("First Person");
        var (second, two) = await AskAboutAsync("Second Person");
        var (third, three) = await AskAboutAsync("Third Person");
        await Daemon.Commands.ExecuteAsync(
            new ControlRequest("approve", new Dictionary<string, string> { ["who"] = $"uid:{first.Uid}", ["by"] = "root" }), default);
        World.Remove(second);
        await SettleAsync();
        await LookAsync();
        Assert.That(Chat.Text(one), Does.Contain("APPROVED").And.Contain("By root"));
        Assert.That(Chat.Text(two), Does.Contain("DELETED").And.Contain("Second Person"));
        Assert.That(Chat.Labels(three), Is.EqualTo(new[] { "Approve", "Reject" }), third.Uid);
    }

    [Test]
    public async Task Whoever_comes_second_is_told_what_the_first_decided()
    {
        var (user, message) = await AskAboutAsync();
        await PressAsync(message, "Reject");
        await Daemon.Commands.ExecuteAsync(
            new ControlRequest("approve", new Dictionary<string, string> { ["who"] = $"uid:{user.Uid}", ["by"] = "root" }), default);
        Assert.That(await PressAsync(message, "Yes, reject"), Does.StartWith("It was decided already. The account was approved"));
        Assert.That(user.IsDisabled, Is.False);
    }

    [Test]
    public async Task While_one_is_asked_another_waits_and_after_two_minutes_the_buttons_are_back()
    {
        var (user, message) = await AskAboutAsync();
        await PressAsync(message, "Approve");
        var ok = Chat.Messages[message].Buttons[3][2].Data;
        Assert.That(await PressAsync(message, "1", Ben), Is.EqualTo("This asks Anna."));
        foreach (var digit in Pin) await PressAsync(message, $"{digit}");
        Time.Advance(TimeSpan.FromMinutes(2));
        await LookAsync();
        Assert.That(Chat.Labels(message), Is.EqualTo(new[] { "Approve", "Reject" }));
        Chat.PressData(message, ok, Anna);
        Assert.That((await HearAsync())[..19], Is.EqualTo("That button is over"));
        Assert.That(user.IsDisabled);
        Assert.That(Chat.Labels(message), Is.EqualTo(new[] { "Approve", "Reject" }));
    }

    [Test]
    public async Task An_account_that_made_something_has_no_button_to_approve_and_none_can_be_invented()
    {
        var user = await SignUpAsync();
        Daemon.Memory.Book.FindByRef(user.Uid)!.Case!.ServerAdmin = new ServerAdminNote(Time.GetUtcNow(), null);
        await LookAsync();
        Assert.That(Chat.Labels(Chat.LastMessage), Is.EqualTo(new[] { "Reject" }));
        Chat.PressData(Chat.LastMessage, Chat.Messages[Chat.LastMessage].Buttons[0][0].Data.Replace("reject", "approve"), Anna);
        Assert.That((await HearAsync(), user.IsDisabled), Is.EqualTo(("That cannot be decided here now.", true)));
    }
}
