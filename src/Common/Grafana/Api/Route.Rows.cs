namespace Athena.Common.Grafana.Api;

// What each is answered with was recorded from a running Grafana (docs/grafana.md §5).
public sealed partial class Route
{
    // Asked without a credential.
    public static Route Health { get; } = Anonymous(HttpMethod.Get, "/api/health", "ask Grafana for its health", Good());
    public static Route Metrics { get; } = Anonymous(HttpMethod.Get, "/metrics", "read Grafana's own metrics", Good());
    public static Route SignIn { get; } = Anonymous(
        HttpMethod.Post, "/login", "sign in", Good("Logged in"),
        new RouteAnswer(401, "password-auth.failed", GrafanaOutcome.SignInFailed),
        new(401, "identity.disabled", GrafanaOutcome.SignInFailed));
    public static Route LoginPage { get; } = Anonymous(HttpMethod.Get, "/login", "look at the login page", Good());
    public static Route ProbePage { get; } = Anonymous(
        HttpMethod.Get, "/d/athena-probe-{nonce}", "send a test request", new RouteAnswer(302, "", GrafanaOutcome.Done));
    public static Route ListenerQuestion { get; } = Anonymous(
        HttpMethod.Get, "/api/datasources/uid/athena-listener-{nonce}", "prove who listens",
        new RouteAnswer(401, "auth.unauthorized", GrafanaOutcome.Done));

    // Asked as our account.
    public static Route RenewSession { get; } = Ours(HttpMethod.Post, "/api/user/auth-tokens/rotate", "renew the session", Good());
    // Whoever has no session is sent on alike: there is no refusal. Nothing follows the redirect, which may lead to a single sign-on's own.
    public static Route SignOut { get; } = new(
        HttpMethod.Get, "/logout", "sign out", isAnonymous: false, isOurs: true, [new RouteAnswer(302, "", GrafanaOutcome.Done)]);
    public static Route WhoAmI { get; } = Ours(HttpMethod.Get, "/api/user", "ask who we are", Good());
    public static Route ServerSettings { get; } = Ours(
        HttpMethod.Get, "/api/admin/settings", "read the server settings", Good(), Needs("settings:read"));
    public static Route Statistics { get; } = Ours(
        HttpMethod.Get, "/api/admin/stats", "read the server's statistics", Good(), Needs("server.stats:read"));

    public static Route Users { get; } = Ours(
        HttpMethod.Get, "/api/users?perpage={perpage}&page={page}", "list the users", Good(), Needs("users:read"));
    public static Route User { get; } = Ours(
        HttpMethod.Get, "/api/users/{id}", "read the user", Good(), Needs("users:read"), Gone("user not found"),
        OutOfRange("Failed to get user"));
    public static Route UserByName { get; } = Ours(
        HttpMethod.Get, "/api/users/lookup?loginOrEmail={name}", "look the user up", Good(), Needs("users:read"), Gone("user not found"));
    public static Route OrganisationsOfUser { get; } = Ours(
        HttpMethod.Get, "/api/users/{id}/orgs", "read the user's organisations", Good(), Needs("users:read"));
    public static Route SessionsOfUser { get; } = Ours(
        HttpMethod.Get, "/api/admin/users/{id}/auth-tokens", "list the user's sessions", Good(), Needs("users.authtoken:read"),
        Gone("User not found"),
        OutOfRange("Failed to get user"));

    public static Route Disable { get; } = Ours(
        HttpMethod.Post, "/api/admin/users/{id}/disable", "disable the user", Good("User disabled"), Needs("users:disable"),
        Gone("user not found"),
        new(500, "Could not disable external user", GrafanaOutcome.ExternalUser), OutOfRange("Failed to disable user"));
    public static Route Enable { get; } = Ours(
        HttpMethod.Post, "/api/admin/users/{id}/enable", "enable the user", Good("User enabled"), Needs("users:enable"),
        Gone("user not found"),
        new(500, "Could not enable external user", GrafanaOutcome.ExternalUser), OutOfRange("Failed to enable user"));
    public static Route Logout { get; } = Ours(
        HttpMethod.Post, "/api/admin/users/{id}/logout", "log the user out", Good("User logged out"), Needs("users:logout"),
        Gone("User not found"),
        new(400, "You cannot logout yourself", GrafanaOutcome.Refused),
        OutOfRange("Could not read user from database"));
    public static Route CreateUser { get; } = Ours(
        HttpMethod.Post, "/api/admin/users", "make the user", Good("User created"), Needs("users:create"),
        new(412, "", GrafanaOutcome.AlreadySo));
    public static Route DeleteUser { get; } = Ours(
        HttpMethod.Delete, "/api/admin/users/{id}", "delete the user", Good("User deleted"), Needs("users:delete"), Gone("user not found"),
        OutOfRange("Failed to delete user"));

    // Grafana counts the pages of organisations from 0 and those of users from 1 [src]; one large page asks neither question.
    public static Route Organisations { get; } = Ours(
        HttpMethod.Get, "/api/orgs?perpage={perpage}", "list the organisations", Good(), Needs("orgs:read"));
    public static Route SetRole { get; } = Ours(
        HttpMethod.Patch, "/api/orgs/{orgId}/users/{userId}", "set the user's role", Good("Organization user updated"),
        new(403, "org.externallySynced", GrafanaOutcome.ExternalUser), OutOfRange("Failed update org user"));
    public static Route AddToOrganisation { get; } = Ours(
        HttpMethod.Post, "/api/orgs/{orgId}/users", "add the account to the organisation", Good("User added to organization"),
        Gone("User not found"));
    public static Route Invitations { get; } = Ours(
        HttpMethod.Get, "/api/org/invites", "list the invitations", Good(), new RouteAnswer(403, "", GrafanaOutcome.Refused));

    public static Route ServiceAccounts { get; } = Ours(
        HttpMethod.Get, "/api/serviceaccounts/search?perpage={perpage}&page={page}", "list the service accounts", Good(),
        Needs("serviceaccounts:read"));
    public static Route ServiceAccount { get; } = Ours(
        HttpMethod.Get, "/api/serviceaccounts/{serviceAccountId}", "read the service account", Good(),
        new(403, "", GrafanaOutcome.Refused), Gone("service account not found"),
        OutOfRange("Failed to retrieve service account"));
    public static Route DeleteServiceAccount { get; } = Ours(
        HttpMethod.Delete, "/api/serviceaccounts/{serviceAccountId}", "delete the service account", Good("Service account deleted"),
        Gone("service account not found"),
        new(400, "serviceaccounts.ErrInvalidId", GrafanaOutcome.Refused), OutOfRange("Service account deletion error"));

    public static Route DataSources { get; } = Ours(HttpMethod.Get, "/api/datasources", "list the data sources", Good());
    public static Route DataSourceHealth { get; } = Ours(
        HttpMethod.Get, "/api/datasources/uid/{dataSource}/health", "ask how the data source is", Good(),
        new RouteAnswer(400, "", GrafanaOutcome.Done),
        new(500, "Unable to load datasource metadata", GrafanaOutcome.Unavailable));

    public static Route Dashboard { get; } = Ours(
        HttpMethod.Get, "/api/dashboards/uid/{uid}", "read the dashboard's title", Good(), new(403, "", GrafanaOutcome.Refused),
        Gone("Dashboard not found"));

    // Without a text it writes nothing, and tells whether one would be written.
    public static Route Annotate { get; } = Ours(
        HttpMethod.Post, "/api/annotations", "write annotations", Good("Annotation added"), Needs("annotations:create"),
        new(400, "Failed to save annotation", GrafanaOutcome.Done));

    // Asked by account create and account repair, signed in as an admin of the hospital: under our own account it would be somebody else.
    public static Route MakeServerAdmin { get; } = OfAdmin(
        HttpMethod.Put, "/api/admin/users/{id}/permissions", "make the account a server admin", Good("User permissions updated"),
        Gone("User not found"),
        OutOfRange("Failed to update user permissions"));

    private static Route Anonymous(HttpMethod method, string template, string purpose, params RouteAnswer[] answers) =>
        new(method, template, purpose, isAnonymous: true, isOurs: false, answers);

    // Whoever is not signed in is refused alike everywhere.
    private static Route Ours(HttpMethod method, string template, string purpose, params RouteAnswer[] answers) =>
        new(method, template, purpose, isAnonymous: false, isOurs: true,
        [
            .. answers,
            new RouteAnswer(401, "", GrafanaOutcome.SignInFailed),
        ]);

    private static Route OfAdmin(HttpMethod method, string template, string purpose, params RouteAnswer[] answers) =>
        new(method, template, purpose, isAnonymous: false, isOurs: false, answers);

    private static RouteAnswer Good(string says = "") => new(200, says, GrafanaOutcome.Done);

    private static RouteAnswer Gone(string says) => new(404, says, GrafanaOutcome.Gone);

    private static RouteAnswer Needs(string permission) =>
        new(403, $"You'll need additional permissions to perform this action. Permissions needed: {permission}", GrafanaOutcome.Refused);

    // PostgreSQL keeps ids as 32-bit integers: a larger one is its error, not an account that is not there.
    private static RouteAnswer OutOfRange(string says) => new(500, says, GrafanaOutcome.Unavailable);
}
