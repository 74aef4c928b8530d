using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;

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

    /// <summary>
    /// Whatever is set, in whatever order, before and after the account comes into the book, and also where two share a case.
    /// </summary>
    [Test]
    public void Names_all_with_open_matters_and_nobody_else_whatever_happens_to_them([Range(1, 200)] int seed)
    {
        var random = new Random(seed);
        var at = DateTimeOffset.UnixEpoch;
        List<Account> loaded =
        [
            .. Enumerable.Range(1, 6).Select(id => new Account { Id = id, Uid = $"uid{id}", Status = AccountStatus.Admitted }),
        ];
        foreach (var account in loaded) Change(account);
        var book = new AccountBook(loaded);
        for (var step = 0; step < 60; step++)
        {
            var (before, changes) = (book.All.Select(Form).ToList(), book.Changes);
            switch (random.Next(12))
            {
                case 0:
                    var come = new Account { Id = 100 + step, Uid = $"new{step}", Status = (AccountStatus)random.Next(6) };
                    Change(come);
                    book.Add(come);
                    break;
                case 1 when book.All.Count > 2:
                    book.Remove(book.All[random.Next(book.All.Count)]);
                    break;
                default:
                    Change(book.All[random.Next(book.All.Count)]);
                    break;
            }

            if (random.Next(3) > 0) Assert.That(book.Open, Is.EqualTo(book.All.Where(OpenMatters.Has)), $"after step {step}");
            if (!before.SequenceEqual(book.All.Select(Form))) Assert.That(book.Changes, Is.GreaterThan(changes));
        }

        static string Form(Account account) => System.Text.Json.JsonSerializer.Serialize(account, AutoDisableStateJson.Default.Account);

        void Change(Account account)
        {
            switch (random.Next(12))
            {
                case 0:
                    account.Case = new LockCase { OpenedAt = at, Person = new Person("a", "b", "c"), IsDrill = random.Next(6) == 0 };
                    break;
                case 1: account.Case = null; break;
                case 2: account.Approving = random.Next(2) == 0 ? null : new Approval(Enable: true, LetterKind.Approved); break;
                case 3: account.Found = random.Next(2) == 0 ? null : new FoundEnabled(at); break;
                case 4: account.Import = random.Next(2) == 0 ? null : new ImportLock(at); break;
                case 5 when account.Case is { } open: open.NoticeKey = random.Next(3) == 0 ? null : "digest/1"; break;
                case 6 when account.Case is { } open: open.ExposedAt = random.Next(3) == 0 ? null : at; break;
                case 7 when account.Case is { } open: open.LookAgainAt = random.Next(2) == 0 ? null : at; break;
                case 8 when account.Case is { } open: _ = new Account { Id = account.Id, Status = account.Status, Case = open }; break;
                default: account.Status = random.Next(2) == 0 ? AccountStatus.Locked : (AccountStatus)random.Next(6); break;
            }
        }
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
