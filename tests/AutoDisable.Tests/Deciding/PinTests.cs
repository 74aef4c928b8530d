using Athena.AutoDisable.Deciding;
using Athena.Common.Daemon.Decisions;

namespace Athena.AutoDisable.Tests.Deciding;

/// <summary>PINs: how they are kept, and how often one may be wrong.</summary>
internal sealed class PinTests : DecisionScenario
{
    private const string Other = "840261";

    [TestCase("12345", false)]
    [TestCase("1234567", false)]
    [TestCase("987654", false)]
    [TestCase("890123", false)]
    [TestCase("111111", false)]
    [TestCase("121212", false)]
    [TestCase("12345x", false)]
    [TestCase("٤٩٣٠٢٧", false)]
    [TestCase("493027", true)]
    [TestCase("00493027", true)]
    public void A_PIN_is_six_digits_or_more_and_not_the_first_that_one_tries(string pin, bool isGood) =>
        Assert.That(PinHash.WhyNot(pin) is null, Is.EqualTo(isGood));

    /// <summary>Made by the reference program: <c>argon2 somesaltsomesalt -id -k 19456 -t 2 -p 1 -l 32 -e</c>.</summary>
    [Test]
    public void Its_hash_is_that_of_the_reference_program_for_Argon2id() => Assert.That(PinHash.Fits(
        Pin, "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$jAFMTtGzuYNRfyJNerk8G6lauXASQQIOvRhNbudDMns"));

    [Test]
    public void It_is_salted_and_fits_no_other()
    {
        var hash = PinHash.Of(Pin);
        Assert.That(hash, Does.StartWith("$argon2id$v=19$m=19456,t=2,p=1$").And.Not.EqualTo(PinHash.Of(Pin)));
        Assert.That((PinHash.Fits(Pin, hash), PinHash.Fits("493028", hash), PinHash.Fits("", hash)), Is.EqualTo((true, false, false)));
    }

    [TestCase("")]
    [TestCase("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAA")]
    public void A_hash_of_another_cost_or_none_fits_nothing(string hash) => Assert.That(PinHash.Fits(Pin, hash), Is.False);

    [Test]
    public async Task Five_wrong_ones_about_an_account_end_it_for_that_account_and_that_person()
    {
        Book.SetPin(Two, PinHash.Of(Other));
        var (user, next) = (await SignUpAsync("First Person"), await SignUpAsync("Second Person"));
        var token = Token(user, One, "Approve")!;
        for (var i = 0; i < DecisionBook.TriesPerCase; i++)
            Assert.That((await DecideAsync(token, (DecisionDesk.Pin, "555666"))).Text, Is.EqualTo("The PIN is wrong."));
        var answer = await DecideAsync(token, (DecisionDesk.Pin, Pin));
        Assert.That((answer.Outcome, user.IsDisabled), Is.EqualTo((DecisionOutcome.Refused, true)), "right, and too late");
        Assert.That(answer.Text, Does.Contain("Decide about it in Grafana"));
        Restart();
        answer = await DecideAsync(token, (DecisionDesk.Pin, Pin));
        Assert.That(answer.Outcome, Is.EqualTo(DecisionOutcome.Refused), "a restart forgets none");
        Assert.That((await DecideAsync(Token(user, Two, "Approve")!, (DecisionDesk.Pin, Other))).Outcome, Is.EqualTo(DecisionOutcome.Done));
        Assert.That((await DecideAsync(Token(next, One, "Approve")!, (DecisionDesk.Pin, Pin))).Outcome, Is.EqualTo(DecisionOutcome.Done));
    }

    [Test]
    public async Task Ten_within_an_hour_across_accounts_end_it_for_that_person_for_an_hour_and_for_nobody_else()
    {
        Book.SetPin(Two, PinHash.Of(Other));
        List<Simulation.SimulatedUser> users = [];
        for (var i = 0; i < 3; i++) users.Add(await SignUpAsync($"Person{i} X"));
        for (var i = 0; i < DecisionBook.TriesPerHour; i++)
            await DecideAsync(Token(users[i % 3], One, "Approve")!, (DecisionDesk.Pin, "555666"));
        Assert.That(
            (await DecideAsync(Token(users[2], One, "Approve")!, (DecisionDesk.Pin, Pin))).Text, Does.Contain("within an hour"));
        Assert.That(
            (await DecideAsync(Token(users[1], Two, "Approve")!, (DecisionDesk.Pin, Other))).Outcome, Is.EqualTo(DecisionOutcome.Done));
        Time.Advance(TimeSpan.FromHours(1));
        Assert.That(
            (await DecideAsync(Token(users[2], One, "Approve")!, (DecisionDesk.Pin, Pin))).Outcome, Is.EqualTo(DecisionOutcome.Done));
    }

    [TestCase(-30)]
    [TestCase(30)]
    public async Task A_clock_that_jumps_gives_nobody_further_tries(int minutes)
    {
        var user = await SignUpAsync();
        Time.Advance(TimeSpan.FromHours(1));
        var token = Token(user, One, "Approve")!;
        for (var i = 0; i < DecisionBook.TriesPerCase; i++) await DecideAsync(token, (DecisionDesk.Pin, "555666"));
        Time.Jump(TimeSpan.FromMinutes(minutes));
        Assert.That((await DecideAsync(token, (DecisionDesk.Pin, Pin))).Text, Does.StartWith("Too many wrong PINs"));
        Restart();
        Assert.That((await DecideAsync(token, (DecisionDesk.Pin, Pin))).Text, Does.StartWith("Too many wrong PINs"));
        Assert.That(user.IsDisabled);
    }

    /// <summary>A mail scanner that presses every button has no PIN to give.</summary>
    [Test]
    public async Task No_PIN_at_all_is_no_try()
    {
        var user = await SignUpAsync();
        var token = Token(user, One, "Approve")!;
        for (var i = 0; i < 20; i++) await DecideAsync(token, (DecisionDesk.Pin, ""));
        Assert.That((await DecideAsync(token, (DecisionDesk.Pin, Pin))).Outcome, Is.EqualTo(DecisionOutcome.Done));
    }

    [Test]
    public async Task Without_a_PIN_any_more_a_link_of_before_approves_nobody()
    {
        var user = await SignUpAsync();
        var token = Token(user, One, "Approve")!;
        Assert.That((await CommandAsync("decision-pin", One, ("what", "remove"))).ExitCode, Is.Zero);
        Assert.That((await DecideAsync(token, (DecisionDesk.Pin, Pin))).Outcome, Is.EqualTo(DecisionOutcome.Refused));
        Assert.That(user.IsDisabled);
        Assert.That((await CommandAsync("decision-pin", "", ("what", "list"))).Text, Does.Contain($"{One}  has no PIN"));
        await CommandAsync("decision-pin", One.ToUpperInvariant(), ("what", "set"), ("hash", PinHash.Of(Other)));
        Assert.That((await DecideAsync(token, (DecisionDesk.Pin, Other))).Outcome, Is.EqualTo(DecisionOutcome.Done));
    }
}
