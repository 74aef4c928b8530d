using Athena.Common.State.Persons;

namespace Athena.Common.Tests.State.Persons;

/// <summary>Whose a record is, and where a text names somebody.</summary>
internal sealed class PersonIdentityTests
{
    private static readonly PersonTrace[] Traces =
    [
        new("aaa", 5, "thabo", "thabo@example.net", "Thabo Mokoena"),
        new("aaa", null, "thabo.old", "thabo@example.net", "Thabo Mokoena"),
        new("bbb", 6, "t.mokoena", "other@example.net", "Thabo Mokoena"),
        new(null, 5, "thabo"),
        new("ccc", 7, "6", "six@example.net", "Six"),
    ];

    [TestCase("uid:aaa")]
    [TestCase("id:5")]
    [TestCase("login:thabo")]
    [TestCase("login:thabo.old")]
    [TestCase("email:THABO@example.net")]
    [TestCase("thabo")]
    [TestCase("aaa")]
    public void An_account_is_found_with_everything_that_it_went_by(string word)
    {
        var who = PersonIdentity.Find(word, [], Traces, out var others);
        Assert.That(others, Is.Empty);
        Assert.That(who.Words, Is.EquivalentTo(new[]
        {
            "uid:aaa", "id:5", "login:thabo", "login:thabo.old", "email:thabo@example.net", "name:Thabo Mokoena",
        }).IgnoreCase);
    }

    [Test]
    public void A_word_that_fits_two_accounts_is_nobodys()
    {
        PersonIdentity.Find("6", [], Traces, out var others);
        Assert.That(others, Is.EqualTo(new[] { "uid:bbb", "uid:ccc" }));
    }

    [Test]
    public void A_name_finds_nobody() =>
        Assert.That(PersonIdentity.Find("Thabo Mokoena", [], Traces, out _).Words, Is.EqualTo(new[] { "login:Thabo Mokoena" }));

    [Test]
    public void What_others_know_leads_on()
    {
        PersonTrace evidence = new(null, 5, "thabo", null, "T. Mokoena");
        var who = PersonIdentity.Find("email:thabo@example.net", ["id:5", "login:thabo"], [evidence], out _);
        Assert.That(who.Words, Does.Contain("name:T. Mokoena").And.Contain("email:thabo@example.net"));
    }

    [TestCase("by thabo.", "by (erased).")]
    [TestCase("thabo, thabo@example.net", "(erased), (erased)")]
    [TestCase("THABO@EXAMPLE.NET", "(erased)")]
    [TestCase("thabo@\u200Bexample.\u200Bnet waits", "(erased) waits")]
    [TestCase("thaboson, not-thabo, thabo@elsewhere.net, thabo.zulu", null)]
    [TestCase("T. Mokoena", null)]
    public void A_text_loses_login_and_address_where_they_are_words(string text, string? expected)
    {
        var who = PersonIdentity.Find("uid:aaa", [], Traces, out _);
        Assert.That(who.Redact(text), Is.EqualTo(expected ?? text));
        Assert.That(who.IsIn(text), Is.EqualTo(expected is not null));
    }

    [Test]
    public void A_name_is_taken_out_of_what_is_theirs_alone()
    {
        var who = PersonIdentity.Find("uid:aaa", [], Traces, out _);
        Assert.That(who.Redact("Thabo Mokoena waits", isTheirs: true), Is.EqualTo("(erased) waits"));
    }

    [Test]
    public void A_login_that_somebody_else_took_later_is_not_theirs_by_that()
    {
        var who = PersonIdentity.Find("uid:aaa", [], Traces, out _);
        Assert.That(who.Owns(new PersonTrace("ddd", 9, "thabo", "new@example.net", "Somebody Else")), Is.False);
    }
}
