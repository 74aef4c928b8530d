using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Usage;
using Athena.Common.Tests.GrafanaLog;

namespace Athena.Common.Tests.Grafana.Usage;

public sealed class PeopleTests
{
    private const string Tab = "/api/user/auth-tokens/rotate";

    [Test]
    public void Only_the_list_of_service_accounts_proves_one()
    {
        Activity activity = Counted.Text(
            Line.Request(id: 24, login: "sa-1-bot") + Line.Request(id: 25, login: "sa-1-looks-like")
            + Line.Request(id: 26, login: "sa-1-gone"));
        People people = People.Of(activity, Lists(users: [25], serviceAccounts: [24]));
        Assert.That(people.AtWork.Select(row => row.Id), Is.EqualTo((long[])[26, 25]));
        Assert.That(people.UnknownIds, Is.EqualTo((long[])[26]));
        Assert.That(people.ServiceAccounts.Select(row => row.Id), Is.EqualTo((long[])[24]));
        Assert.That(people.ProbablyServiceAccounts, Is.Empty);
    }

    [Test]
    public void The_recorded_person_whose_login_looks_like_a_service_account_is_a_person()
    {
        Activity activity = Counted.Lines(RecordedLogs.Day.SelectMany(RecordedLogs.Lines));
        People people = People.Of(activity, Lists(
            users: [.. RecordedLogs.Users("day/api-users.jsonl").Select(user => user.Id).Distinct()], serviceAccounts: [24, 28]));
        Assert.That(people.AtWork.Select(row => row.Login), Does.Contain("sa-1-looks-like"));
        Assert.That(people.ServiceAccounts.Select(row => row.Id), Is.EquivalentTo((long[])[24, 28]));
        Assert.That(
            people.AtWork.Count + people.TabsOnly.Count + people.RenderedOnly.Count + people.ServiceAccounts.Count,
            Is.EqualTo(activity.Users.Count));
    }

    [TestCase("sa-1-bot", true)]
    [TestCase("sa-12-", true)]
    [TestCase("sa-bot", false)]
    [TestCase("sa--bot", false)]
    [TestCase("sa-x1-bot", false)]
    [TestCase("sally", false)]
    public void Without_the_lists_a_login_makes_a_service_account_probable_at_most(string login, bool isProbable)
    {
        People people = People.Of(Counted.Text(Line.Request(id: 24, login: login)), UserDirectory.Unread);
        Assert.That(people.ProbablyServiceAccounts, Has.Count.EqualTo(isProbable ? 1 : 0));
        Assert.That(people.ServiceAccounts, Has.Count.EqualTo(isProbable ? 1 : 0));
        Assert.That(people.AtWork, Has.Count.EqualTo(isProbable ? 0 : 1));
        Assert.That(people.UnknownIds, Is.Empty, "nobody is said to be deleted when the list could not be read");
    }

    [Test]
    public void A_user_in_two_organisations_is_two_rows_and_one_user()
    {
        Activity activity = Counted.Text(
            Line.Request(org: 1) + Line.Request(org: 2) + Line.Request(org: 3, method: "POST", path: Tab)
            + Line.Request(id: 5, login: "palesa", method: "POST", path: Tab)
            + Line.Rendering("d/ward", id: 6) + Line.Request(id: 6, login: "thabo", referer: "https://g/d/ward?render=1"));
        People people = People.Of(activity, Lists(users: [2, 5, 6], serviceAccounts: []));
        Assert.That((people.AtWork.Count, people.Users, people.Requests), Is.EqualTo((2, 1, 2)));
        Assert.That((people.TabsOnly.Count, people.TabOnlyUsers), Is.EqualTo((2, 1)));
        Assert.That(people.RenderedOnly.Single().Login, Is.EqualTo("thabo"));
    }

    [Test]
    public void The_servers_settings_tell_better_than_the_log_whether_a_tab_can_be_told()
    {
        Activity activity = Counted.Text(Line.Request(path: "/api/live/ws", status: -1));
        Assert.That(People.Of(activity, UserDirectory.Unread).Users, Is.EqualTo(1));
        Assert.That(People.Of(activity, UserDirectory.Unread, isRouterLogging: true).TabOnlyUsers, Is.EqualTo(1));
    }

    private static UserDirectory Lists(long[] users, long[] serviceAccounts) => new(
        users.ToDictionary(id => id, id => new GrafanaUser(id, null, "", "", "", false, false, [], null, null)),
        serviceAccounts.ToDictionary(id => id, id => new ServiceAccount(id, "", "", 1, "Viewer", false)),
        new Dictionary<long, string>());
}
