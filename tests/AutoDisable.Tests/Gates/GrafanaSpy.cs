using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Grafana.Api;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>Passes every call on and counts it.</summary>
internal static class GrafanaSpy
{
    public static Mock<IGrafana> On(SimulatedGrafana world)
    {
        var spy = new Mock<IGrafana>();
        spy.Setup(g => g.HealthAsync(It.IsAny<CancellationToken>())).Returns((CancellationToken c) => world.HealthAsync(c));
        spy.Setup(g => g.WhoAmIAsync(It.IsAny<CancellationToken>())).Returns((CancellationToken c) => world.WhoAmIAsync(c));
        spy.Setup(g => g.ServerSettingsAsync(It.IsAny<CancellationToken>())).Returns((CancellationToken c) => world.ServerSettingsAsync(c));
        spy.Setup(g => g.InvitationsAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .Returns((long org, CancellationToken c) => world.InvitationsAsync(org, c));
        spy.Setup(g => g.DeleteServiceAccountAsync(It.IsAny<long>(), It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .Returns((long org, long id, CancellationToken c) => world.DeleteServiceAccountAsync(org, id, c));
        spy.Setup(g => g.AllUsersAsync(It.IsAny<CancellationToken>())).Returns((CancellationToken c) => world.AllUsersAsync(c));
        spy.Setup(g => g.UserAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .Returns((long id, CancellationToken c) => world.UserAsync(id, c));
        spy.Setup(g => g.LookUpAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((string who, CancellationToken c) => world.LookUpAsync(who, c));
        spy.Setup(g => g.OrganisationsOfAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .Returns((long id, CancellationToken c) => world.OrganisationsOfAsync(id, c));
        spy.Setup(g => g.OrganisationsAsync(It.IsAny<CancellationToken>())).Returns((CancellationToken c) => world.OrganisationsAsync(c));
        spy.Setup(g => g.ServiceAccountsAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .Returns((long id, CancellationToken c) => world.ServiceAccountsAsync(id, c));
        spy.Setup(g => g.SessionsAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .Returns((long id, CancellationToken c) => world.SessionsAsync(id, c));
        spy.Setup(g => g.DisableAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .Returns((long id, CancellationToken c) => world.DisableAsync(id, c));
        spy.Setup(g => g.EnableAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .Returns((long id, CancellationToken c) => world.EnableAsync(id, c));
        spy.Setup(g => g.LogoutAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .Returns((long id, CancellationToken c) => world.LogoutAsync(id, c));
        spy.Setup(g => g.SetRoleAsync(It.IsAny<long>(), It.IsAny<long>(), It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((long org, long id, string role, CancellationToken c) => world.SetRoleAsync(org, id, role, c));
        spy.Setup(g => g.DeleteUserAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .Returns((long id, CancellationToken c) => world.DeleteUserAsync(id, c));
        return spy;
    }
}
