using Microsoft.Extensions.Logging;

namespace Athena.Common.Grafana;

/// <summary>Grafana over HTTP. Safe for concurrent use; keep one for the life of the process.</summary>
public sealed class GrafanaClient : IGrafana, IDisposable
{
    public GrafanaClient(GrafanaClientOptions options, TimeProvider time, ILogger<GrafanaClient>? logger = null, Func<double>? random = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        throw new NotImplementedException($"{logger} {random}");
    }

    /// <summary>How we stand with Grafana, as of the last answer.</summary>
    public SignInState SignIn => throw new NotImplementedException();

    public Task<GrafanaAnswer<GrafanaHealth>> HealthAsync(CancellationToken cancel) => throw new NotImplementedException();
    public Task<GrafanaAnswer<GrafanaUser>> WhoAmIAsync(CancellationToken cancel) => throw new NotImplementedException();
    public Task<GrafanaAnswer<ServerSettings>> ServerSettingsAsync(CancellationToken cancel) => throw new NotImplementedException();
    public Task<GrafanaAnswer<IReadOnlyList<GrafanaUser>>> AllUsersAsync(CancellationToken cancel) => throw new NotImplementedException();
    public Task<GrafanaAnswer<GrafanaUser>> UserAsync(long id, CancellationToken cancel) => throw new NotImplementedException();
    public Task<GrafanaAnswer<GrafanaUser>> UserByUidAsync(string uid, CancellationToken cancel) => throw new NotImplementedException();
    public Task<GrafanaAnswer<GrafanaUser>> LookUpAsync(string loginOrEmail, CancellationToken cancel) => throw new NotImplementedException();
    public Task<GrafanaAnswer<IReadOnlyList<OrganisationMembership>>> OrganisationsOfAsync(long id, CancellationToken cancel) => throw new NotImplementedException();
    public Task<GrafanaAnswer<IReadOnlyList<GrafanaOrganisation>>> OrganisationsAsync(CancellationToken cancel) => throw new NotImplementedException();
    public Task<GrafanaAnswer<IReadOnlyList<ServiceAccount>>> ServiceAccountsAsync(long orgId, CancellationToken cancel) => throw new NotImplementedException();
    public Task<GrafanaAnswer<IReadOnlyList<UserSession>>> SessionsAsync(long id, CancellationToken cancel) => throw new NotImplementedException();
    public Task<GrafanaAnswer<DashboardTitle>> DashboardAsync(string uid, CancellationToken cancel) => throw new NotImplementedException();
    public Task<GrafanaAnswer<Acknowledgement>> DisableAsync(long id, CancellationToken cancel) => throw new NotImplementedException();
    public Task<GrafanaAnswer<Acknowledgement>> EnableAsync(long id, CancellationToken cancel) => throw new NotImplementedException();
    public Task<GrafanaAnswer<Acknowledgement>> LogoutAsync(long id, CancellationToken cancel) => throw new NotImplementedException();
    public Task<GrafanaAnswer<Acknowledgement>> SetRoleAsync(long orgId, long id, string role, CancellationToken cancel) => throw new NotImplementedException();
    public Task<GrafanaAnswer<Acknowledgement>> DeleteUserAsync(long id, CancellationToken cancel) => throw new NotImplementedException();

    public void Dispose() { }
}
