using Athena.ActiveUsers.Evidence;
using Athena.Common.Grafana.Api;
using Athena.Tests.Shared;
using Moq;

namespace Athena.ActiveUsers.Tests;

/// <summary>Grafana's data sources, asked one after the other.</summary>
internal sealed class DataSourceWatchTests
{
    private readonly Mock<IGrafana> grafana = new();
    private readonly Mock<IDataSources> sources = new();
    private bool isUp = true;

    [SetUp]
    public void TwoOrganisations()
    {
        isUp = true;
        grafana.Reset();
        sources.Reset();
        grafana.Setup(one => one.OrganisationsAsync(It.IsAny<CancellationToken>()))
            .ReturnsAsync(Done<IReadOnlyList<GrafanaOrganisation>>([new(1, "Main"), new(2, "St. Mary")]));
        Listed(1, new DataSource(1, "wards", "Wards"), new DataSource(1, "lab", "Lab"));
        Listed(2, new DataSource(2, "wards", "Wards of St. Mary"));
        foreach (var (org, uid) in new[] { (1, "wards"), (1, "lab"), (2, "wards") }) Answers(org, uid, Done(new DataSourceHealth(true)));
    }

    [Test]
    public async Task One_that_fails_twice_in_a_row_is_told_and_is_over_when_it_answers()
    {
        var watch = Watch();
        Answers(2, "wards", Done(new DataSourceHealth(false)));
        await watch.LookAsync(CancellationToken.None);
        Assert.That((watch.Look!.Failing, watch.Look.Sentence), Is.EqualTo(("", "2 of 3 answer")), "once is nobody's alarm");
        await watch.LookAsync(CancellationToken.None);
        Assert.That(
            (watch.Look.Failing, watch.Look.Sentence),
            Is.EqualTo(("1 of 3: Wards of St. Mary", "no answer from 1 of 3: Wards of St. Mary")));
        Answers(2, "wards", Done(new DataSourceHealth(true)));
        await watch.LookAsync(CancellationToken.None);
        Assert.That(watch.Look.Failing, Is.Empty);
    }

    [Test]
    public async Task One_that_does_not_answer_fails_alone_and_one_that_we_may_not_ask_is_not_judged()
    {
        var watch = Watch();
        Answers(1, "lab", new(GrafanaOutcome.Unavailable, null, "did not answer within 10 s"));
        Answers(1, "wards", new(GrafanaOutcome.Refused, null, "may not"));
        await watch.LookAsync(CancellationToken.None);
        await watch.LookAsync(CancellationToken.None);
        Assert.That(watch.Look!.Failing, Is.EqualTo("1 of 2: Lab"));
    }

    [Test]
    public async Task Nothing_is_asked_while_Grafana_is_down_and_nothing_believed_of_a_look_in_which_it_went_down()
    {
        var watch = Watch();
        isUp = false;
        await watch.LookAsync(CancellationToken.None);
        grafana.Verify(one => one.OrganisationsAsync(It.IsAny<CancellationToken>()), Times.Never);
        isUp = true;
        sources.Setup(one => one.DataSourceHealthAsync(2, "wards", It.IsAny<CancellationToken>())).Callback(() => isUp = false)
            .ReturnsAsync(new GrafanaAnswer<DataSourceHealth>(GrafanaOutcome.Unavailable, null, ""));
        await watch.LookAsync(CancellationToken.None);
        Assert.That(watch.Look, Is.Null);
    }

    [Test]
    public async Task Only_what_was_chosen_is_asked_and_of_an_organisation_that_answers_for_another_nothing()
    {
        var watch = Watch("wards");
        Listed(2, new DataSource(1, "wards", "Wards"));
        await watch.LookAsync(CancellationToken.None);
        Assert.That(watch.Look!.All.Select(one => (one.OrgId, one.Uid)), Is.EqualTo(new[] { (1L, "wards") }));
    }

    [Test]
    public async Task Of_many_only_some_are_named_and_what_a_name_holds_is_harmless()
    {
        var watch = Watch();
        Listed(1, [.. Enumerable.Range(1, 300).Select(n => new DataSource(1, $"s{n}", n == 1 ? "Evil\u202e\nname" : $"S{n}"))]);
        sources.Setup(one => one.DataSourceHealthAsync(It.IsAny<long>(), It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(Done(new DataSourceHealth(false)));
        await watch.LookAsync(CancellationToken.None);
        await watch.LookAsync(CancellationToken.None);
        Assert.That(
            watch.Look!.Failing,
            Does.StartWith("200 of 200: Evil").And.EndWith(", S5 and 195 more").And.Not.Contain("\n").And.Not.Contain("\u202e"));
    }

    private DataSourceWatch Watch(params string[] uids) =>
        new(grafana.Object, sources.Object, new DataSourceChoice(uids.Length == 0 ? null : uids), () => isUp, new ManualTime());

    private void Listed(long org, params DataSource[] all) =>
        sources.Setup(one => one.DataSourcesAsync(org, It.IsAny<CancellationToken>())).ReturnsAsync(Done<IReadOnlyList<DataSource>>(all));

    private void Answers(long org, string uid, GrafanaAnswer<DataSourceHealth> answer) =>
        sources.Setup(one => one.DataSourceHealthAsync(org, uid, It.IsAny<CancellationToken>())).ReturnsAsync(answer);

    private static GrafanaAnswer<T> Done<T>(T value)
        where T : class =>
        new(GrafanaOutcome.Done, value, "");
}
