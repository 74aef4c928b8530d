using System.Text;
using System.Text.Json.Nodes;
using Athena.Common.Grafana.Api.Listener;
using Athena.Common.Grafana.Api.SignIn;
using Athena.Common.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Common.Grafana.Api;

/// <summary>
/// Grafana over HTTP. Safe for concurrent use; keep one for the life of the process. Disposed of, it signs out, unless the session is kept
/// for the next start.
/// </summary>
public sealed class GrafanaClient : IGrafana, IGrafanaMembers, IDataSources, IAnnotations, IAsyncDisposable
{
    private const int ServiceAccountsPerPage = 1000;
    private const int MostOrganisations = 20_000;

    private readonly GrafanaTransport transport;
    private readonly GrafanaCalls calls;
    private readonly UserList users;

    /// <param name="random">0 up to 1; spreads the retries.</param>
    /// <exception cref="ArgumentException">The options have <see cref="GrafanaClientOptions.Problems"/>: nothing is ever sent with
    /// those.</exception>
    public GrafanaClient(
        GrafanaClientOptions options, TimeProvider time, ILogger<GrafanaClient>? logger = null, Func<double>? random = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        if (options.Problems() is { Count: > 0 } problems)
            throw new ArgumentException(string.Join(" ", problems), nameof(options));

        var transport = new GrafanaTransport(options, time, isSecret: !options.IsAnonymous);
        this.transport = transport;
        Credentials credentials = options.IsAnonymous ? new NoCredentials()
            : string.IsNullOrEmpty(options.Token)
                ? new SessionCredentials(options, transport, time, logger ?? NullLogger<GrafanaClient>.Instance)
                : new TokenCredentials(options.Token);
        calls = new GrafanaCalls(
            transport, credentials, RetryPolicy.Create(time, random ?? Random.Shared.NextDouble), time, options.Timeout);
        users = new UserList(calls, time);
    }

    /// <inheritdoc cref="UserList.Remember"/>
    public void Remember(IEnumerable<GrafanaUser> users, int count) => this.users.Remember(users, count);

    /// <summary>How we stand with Grafana, as of its last answer.</summary>
    public SignInState SignIn => calls.Credentials.State;

    /// <summary>What is known of whoever listens at Grafana's address on this machine, as of the last connection.</summary>
    public ListenerState Listener => transport.Listener;

    public async Task<GrafanaAnswer<GrafanaHealth>> HealthAsync(CancellationToken cancel)
    {
        var request = GrafanaRequest.To(Route.Health);
        var answer = await calls.RunAsync<GrafanaHealth>(
            request.Purpose, stop => calls.AttemptAnonymouslyAsync(request, reply => AnswerJson.Health(reply.Body), stop), cancel)
                .ConfigureAwait(false);
        return answer is { IsDone: true, Value.DatabaseOk: false }
            ? new(GrafanaOutcome.Unavailable, null, GrafanaHealth.DatabaseAway)
            : answer;
    }

    public async Task<GrafanaAnswer<GrafanaUser>> WhoAmIAsync(CancellationToken cancel)
    {
        var answer = await calls.RunAsync(GrafanaRequest.To(Route.WhoAmI), UserJson.ReadSelf, cancel).ConfigureAwait(false);
        if (answer is { IsDone: true, Value.Email: { Length: > 0 } email } && !ClaimedText.IsCut(email))
            calls.Credentials.RememberEmail(email);
        return answer;
    }

    public Task<GrafanaAnswer<ServerSettings>> ServerSettingsAsync(CancellationToken cancel) =>
        calls.RunAsync(GrafanaRequest.To(Route.ServerSettings), AnswerJson.Settings, cancel);

    /// <summary>What the server counts; <see cref="GrafanaOutcome.Refused"/> unless we are a server administrator.</summary>
    public Task<GrafanaAnswer<ServerStatistics>> StatisticsAsync(CancellationToken cancel) =>
        calls.RunAsync(GrafanaRequest.To(Route.Statistics), AnswerJson.Statistics, cancel);

    public Task<GrafanaAnswer<IReadOnlyList<GrafanaUser>>> AllUsersAsync(CancellationToken cancel) =>
        calls.RunAsync<IReadOnlyList<GrafanaUser>>(Route.Users.Purpose, users.ReadAsync, cancel);

    public Task<GrafanaAnswer<GrafanaUser>> UserAsync(long id, CancellationToken cancel) =>
        calls.RunAsync<GrafanaUser>(Route.User.Purpose, stop => ReadUserAsync(id, stop), cancel);

    public Task<GrafanaAnswer<GrafanaUser>> UserByUidAsync(string uid, CancellationToken cancel)
    {
        if (GrafanaRequest.To(Route.User, uid) is not { } request)
            return CannotExist<GrafanaUser>(Route.User);

        // The same path takes ids: a uid that is a number could find somebody else.
        return RunRecordAsync(request, user => user.Uid == uid, cancel);
    }

    public Task<GrafanaAnswer<GrafanaUser>> LookUpAsync(string loginOrEmail, CancellationToken cancel)
    {
        return GrafanaRequest.To(Route.UserByName, loginOrEmail) is { } request
            ? RunRecordAsync(request, _ => true, cancel)
            : CannotExist<GrafanaUser>(Route.UserByName);
    }

    public Task<GrafanaAnswer<IReadOnlyList<OrganisationMembership>>> OrganisationsOfAsync(long id, CancellationToken cancel) =>
        calls.RunAsync(GrafanaRequest.To(Route.OrganisationsOfUser, id), AnswerJson.Memberships, cancel);

    public Task<GrafanaAnswer<IReadOnlyList<GrafanaOrganisation>>> OrganisationsAsync(CancellationToken cancel) => calls.RunAsync(
        GrafanaRequest.To(Route.Organisations, MostOrganisations), AnswerJson.Organisations, cancel);

    public Task<GrafanaAnswer<IReadOnlyList<ServiceAccount>>> ServiceAccountsAsync(long orgId, CancellationToken cancel) =>
        calls.RunAsync<IReadOnlyList<ServiceAccount>>(
            Route.ServiceAccounts.Purpose, stop => ReadServiceAccountsAsync(orgId, stop), cancel);

    public Task<GrafanaAnswer<ServiceAccount>> ServiceAccountAsync(long orgId, long id, CancellationToken cancel) => calls.RunAsync(
        GrafanaRequest.To(Route.ServiceAccount, id) with { OrgId = orgId }, body => AnswerJson.ServiceAccount(body, id, orgId), cancel);

    public Task<GrafanaAnswer<IReadOnlyList<PendingInvitation>>> InvitationsAsync(long orgId, CancellationToken cancel) => calls.RunAsync(
        GrafanaRequest.To(Route.Invitations) with { OrgId = orgId }, body => AnswerJson.Invitations(body, orgId), cancel);

    public Task<GrafanaAnswer<IReadOnlyList<UserSession>>> SessionsAsync(long id, CancellationToken cancel) =>
        calls.RunAsync(GrafanaRequest.To(Route.SessionsOfUser, id), AnswerJson.Sessions, cancel);

    public Task<GrafanaAnswer<IReadOnlyList<DataSource>>> DataSourcesAsync(long orgId, CancellationToken cancel) =>
        calls.RunAsync(GrafanaRequest.To(Route.DataSources) with { OrgId = orgId }, AnswerJson.DataSources, cancel);

    public Task<GrafanaAnswer<DataSourceHealth>> DataSourceHealthAsync(long orgId, string uid, CancellationToken cancel) =>
        GrafanaRequest.To(Route.DataSourceHealth, uid) is { } request
            ? calls.RunAsync(request with { OrgId = orgId }, AnswerJson.DataSourceHealth, cancel)
            : CannotExist<DataSourceHealth>(Route.DataSourceHealth);

    public Task<GrafanaAnswer<DashboardTitle>> DashboardAsync(string uid, CancellationToken cancel) =>
        GrafanaRequest.To(Route.Dashboard, uid) is not { } request
            ? CannotExist<DashboardTitle>(Route.Dashboard)
            : calls.RunAsync(request, body => AnswerJson.Dashboard(body, uid), cancel);

    public Task<GrafanaAnswer<Acknowledgement>> DisableAsync(long id, CancellationToken cancel) =>
        ChangeAsync(GrafanaRequest.To(Route.Disable, id), id, cancel);

    public Task<GrafanaAnswer<Acknowledgement>> EnableAsync(long id, CancellationToken cancel) =>
        ChangeAsync(GrafanaRequest.To(Route.Enable, id), id, cancel);

    public Task<GrafanaAnswer<Acknowledgement>> LogoutAsync(long id, CancellationToken cancel) =>
        ChangeAsync(GrafanaRequest.To(Route.Logout, id), id, cancel);

    public Task<GrafanaAnswer<Acknowledgement>> SetRoleAsync(long orgId, long id, string role, CancellationToken cancel)
    {
        if (role is not ("None" or "Viewer" or "Editor" or "Admin"))
            throw new ArgumentException("A role is None, Viewer, Editor or Admin.", nameof(role));
        var body = Encoding.ASCII.GetBytes($$"""{"role":"{{role}}"}""");
        return ChangeAsync(GrafanaRequest.To(Route.SetRole, orgId, id) with { Body = body }, id, cancel);
    }

    public Task<GrafanaAnswer<Acknowledgement>> MakeServerAdminAsync(long id, CancellationToken cancel) =>
        ChangeAsync(GrafanaRequest.To(Route.MakeServerAdmin, id) with { Body = """{"isGrafanaAdmin":true}"""u8.ToArray() }, id, cancel);

    public Task<GrafanaAnswer<Acknowledgement>> AddToOrganisationAsync(long orgId, string login, string role, CancellationToken cancel)
    {
        var body = new JsonObject { ["loginOrEmail"] = login, ["role"] = role };
        var request = GrafanaRequest.To(Route.AddToOrganisation, orgId) with { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };
        return calls.RunAsync<Acknowledgement>(request.Purpose, stop => calls.AttemptAsync(request, Acknowledge, stop), cancel);
    }

    public Task<GrafanaAnswer<CreatedUser>> CreateUserAsync(NewUser user, CancellationToken cancel)
    {
        var body = new JsonObject { ["login"] = user.Login, ["email"] = user.Email, ["name"] = user.Name, ["password"] = user.Password };
        var request = GrafanaRequest.To(Route.CreateUser) with { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };
        return calls.RunAsync(request, AnswerJson.Created, cancel);
    }

    public Task<GrafanaAnswer<Acknowledgement>> DeleteUserAsync(long id, CancellationToken cancel) =>
        ChangeAsync(GrafanaRequest.To(Route.DeleteUser, id), id, cancel);

    public Task<GrafanaAnswer<Acknowledgement>> DeleteServiceAccountAsync(long orgId, long id, CancellationToken cancel)
    {
        var request = GrafanaRequest.To(Route.DeleteServiceAccount, id) with { OrgId = orgId };
        return calls.RunAsync<Acknowledgement>(request.Purpose, stop => calls.AttemptAsync(request, Acknowledge, stop), cancel);
    }

    public Task<GrafanaAnswer<AnnotationReceipt>> AnnotateAsync(GrafanaAnnotation annotation, CancellationToken cancel)
    {
        var body = new JsonObject
        {
            ["time"] = annotation.At.ToUnixTimeMilliseconds(),
            ["tags"] = new JsonArray([.. annotation.Tags.Select(tag => (JsonNode)tag)]),
            ["text"] = annotation.Text,
        };
        if (annotation.End is { } end) body["timeEnd"] = end.ToUnixTimeMilliseconds();
        return AnnotateAsync(GrafanaRequest.To(Route.Annotate) with { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) }, cancel);
    }

    public Task<GrafanaAnswer<AnnotationReceipt>> MayAnnotateAsync(CancellationToken cancel) =>
        AnnotateAsync(GrafanaRequest.To(Route.Annotate), cancel);

    public ValueTask DisposeAsync()
    {
        users.Dispose();
        return calls.DisposeAsync();
    }

    private static Task<GrafanaAnswer<T>> CannotExist<T>(Route route)
        where T : class =>
        Task.FromResult(new GrafanaAnswer<T>(GrafanaOutcome.Gone, null, $"Could not {route.Purpose}: nothing can have such a name."));

    // What something in front of Grafana answers with 200 is no acknowledgement: Grafana's own carries a message.
    private static Acknowledgement? Acknowledge(GrafanaReply reply) => reply.Message.Length > 0 ? new(reply.Message) : null;

    private Task<GrafanaAnswer<AnnotationReceipt>> AnnotateAsync(GrafanaRequest request, CancellationToken cancel) =>
        calls.RunAsync<AnnotationReceipt>(
            request.Purpose,
            async stop =>
            {
                var attempt = await calls.AttemptAsync(
                    request, reply => Acknowledge(reply) is null ? null : new AnnotationReceipt(reply.IsSuccess), stop)
                    .ConfigureAwait(false);
                return attempt with { MayRetry = false };
            },
            cancel);

    private Task<GrafanaAnswer<Acknowledgement>> ChangeAsync(GrafanaRequest request, long id, CancellationToken cancel) =>
        calls.RunAsync<Acknowledgement>(
            request.Purpose,
            async stop =>
            {
                var requestAttempt = await calls.AttemptAsync(request, Acknowledge, stop).ConfigureAwait(false);
                return requestAttempt.ClaimsExternal
                    ? await ConfirmExternalAsync(requestAttempt, id, stop).ConfigureAwait(false)
                    : requestAttempt;
            },
            cancel);

    // "Could not disable external user" is a 500 like any fault of Grafana's; only the user's own record tells which it was
    // (docs/grafana.md §5).
    private async Task<RequestAttempt> ConfirmExternalAsync(RequestAttempt claim, long id, CancellationToken cancel)
    {
        var record = await ReadUserAsync(id, cancel).ConfigureAwait(false);
        return record switch
        {
            { Value: GrafanaUser { IsExternal: true } user } => new(
                GrafanaOutcome.ExternalUser, null, $"{claim.Detail} The account comes from {string.Join(", ", user.AuthLabels)}."),
            { Outcome: GrafanaOutcome.Gone } => record,
            _ => claim,
        };
    }

    private Task<RequestAttempt> ReadUserAsync(long id, CancellationToken cancel) => calls.AttemptAsync(
        GrafanaRequest.To(Route.User, id),
        reply => Record(reply, user => user.Id == id),
        cancel);

    private Task<GrafanaAnswer<GrafanaUser>> RunRecordAsync(
        GrafanaRequest request, Predicate<GrafanaUser> isAskedFor, CancellationToken cancel) =>
        calls.RunAsync<GrafanaUser>(
            request.Purpose, stop => calls.AttemptAsync(request, reply => Record(reply, isAskedFor), stop), cancel);

    private static object? Record(GrafanaReply reply, Predicate<GrafanaUser> isAskedFor) =>
        UserJson.ReadRecord(reply.Body) is var read && read is GrafanaUser user && !isAskedFor(user) ? null : read;

    private async Task<RequestAttempt> ReadServiceAccountsAsync(long orgId, CancellationToken cancel)
    {
        var all = new Dictionary<long, ServiceAccount>();
        for (var page = 1; ; page++)
        {
            var request = GrafanaRequest.To(Route.ServiceAccounts, ServiceAccountsPerPage, page) with { OrgId = orgId };
            var requestAttempt = await calls.AttemptAsync(request, reply => AnswerJson.ServiceAccounts(reply.Body, orgId), cancel)
                .ConfigureAwait(false);
            if (requestAttempt.Value is not ValueTuple<IReadOnlyList<ServiceAccount>, long> read)
                return requestAttempt;
            var (accounts, total) = read;
            // Whoever is in no way a member of an organisation may be answered for their own: that says nothing about the one asked for.
            if (accounts.FirstOrDefault(account => account.OrgId != orgId) is { } elsewhere)
                return new(GrafanaOutcome.Refused, null,
                    $"Could not list the service accounts of the organisation {orgId}: Grafana answered for the organisation "
                    + $"{elsewhere.OrgId}. Make the daemon's account an Admin of both.");
            var before = all.Count;
            foreach (var account in accounts)
                all[account.Id] = account;
            if (all.Count >= total)
                return RequestAttempt.Done(all.Values.ToList());
            if (all.Count == before)
                return new(
                    GrafanaOutcome.Unavailable,
                    null,
                    $"Could not list the service accounts: Grafana counts {total} but shows {all.Count}.",
                    MayRetry: true);
        }
    }
}
