using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Tests;

/// <summary>The accounts are those of the recorded attacks: strangers whose logins are a colleague's id, uid and e-mail.</summary>
internal sealed class AccountSelectorTests
{
    private static readonly GrafanaUser Naledi = User(17, "bg4xf31vkr1fkd", "naledi", "naledi@example.org");
    private static readonly GrafanaUser IdThief = User(18, "eg4xf31wtp7nkd", "17", "i1@example.net");
    private static readonly GrafanaUser UidThief = User(19, "fg4xf31wtp7nke", "bg4xf31vkr1fkd", "i2@example.net");
    private static readonly GrafanaUser MailThief = User(20, "ag4xf31wtp7nkf", "naledi@example.org", "i3@example.net");
    private static readonly GrafanaUser[] Everybody = [Naledi, IdThief, UidThief, MailThief];

    [TestCase("17")]
    [TestCase("bg4xf31vkr1fkd")]
    [TestCase("naledi@example.org")]
    public void A_bare_word_that_fits_two_gives_both(string word) =>
        Assert.That(AccountSelector.Matches(Everybody, word), Has.Count.EqualTo(2));

    [Test]
    public void A_bare_word_that_fits_one_gives_that_account() => Assert.Multiple(() =>
    {
        Assert.That(AccountSelector.Matches(Everybody, "naledi"), Is.EqualTo(new[] { Naledi }));
        Assert.That(AccountSelector.Matches(Everybody, "I3@EXAMPLE.NET"), Is.EqualTo(new[] { MailThief }));
    });

    [Test]
    public void A_selector_looks_at_its_own_field_alone() => Assert.Multiple(() =>
    {
        Assert.That(AccountSelector.Matches(Everybody, "id:17"), Is.EqualTo(new[] { Naledi }));
        Assert.That(AccountSelector.Matches(Everybody, "login:17"), Is.EqualTo(new[] { IdThief }));
        Assert.That(AccountSelector.Matches(Everybody, "uid:bg4xf31vkr1fkd"), Is.EqualTo(new[] { Naledi }));
        Assert.That(AccountSelector.Matches(Everybody, "login:bg4xf31vkr1fkd"), Is.EqualTo(new[] { UidThief }));
        Assert.That(AccountSelector.Matches(Everybody, "email:naledi@example.org"), Is.EqualTo(new[] { Naledi }));
    });

    [TestCase("")]
    [TestCase("id:")]
    [TestCase("email:")]
    [TestCase("uid:BG4XF31VKR1FKD")]
    [TestCase("nobody")]
    public void Nobody_fits(string word) => Assert.That(AccountSelector.Matches([.. Everybody, User(40, "y", "y", "")], word), Is.Empty);

    [Test]
    public void A_login_with_a_colon_is_found_by_its_selector()
    {
        var odd = User(30, "x", "id:17", "odd@example.net");
        Assert.That(AccountSelector.Matches([.. Everybody, odd], "login:id:17"), Is.EqualTo(new[] { odd }));
    }

    private static GrafanaUser User(long id, string uid, string login, string email) =>
        new(id, uid, login, email, "", false, false, [], null, null);
}
