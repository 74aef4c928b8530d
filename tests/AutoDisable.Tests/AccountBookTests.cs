using Athena.AutoDisable.Accounts;
using Athena.Common.Grafana;

namespace Athena.AutoDisable.Tests;

internal sealed class AccountBookTests
{
    [Test]
    public void Knows_an_account_by_its_uid_though_everything_else_changed() =>
        Assert.That(Book().Find(User(5, "uid5") with { Login = "renamed", Email = "renamed@example.net" })?.Id, Is.EqualTo(5));

    [Test]
    public void An_id_that_came_back_with_another_uid_is_a_stranger() => Assert.That(Book().Find(User(5, "somebody-else")), Is.Null);

    [Test]
    public void Without_uids_the_id_counts() => Assert.Multiple(() =>
    {
        Assert.That(Book().Find(User(5, null))?.Uid, Is.EqualTo("uid5"));
        Assert.That(Book().Find(User(99, null)), Is.Null);
    });

    [Test]
    public void Learns_the_uid_of_an_account_that_had_none()
    {
        var book = Book();
        Assert.That(book.Find(User(6, "uid6"))?.Id, Is.EqualTo(6));
        Assert.That(book.Find(User(6, "somebody-else")), Is.Null, "the id alone does not count any more");
        Assert.That(book.FindByRef("uid6")?.Id, Is.EqualTo(6));
    }

    [Test]
    public void Forgets_what_is_removed()
    {
        var book = Book();
        book.Remove(book.All[0]);
        Assert.Multiple(() =>
        {
            Assert.That(book.KnowsId(5), Is.False);
            Assert.That(book.Find(User(5, "uid5")), Is.Null);
        });
    }

    [Test]
    public void An_address_of_the_api_names_an_account_by_id_or_uid() => Assert.Multiple(() =>
    {
        Assert.That(Book().FindByIdOrUid("5")?.Uid, Is.EqualTo("uid5"));
        Assert.That(Book().FindByIdOrUid("uid5")?.Id, Is.EqualTo(5));
        Assert.That(Book().FindByRef("id:6")?.Id, Is.EqualTo(6));
    });

    private static AccountBook Book() => new(
    [
        new Account { Uid = "uid5", Id = 5, Status = AccountStatus.Admitted },
        new Account { Uid = null, Id = 6, Status = AccountStatus.Admitted },
    ]);

    private static GrafanaUser User(long id, string? uid) => new(id, uid, "x", "x@example.net", "", false, false, [], null, null);
}
