using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;
using Moq;
using static Athena.Common.Tests.Grafana.Probes.Some;

namespace Athena.Common.Tests.Grafana.Identities;

/// <summary>What the daemons' account lacks is given, and nothing else is asked for.</summary>
public sealed class OwnRightsTests
{
    private const long Id = 117;
    private const string Login = "athena-workers-0123456789ab";

    private Mock<IGrafana> grafana = new();
    private Mock<IGrafanaMembers> members = new();
    private List<string> said = [];

    [SetUp]
    public void TwoOrganisationsAndAnAccountThatIsViewerInOne()
    {
        (grafana, members, said) = (new(MockBehavior.Strict), new(MockBehavior.Strict), []);
        Account(isAdmin: false, isDisabled: false);
        grafana.Setup(g => g.OrganisationsAsync(default))
            .ReturnsAsync(Done<IReadOnlyList<GrafanaOrganisation>>([new(1, "Main Org."), new(2, "Clinic North")]));
        Memberships(new OrganisationMembership(1, "Main Org.", "Viewer"));
        grafana.Setup(g => g.EnableAsync(Id, default)).ReturnsAsync(Done(new Acknowledgement("User enabled")));
        grafana.Setup(g => g.SetRoleAsync(It.IsAny<long>(), Id, "Admin", default))
            .ReturnsAsync(Done(new Acknowledgement("Organization user updated")));
        members.Setup(m => m.MakeServerAdminAsync(Id, default)).ReturnsAsync(Done(new Acknowledgement("User permissions updated")));
        members.Setup(m => m.AddToOrganisationAsync(It.IsAny<long>(), Login, "Admin", default))
            .ReturnsAsync(Done(new Acknowledgement("User added to organization")));
    }

    [Test]
    public async Task A_viewer_becomes_server_admin_and_Admin_of_each_organisation()
    {
        Assert.That(await GiveAsync(), Is.Null);
        Assert.That(said, Is.EqualTo(new[] { "It is a server admin", "It is Admin of Main Org. (id 1), Clinic North (id 2)" }));
        members.Verify(m => m.MakeServerAdminAsync(Id, default), Times.Once);
        grafana.Verify(g => g.SetRoleAsync(1, Id, "Admin", default), Times.Once, "it is a member there already");
        members.Verify(m => m.AddToOrganisationAsync(2, Login, "Admin", default), Times.Once);
        grafana.Verify(g => g.EnableAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [Test]
    public async Task One_that_has_everything_is_not_touched()
    {
        Account(isAdmin: true, isDisabled: false);
        Memberships(new OrganisationMembership(1, "Main Org.", "Admin"), new OrganisationMembership(2, "Clinic North", "Admin"));
        Assert.That(await GiveAsync(), Is.Null);
        Assert.That(said, Is.Empty);
        members.VerifyNoOtherCalls();
        grafana.Verify(
            g => g.SetRoleAsync(It.IsAny<long>(), It.IsAny<long>(), It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [Test]
    public async Task A_disabled_one_is_enabled_first()
    {
        Account(isAdmin: true, isDisabled: true);
        Assert.That(await GiveAsync(), Is.Null);
        Assert.That(said[0], Is.EqualTo("It was disabled, and is enabled"));
    }

    [Test]
    public async Task Who_became_a_member_meanwhile_gets_the_role()
    {
        members.Setup(m => m.AddToOrganisationAsync(2, Login, "Admin", default))
            .ReturnsAsync(Not<Acknowledgement>(GrafanaOutcome.Refused, "409"));
        Assert.That(await GiveAsync(), Is.Null);
        grafana.Verify(g => g.SetRoleAsync(2, Id, "Admin", default), Times.Once);
    }

    [Test]
    public async Task One_organisation_that_refuses_does_not_keep_it_out_of_the_others_and_is_named()
    {
        grafana.Setup(g => g.SetRoleAsync(1, Id, "Admin", default))
            .ReturnsAsync(Not<Acknowledgement>(GrafanaOutcome.Refused, "May not set the user's role."));
        Assert.That(await GiveAsync(), Is.EqualTo("Main Org. (id 1): May not set the user's role."));
        Assert.That(said, Has.Member("It is Admin of Clinic North (id 2)"));
    }

    [TestCase(GrafanaOutcome.Gone)]
    [TestCase(GrafanaOutcome.Unavailable)]
    public async Task What_cannot_be_read_is_said_and_nothing_is_done(GrafanaOutcome outcome)
    {
        grafana.Setup(g => g.UserAsync(Id, default)).ReturnsAsync(Not<GrafanaUser>(outcome, "Could not read the user."));
        Assert.That(await GiveAsync(), Is.EqualTo("Could not read the user."));
        members.VerifyNoOtherCalls();
    }

    private Task<string?> GiveAsync() => new OwnRights(grafana.Object, members.Object, said.Add).GiveAsync(Id, Login, default);

    private void Account(bool isAdmin, bool isDisabled) => grafana.Setup(g => g.UserAsync(Id, default))
        .ReturnsAsync(Done(User(Id, 0, Login) with { IsAdmin = isAdmin, IsDisabled = isDisabled }));

    private void Memberships(params OrganisationMembership[] memberships) =>
        grafana.Setup(g => g.OrganisationsOfAsync(Id, default)).ReturnsAsync(Done<IReadOnlyList<OrganisationMembership>>(memberships));
}
