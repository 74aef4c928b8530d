using System.Globalization;
using Athena.AutoDisable.CommandLine;
using Athena.Common.State.Audit;
using Athena.Common.Time;

namespace Athena.AutoDisable.Tests;

/// <summary><c>history</c>: what happened, a line each, in the zone of the settings; with -v all that was written down.</summary>
internal sealed class HistoryTextTests
{
    private static readonly HistoryText Text = new(new ZoneText(TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg")));
    private static readonly (string, string)[] Person =
        [("login", "new@example.net"), ("email", "new@example.net"), ("name", "New\u202e Body"), ("id", "10")];

    private long seq;

    [SetUp]
    public void Begin() => seq = 0;

    [TestCase("uid:dja4", true)]
    [TestCase("dja4", true)]
    [TestCase("uid:DJA4", false)]
    [TestCase("id:10", true)]
    [TestCase("New@Example.net", true)]
    [TestCase("email:NEW@example.net", true)]
    [TestCase("login:new@EXAMPLE.net", true)]
    [TestCase("login:", false)]
    [TestCase("new", false)]
    public void It_is_that_of_whom_the_other_commands_would_find(string who, bool fits) =>
        Assert.That(HistoryCommand.Fits(Entry("22:33:37", "locked", "locked", Person), who), Is.EqualTo(fits));

    [Test]
    public void An_account_s_story_is_a_line_for_each_thing_and_its_mails_are_counted()
    {
        AuditRecord[] entries =
        [
            Entry("22:33:36", "intent", "to be locked", Person),
            Entry("22:33:37", "locked", "locked 0.21 s after it was made", [.. Person, ("arrived", "SignUpForm")]),
            Entry("22:33:39", "exposure", "Inside for 0.21 s: no request.", ("requests", "0"), ("id", "10")),
            Mail("22:33:40", "lindiwe@athena.example"), Mail("22:33:40", "johan@athena.example"),
            Mail("22:33:41", "new@example.net", "refused for good", "550 no such user"),
            Entry("22:40:00", "approved", "approved", ("by", "root"), ("reason", "the new registrar"),
                ("until", "2026-12-01T00:00:00+00:00"), ("id", "10")),
            Mail("22:40:01", "lindiwe@athena.example"),
        ];
        Assert.That(Text.Sum(entries), Is.EqualTo("""
            uid:dja4  id 10  New⟨U+202E⟩ Body <new@example.net>
              2026-11-29 00:33:37 SAST  locked 0.21 s after it was made; came by the sign-up form
              2026-11-29 00:33:39 SAST  Inside for 0.21 s: no request.
              2026-11-29 00:33:40 SAST  mail: 2 accepted
              2026-11-29 00:33:41 SAST  mail to new@example.net: refused for good; 550 no such user
              2026-11-29 00:40:00 SAST  approved, by root, until 2026-12-01 02:00 SAST: the new registrar
              2026-11-29 00:40:01 SAST  mail: 1 accepted

            """));
    }

    [Test]
    public void A_mail_is_told_at_the_time_at_which_it_was_taken() => Assert.That(
        Text.Sum(
        [
            Entry("22:33:37", "approved", "approved", Person), Mail("22:33:40", "lindiwe@athena.example", "not yet", "refused"),
            Mail("22:33:50", "lindiwe@athena.example"), Mail("22:45:50", "new@example.net"),
        ]),
        Does.EndWith("""
              2026-11-29 00:33:40 SAST  mail to lindiwe@athena.example: not yet; refused
              2026-11-29 00:45:50 SAST  mail: 2 accepted

            """));

    [Test]
    public void What_was_begun_and_came_to_nothing_is_not_left_out() => Assert.That(
        Text.Sum([Entry("22:33:36", "intent", "to be locked", Person)]),
        Does.Contain("2026-11-29 00:33:36 SAST  to be locked\n"));

    [Test]
    public void Whose_facts_are_gone_is_named_by_what_is_left() => Assert.That(
        Text.Sum([Entry("22:33:37", "locked", "locked 0.21 s after it was made").WithoutFacts()]),
        Is.EqualTo("dja4\n  2026-11-29 00:33:37 SAST  locked 0.21 s after it was made\n"));

    [Test]
    public void The_whole_has_each_entry_with_each_fact_in_the_same_zone()
    {
        var whole = Text.Whole([Entry("22:33:36", "intent", "to be locked", Person), Mail("22:33:40", "lindiwe@athena.example")]);
        Assert.That(whole, Is.EqualTo(
            "2026-11-29 00:33:36 SAST  dja4  intent: to be locked  login=new@example.net  email=new@example.net  name=New\\u202E Body  "
            + "id=10\n"
            + "2026-11-29 00:33:40 SAST  dja4  mail: accepted  key=locked/dja4/1  to=lindiwe@athena.example  detail=250 kept\n"));
    }

    private AuditRecord Mail(string clock, string to, string verdict = "accepted", string detail = "250 kept") =>
        Entry(clock, "mail", verdict, ("key", "locked/dja4/1"), ("to", to), ("detail", detail));

    private AuditRecord Entry(string clock, string name, string verdict, params (string Name, string Value)[] facts) => new(
        ++seq, string.Create(CultureInfo.InvariantCulture, $"2026-11-28T{clock}.545214+00:00"), name, "dja4", verdict, "salt",
        facts.ToDictionary(fact => fact.Name, fact => fact.Value), "", "", "");
}
