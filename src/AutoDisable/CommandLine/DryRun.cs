using System.Collections.Concurrent;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Grafana.Api;
using Athena.Common.Notify.Channels;
using Athena.Common.State;
using Athena.Common.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable.CommandLine;

/// <summary>
/// The edges of a dry run: asks Grafana, changes nothing, writes nothing, sends nothing, and says what it would have done. What it
/// pretends to have done it goes on pretending, so that each thing is said once.
/// </summary>
internal sealed class DryRun(IGrafana grafana, ILogger<DryRun> logger) : IGrafana, IAuditLog
{
    private readonly ConcurrentDictionary<long, bool> pretended = new();

    public Task<GrafanaAnswer<GrafanaHealth>> HealthAsync(CancellationToken cancel) => grafana.HealthAsync(cancel);

    public Task<GrafanaAnswer<GrafanaUser>> WhoAmIAsync(CancellationToken cancel) => grafana.WhoAmIAsync(cancel);

    public Task<GrafanaAnswer<ServerSettings>> ServerSettingsAsync(CancellationToken cancel) => grafana.ServerSettingsAsync(cancel);

    public async Task<GrafanaAnswer<IReadOnlyList<GrafanaUser>>> AllUsersAsync(CancellationToken cancel)
    {
        var answer = await grafana.AllUsersAsync(cancel).ConfigureAwait(false);
        return answer.IsDone ? answer with { Value = [.. answer.Value.Select(Pretend)] } : answer;
    }

    public async Task<GrafanaAnswer<GrafanaUser>> UserAsync(long id, CancellationToken cancel) =>
        Pretend(await grafana.UserAsync(id, cancel).ConfigureAwait(false));

    public async Task<GrafanaAnswer<GrafanaUser>> UserByUidAsync(string uid, CancellationToken cancel) =>
        Pretend(await grafana.UserByUidAsync(uid, cancel).ConfigureAwait(false));

    public async Task<GrafanaAnswer<GrafanaUser>> LookUpAsync(string loginOrEmail, CancellationToken cancel) =>
        Pretend(await grafana.LookUpAsync(loginOrEmail, cancel).ConfigureAwait(false));

    public Task<GrafanaAnswer<IReadOnlyList<OrganisationMembership>>> OrganisationsOfAsync(long id, CancellationToken cancel) =>
        grafana.OrganisationsOfAsync(id, cancel);

    public Task<GrafanaAnswer<IReadOnlyList<GrafanaOrganisation>>> OrganisationsAsync(CancellationToken cancel) =>
        grafana.OrganisationsAsync(cancel);

    public Task<GrafanaAnswer<IReadOnlyList<ServiceAccount>>> ServiceAccountsAsync(long orgId, CancellationToken cancel) =>
        grafana.ServiceAccountsAsync(orgId, cancel);

    public Task<GrafanaAnswer<ServiceAccount>> ServiceAccountAsync(long orgId, long id, CancellationToken cancel) =>
        grafana.ServiceAccountAsync(orgId, id, cancel);

    public Task<GrafanaAnswer<IReadOnlyList<PendingInvitation>>> InvitationsAsync(long orgId, CancellationToken cancel) =>
        grafana.InvitationsAsync(orgId, cancel);

    public async Task<GrafanaAnswer<IReadOnlyList<UserSession>>> SessionsAsync(long id, CancellationToken cancel) =>
        pretended.GetValueOrDefault(id)
            ? new GrafanaAnswer<IReadOnlyList<UserSession>>(GrafanaOutcome.Done, [], "dry run")
            : await grafana.SessionsAsync(id, cancel).ConfigureAwait(false);

    public Task<GrafanaAnswer<DashboardTitle>> DashboardAsync(string uid, CancellationToken cancel) => grafana.DashboardAsync(uid, cancel);

    public Task<GrafanaAnswer<Acknowledgement>> DisableAsync(long id, CancellationToken cancel)
    {
        pretended[id] = true;
        return Would($"disable user id {id} and end its sessions");
    }

    public Task<GrafanaAnswer<Acknowledgement>> EnableAsync(long id, CancellationToken cancel)
    {
        pretended[id] = false;
        return Would($"enable user id {id}");
    }

    public Task<GrafanaAnswer<Acknowledgement>> LogoutAsync(long id, CancellationToken cancel) =>
        Would($"end the sessions of user id {id}");

    public Task<GrafanaAnswer<Acknowledgement>> SetRoleAsync(long orgId, long id, string role, CancellationToken cancel) =>
        Would($"give user id {id} the role {role} in organisation {orgId}");

    public Task<GrafanaAnswer<CreatedUser>> CreateUserAsync(NewUser user, CancellationToken cancel) =>
        Task.FromResult(new GrafanaAnswer<CreatedUser>(GrafanaOutcome.Refused, null, "Dry run: no account is made."));

    public Task<GrafanaAnswer<Acknowledgement>> DeleteUserAsync(long id, CancellationToken cancel) => Would($"delete user id {id}");

    public Task<GrafanaAnswer<Acknowledgement>> DeleteServiceAccountAsync(long orgId, long id, CancellationToken cancel) =>
        Would($"delete the service account {id} of organisation {orgId}");

    public void WouldSend(OutgoingMessage message) =>
        logger.Event(AutoDisableEvents.DryRun, $"Would send to {string.Join(", ", message.Recipients)}: {message.Subject}");

    public void Append(AuditEntry entry)
    {
        // The journal line beside it says the same.
    }

    private Task<GrafanaAnswer<Acknowledgement>> Would(string what)
    {
        logger.Event(AutoDisableEvents.DryRun, $"Would {what}.");
        return Task.FromResult(new GrafanaAnswer<Acknowledgement>(GrafanaOutcome.Done, new Acknowledgement("dry run"), "dry run"));
    }

    private GrafanaUser Pretend(GrafanaUser user) =>
        pretended.TryGetValue(user.Id, out var disabled) ? user with { IsDisabled = disabled } : user;

    private GrafanaAnswer<GrafanaUser> Pretend(GrafanaAnswer<GrafanaUser> answer) =>
        answer.IsDone ? answer with { Value = Pretend(answer.Value) } : answer;
}
