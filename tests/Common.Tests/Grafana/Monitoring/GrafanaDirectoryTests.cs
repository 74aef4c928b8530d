using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Monitoring;
using Athena.Tests.Shared;
using Moq;
using static Athena.Common.Tests.Grafana.Probes.Some;

namespace Athena.Common.Tests.Grafana.Monitoring;

/// <summary>What is asked of Grafana beside its log, one call after the other, by a loop that has other things to do.</summary>
public sealed class GrafanaDirectoryTests
{
    private static readonly string[] Uids = ["ward", "pharmacy", "theatre"];

    private readonly List<string> asked = [];
    private ManualTime time = new();
    private Mock<IGrafana> grafana = new();
    private GrafanaDirectory grafanaDirectory = null!;

    [SetUp]
    public void GrafanaAnswers()
    {
        asked.Clear();
        (time, grafana) = (new ManualTime(), new Mock<IGrafana>());
        grafanaDirectory = new GrafanaDirectory(grafana.Object, null, time);
        Titles(uid => new(GrafanaOutcome.Done, new DashboardTitle(uid, "Title of " + uid, "", "/d/" + uid), ""));
    }

    [Test]
    public async Task Grafana_that_does_not_answer_is_asked_for_one_title_and_not_for_all()
    {
        Titles(_ => Unavailable);
        Assert.That(await grafanaDirectory.DashboardsAsync(Uids, default), Is.Empty);
        Assert.That(asked, Is.EqualTo(new[] { "ward" }));
    }

    [Test]
    public async Task Titles_that_are_known_are_told_although_Grafana_ceased_to_answer()
    {
        await grafanaDirectory.DashboardsAsync(["theatre"], default);
        time.Advance(TimeSpan.FromHours(2)); // It would be asked for again.
        await grafanaDirectory.DashboardsAsync(["pharmacy"], default);
        Titles(_ => Unavailable);
        var titles = await grafanaDirectory.TitlesAsync(Uids, default);
        Assert.That(titles, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["pharmacy"] = "Title of pharmacy",
            ["theatre"] = "Title of theatre",
        }));
    }

    [TestCase(GrafanaOutcome.Gone)]
    [TestCase(GrafanaOutcome.Refused)]
    public async Task A_dashboard_that_is_gone_or_not_for_us_is_no_reason_to_leave_out_the_others(GrafanaOutcome outcome)
    {
        Titles(uid => uid == "ward" ? new(outcome, null, "no") : new(GrafanaOutcome.Done, new DashboardTitle(uid, uid, "", ""), ""));
        Assert.That((await grafanaDirectory.DashboardsAsync(Uids, default)).Keys, Is.EquivalentTo(new[] { "pharmacy", "theatre" }));
    }

    [Test]
    public async Task Each_answer_and_each_silence_is_a_sign_of_life()
    {
        var signs = 0;
        grafanaDirectory.Answered = () => signs++;
        await grafanaDirectory.DashboardsAsync(Uids, default);
        Assert.That(signs, Is.EqualTo(3));

        grafana.Setup(g => g.WhoAmIAsync(default))
            .ReturnsAsync(new GrafanaAnswer<GrafanaUser>(GrafanaOutcome.Unavailable, null, "no answer"));
        grafana.Setup(g => g.ServerSettingsAsync(default))
            .ReturnsAsync(new GrafanaAnswer<ServerSettings>(GrafanaOutcome.Unavailable, null, "no answer"));
        await grafanaDirectory.RefreshAsync(default);
        Assert.That(signs, Is.EqualTo(5));

        grafana.Setup(g => g.AllUsersAsync(default))
            .ReturnsAsync(new GrafanaAnswer<IReadOnlyList<GrafanaUser>>(GrafanaOutcome.Done, [User(1, 0)], ""));
        grafana.Setup(g => g.OrganisationsAsync(default))
            .ReturnsAsync(new GrafanaAnswer<IReadOnlyList<GrafanaOrganisation>>(GrafanaOutcome.Done, [new(1, "Main Org.")], ""));
        grafana.Setup(g => g.ServiceAccountsAsync(1, default))
            .ReturnsAsync(new GrafanaAnswer<IReadOnlyList<ServiceAccount>>(GrafanaOutcome.Done, [], ""));
        await grafanaDirectory.UserDirectoryAsync([], null, default);
        Assert.That(signs, Is.EqualTo(8));
    }

    private static GrafanaAnswer<DashboardTitle> Unavailable =>
        new(GrafanaOutcome.Unavailable, null, "Grafana did not answer within 10 s.");

    private void Titles(Func<string, GrafanaAnswer<DashboardTitle>> answer) => grafana.Setup(g =>
        g.DashboardAsync(It.IsAny<string>(), default))
        .ReturnsAsync((string uid, CancellationToken _) =>
        {
            asked.Add(uid);
            return answer(uid);
        });
}
