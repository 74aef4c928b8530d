using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;
using Athena.Tests.Shared;
using Moq;
using static Athena.Common.Tests.Grafana.Probes.Some;

namespace Athena.Common.Tests.Grafana.Identities;

public sealed class UserDirectoryReaderTests
{
    private ManualTime time = new();
    private Mock<IGrafana> grafana = new();
    private UserDirectoryReader reader = null!;

    [SetUp]
    public void OneUserOneServiceAccountTwoOrganisations()
    {
        (time, grafana) = (new ManualTime(), new Mock<IGrafana>(MockBehavior.Strict));
        Users(User(1, 0, "admin"), User(2, 0));
        grafana.Setup(g => g.OrganisationsAsync(default))
            .ReturnsAsync(Done<IReadOnlyList<GrafanaOrganisation>>([new(1, "Main Org."), new(2, "Clinic North")]));
        ServiceAccounts(1, new ServiceAccount(28, "sa-1-report", "report", 1, "Viewer", false));
        ServiceAccounts(2, new ServiceAccount(29, "sa-2-sync", "sync", 2, "Viewer", false));
        reader = new UserDirectoryReader(grafana.Object, time);
    }

    [Test]
    public async Task Puts_together_who_is_who_in_all_organisations()
    {
        var reading = await reader.ReadAsync([], null, default);
        var userDirectory = reading.UserDirectory;
        Assert.Multiple(() =>
        {
            Assert.That(reading.Problems, Is.Empty);
            Assert.That(reading.IsNews, Is.False);
            Assert.That(userDirectory.ReadAt, Is.EqualTo(time.GetUtcNow()));
            Assert.That(userDirectory.Organisations[2], Is.EqualTo("Clinic North"));
            Assert.That(userDirectory.KindOf(2, "sa-1-looks-like"), Is.EqualTo(IdentityKind.Person), "a login proves nothing");
            Assert.That(userDirectory.KindOf(29, "sa-2-sync"), Is.EqualTo(IdentityKind.ServiceAccount));
            Assert.That(
                userDirectory.KindOf(30, "sa-2-gone"), Is.EqualTo(IdentityKind.Unknown), "both lists were read, and they are in neither");
        });
    }

    [Test]
    public async Task Is_kept_for_ten_minutes()
    {
        await reader.ReadAsync([1, 2], null, default);
        time.Advance(TimeSpan.FromMinutes(9));
        await reader.ReadAsync([1, 2, 28], null, default);
        Read(1);
        time.Advance(TimeSpan.FromMinutes(1));
        await reader.ReadAsync([1], null, default);
        Read(2);
    }

    [Test]
    public async Task Is_read_again_when_it_must_be_younger()
    {
        await reader.ReadAsync([], null, default);
        time.Advance(TimeSpan.FromMinutes(2));
        await reader.ReadAsync([], time.GetUtcNow(), default);
        await reader.ReadAsync([], time.GetUtcNow(), default);
        Read(2);
    }

    [Test]
    public async Task Is_read_again_for_a_newcomer_but_once_a_minute_and_once_for_each()
    {
        await reader.ReadAsync([1], null, default);
        await reader.ReadAsync([1, 50], null, default);
        Read(1);
        time.Advance(TimeSpan.FromMinutes(1));
        await reader.ReadAsync([1, 50], null, default);
        Read(2);
        time.Advance(TimeSpan.FromMinutes(1));
        await reader.ReadAsync([1, 50, 0, -1], null, default);
        Read(2);
        Users(User(1, 0, "admin"), User(51, 0, "newcomer"));
        Assert.That(
            (await reader.ReadAsync([1, 50, 51], null, default)).UserDirectory.KindOf(51, "newcomer"), Is.EqualTo(IdentityKind.Person));
        Read(3);
    }

    [Test]
    public async Task What_may_not_be_read_is_missing_and_told_once()
    {
        grafana.Setup(g => g.AllUsersAsync(default))
            .ReturnsAsync(Not<IReadOnlyList<GrafanaUser>>(GrafanaOutcome.Refused, "May not list the users."));
        grafana.Setup(g => g.OrganisationsAsync(default))
            .ReturnsAsync(Not<IReadOnlyList<GrafanaOrganisation>>(GrafanaOutcome.Refused, "May not list the organisations."));
        var first = await reader.ReadAsync([], null, default);
        var second = await AgainAsync();
        Assert.Multiple(() =>
        {
            Assert.That(
                (
                    first.UserDirectory.Users,
                    first.UserDirectory.ServiceAccounts,
                    first.UserDirectory.Organisations.Count,
                    first.UserDirectory.ReadAt),
                Is.EqualTo(((object?)null, (object?)null, 0, (DateTimeOffset?)null)));
            Assert.That(first.Problems, Is.EqualTo(new[]
            {
                "May not list the users.", "May not list the organisations.",
                "Could not list the service accounts, because the organisations could not be listed.",
            }));
            Assert.That((first.IsNews, second.IsNews), Is.EqualTo((true, false)));
            Assert.That(first.UserDirectory.KindOf(28, "sa-1-report"), Is.EqualTo(IdentityKind.ProbablyServiceAccount));
        });
    }

    [Test]
    public async Task That_all_is_well_again_is_news_too()
    {
        grafana.Setup(g => g.AllUsersAsync(default))
            .ReturnsAsync(Not<IReadOnlyList<GrafanaUser>>(GrafanaOutcome.Refused, "May not list the users."));
        await reader.ReadAsync([], null, default);
        Users(User(1, 0));
        var reading = await AgainAsync();
        Assert.That((reading.Problems.Count, reading.IsNews), Is.EqualTo((0, true)));
    }

    [Test]
    public async Task One_organisation_that_may_not_be_read_is_a_gap_and_the_others_are_known()
    {
        Refuse(2);
        var reading = await reader.ReadAsync([], null, default);
        Assert.Multiple(() =>
        {
            Assert.That(reading.UserDirectory.KindOf(28, "sa-1-report"), Is.EqualTo(IdentityKind.ServiceAccount));
            Assert.That(
                reading.UserDirectory.KindOf(29, "sa-2-sync"),
                Is.EqualTo(IdentityKind.ProbablyServiceAccount),
                "no list has it, and one list is missing");
            Assert.That(reading.UserDirectory.KindOf(30, "thabo"), Is.EqualTo(IdentityKind.Unknown));
            Assert.That(reading.UserDirectory.Gaps.Select(gap => gap.OrgId), Is.EqualTo(new[] { 2L }));
            Assert.That(reading.Problems, Is.EqualTo(new[] { "Organisation 2: May not list the service accounts." }));
        });
    }

    [Test]
    public async Task Organisations_that_refuse_for_one_reason_are_one_sentence_and_a_new_one_is_news_once()
    {
        Refuse(1);
        Refuse(2);
        var first = await reader.ReadAsync([], null, default);
        var second = await AgainAsync();
        grafana.Setup(g => g.OrganisationsAsync(default))
            .ReturnsAsync(Done<IReadOnlyList<GrafanaOrganisation>>([new(1, "Main Org."), new(2, "Clinic North"), new(3, "Clinic South")]));
        Refuse(3);
        var third = await AgainAsync();
        var fourth = await AgainAsync();
        Assert.Multiple(() =>
        {
            Assert.That(first.UserDirectory.ServiceAccounts, Is.Null, "no organisation told its own");
            Assert.That(first.Problems, Is.EqualTo(new[] { "Organisations 1, 2: May not list the service accounts." }));
            Assert.That(third.Problems, Is.EqualTo(new[] { "Organisations 1, 2, 3: May not list the service accounts." }));
            Assert.That(
                new[] { first, second, third, fourth }.Select(reading => reading.IsNews), Is.EqualTo(new[] { true, false, true, false }));
        });
    }

    [Test]
    public async Task An_organisation_that_does_not_answer_is_known_by_its_older_list_for_a_day_and_one_that_refuses_is_not()
    {
        await reader.ReadAsync([], null, default);
        Refuse(1);
        grafana.Setup(g => g.ServiceAccountsAsync(2, default))
            .ReturnsAsync(Not<IReadOnlyList<ServiceAccount>>(GrafanaOutcome.Unavailable, "No connection."));
        var soon = await AgainAsync();
        time.Advance(TimeSpan.FromDays(1));
        var late = await AgainAsync();
        Assert.Multiple(() =>
        {
            Assert.That(soon.UserDirectory.ServiceAccounts!.Keys, Is.EqualTo(new[] { 29L }));
            Assert.That(soon.UserDirectory.Gaps.Select(gap => gap.OrgId), Is.EqualTo(new[] { 1L }));
            Assert.That(soon.Problems, Does.Contain("Organisation 2: No connection. What was read at 2026-11-21 08:00:00 UTC is used."));
            Assert.That(late.UserDirectory.Gaps.Select(gap => gap.OrgId), Is.EqualTo(new[] { 1L, 2L }));
        });
    }

    [Test]
    public async Task While_Grafana_does_not_answer_the_old_list_serves_for_a_day_and_says_its_age()
    {
        var readAt = (await reader.ReadAsync([], null, default)).UserDirectory.ReadAt;
        grafana.Setup(g => g.AllUsersAsync(default))
            .ReturnsAsync(Not<IReadOnlyList<GrafanaUser>>(GrafanaOutcome.Unavailable, "No connection."));
        var soon = await AgainAsync();
        time.Advance(TimeSpan.FromDays(1));
        var late = await AgainAsync();
        Assert.Multiple(() =>
        {
            Assert.That(soon.UserDirectory.Users, Has.Count.EqualTo(2));
            Assert.That(soon.UserDirectory.ReadAt, Is.EqualTo(readAt), "lastSeenAt is judged by when it was read");
            Assert.That(soon.Problems.Single(), Is.EqualTo("No connection. What was read at 2026-11-21 08:00:00 UTC is used."));
            Assert.That(late.UserDirectory.Users, Is.Null);
        });
    }

    [Test]
    public async Task A_Grafana_in_trouble_is_not_asked_at_every_turn()
    {
        grafana.Setup(g => g.AllUsersAsync(default))
            .ReturnsAsync(Not<IReadOnlyList<GrafanaUser>>(GrafanaOutcome.Unavailable, "No connection."));
        await reader.ReadAsync([1], null, default);
        await reader.ReadAsync([1], null, default);
        Read(1);
    }

    [Test]
    public async Task A_clock_that_is_set_back_does_not_keep_an_old_list()
    {
        await reader.ReadAsync([], null, default);
        time.Advance(-TimeSpan.FromHours(3));
        await reader.ReadAsync([], null, default);
        Read(2);
    }

    private async Task<UserDirectoryReading> AgainAsync()
    {
        time.Advance(UserDirectoryReader.AgeLimit);
        return await reader.ReadAsync([], null, default);
    }

    private void Read(int times) => grafana.Verify(g => g.AllUsersAsync(default), Times.Exactly(times));

    private void Users(params GrafanaUser[] users) =>
        grafana.Setup(g => g.AllUsersAsync(default)).ReturnsAsync(Done<IReadOnlyList<GrafanaUser>>(users));

    private void Refuse(long orgId) =>
        grafana.Setup(g => g.ServiceAccountsAsync(orgId, default))
            .ReturnsAsync(Not<IReadOnlyList<ServiceAccount>>(
                GrafanaOutcome.Refused, $"May not list the service accounts in the organisation {orgId}."));

    private void ServiceAccounts(long orgId, params ServiceAccount[] accounts) =>
        grafana.Setup(g => g.ServiceAccountsAsync(orgId, default)).ReturnsAsync(Done<IReadOnlyList<ServiceAccount>>(accounts));
}
