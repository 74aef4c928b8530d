using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;
using Athena.Common.State;
using Athena.Tests.Shared;
using Moq;
using static Athena.Common.Tests.Grafana.Probes.Some;

namespace Athena.Common.Tests.Grafana.Identities;

public sealed class OrganisationWatchTests
{
    private const string Login = "athena-workers-0123456789ab";

    private readonly List<GrafanaOrganisation> all = [];
    private readonly List<OrganisationMembership> memberships = [];
    private readonly List<string> journal = [];
    private readonly List<AuditEntry> audited = [];
    private ManualTime time = new();
    private Mock<IGrafana> grafana = new();
    private Mock<IGrafanaMembers> members = new();

    [SetUp]
    public void OneOrganisationOfWhichWeAreAdmin()
    {
        (time, grafana, members) = (new ManualTime(), new(MockBehavior.Strict), new(MockBehavior.Strict));
        all.Clear();
        memberships.Clear();
        journal.Clear();
        audited.Clear();
        all.Add(new GrafanaOrganisation(1, "Main Org."));
        memberships.Add(new OrganisationMembership(1, "Main Org.", "Admin"));
        grafana.Setup(g => g.WhoAmIAsync(default)).ReturnsAsync(Done(User(9, 0, Login)));
        grafana.Setup(g => g.OrganisationsAsync(default)).ReturnsAsync(() => Done<IReadOnlyList<GrafanaOrganisation>>([.. all]));
        grafana.Setup(g => g.OrganisationsOfAsync(9, default))
            .ReturnsAsync(() => Done<IReadOnlyList<OrganisationMembership>>([.. memberships]));
        members.Setup(m => m.AddToOrganisationAsync(It.IsAny<long>(), Login, "Admin", default))
            .ReturnsAsync((long id, string _, string _, CancellationToken _) =>
            {
                memberships.Add(new OrganisationMembership(id, "", "Admin"));
                return Done(new Acknowledgement("User added to organization"));
            });
    }

    [Test]
    public async Task A_new_organisation_is_told_once_with_the_command_and_joined_only_where_that_is_allowed()
    {
        var watch = Watch(mayJoin: false);
        await LookAsync(watch);
        all.Add(new GrafanaOrganisation(2, "Clinic \u202eNorth"));
        await LookAsync(watch);
        await LookAsync(watch);
        all.Add(new GrafanaOrganisation(3, "Clinic South"));
        await LookAsync(watch);
        Assert.Multiple(() =>
        {
            Assert.That(journal, Has.Count.EqualTo(2), "once for each");
            Assert.That(journal[0], Does.Contain("(id 2)").And.Contain("account repair").And.Not.Contain("\u202e"));
            Assert.That(journal[1], Does.Contain("Clinic South (id 3)"));
            Assert.That(audited, Is.Empty);
        });
        members.VerifyNoOtherCalls();
    }

    [Test]
    public async Task Where_it_may_it_joins_and_the_audit_has_it_before_and_after()
    {
        var watch = Watch(mayJoin: true);
        all.Add(new GrafanaOrganisation(2, "Clinic North"));
        await LookAsync(watch);
        await LookAsync(watch);
        Assert.Multiple(() =>
        {
            Assert.That(audited.Select(entry => entry.Event), Is.EqualTo(new[] { "organisation-to-join", "organisation-joined" }));
            Assert.That(audited.Select(entry => entry.Facts["login"]), Is.All.EqualTo(Login));
            Assert.That(journal.Single(), Does.Contain("It is Admin of Clinic North (id 2)"));
        });
        members.Verify(m => m.AddToOrganisationAsync(2, Login, "Admin", default), Times.Once);
    }

    [Test]
    public async Task What_may_not_be_joined_is_told_once_all_the_same()
    {
        members.Setup(m => m.AddToOrganisationAsync(2, Login, "Admin", default))
            .ReturnsAsync(Not<Acknowledgement>(GrafanaOutcome.Refused, "May not."));
        grafana.Setup(g => g.SetRoleAsync(2, 9, "Admin", default)).ReturnsAsync(Not<Acknowledgement>(GrafanaOutcome.Refused, "May not."));
        all.Add(new GrafanaOrganisation(2, "Clinic North"));
        var watch = Watch(mayJoin: true);
        await LookAsync(watch);
        await LookAsync(watch);
        Assert.That(journal, Has.Count.EqualTo(1).And.Some.Contains("no Admin of Clinic North"));
    }

    [Test]
    public async Task The_account_of_a_token_and_a_Grafana_that_does_not_answer_are_no_news()
    {
        grafana.Setup(g => g.OrganisationsAsync(default))
            .ReturnsAsync(Not<IReadOnlyList<GrafanaOrganisation>>(GrafanaOutcome.Unavailable, "No connection."));
        await LookAsync(Watch(mayJoin: true));
        grafana.Setup(g => g.WhoAmIAsync(default)).ReturnsAsync(Done(User(0, 0, "sa-1-bot")));
        await LookAsync(Watch(mayJoin: true));
        Assert.That(journal.Concat(audited.Select(entry => entry.Event)), Is.Empty);
    }

    private async Task LookAsync(OrganisationWatch watch)
    {
        await watch.StepAsync(default);
        time.Advance(TimeSpan.FromMinutes(10));
    }

    private OrganisationWatch Watch(bool mayJoin)
    {
        var log = new Mock<IAuditLog>();
        log.Setup(l => l.Append(It.IsAny<AuditEntry>())).Callback<AuditEntry>(audited.Add);
        return new OrganisationWatch(
            grafana.Object,
            mayJoin ? members.Object : null,
            "To give it: sudo grafana-test account repair",
            log.Object,
            new ListLogger<OrganisationWatch>(journal),
            time);
    }
}
