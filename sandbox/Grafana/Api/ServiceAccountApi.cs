using Row = Athena.Common.Grafana.Api.Route;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>Service accounts of the caller's organisation and their tokens, which outlive whoever made them.</summary>
internal static class ServiceAccountApi
{
    public static IEnumerable<Route> Routes { get; } =
    [
        new("POST", "/api/serviceaccounts", Create)
        {
            LoggedAs = "/api/serviceaccounts/",
            Permission = "serviceaccounts:create",
            Milliseconds = 30,
        },
        new(Row.ServiceAccounts, Search) { Permission = "serviceaccounts:read", Milliseconds = 6 },
        new("GET", "/api/serviceaccounts/:serviceAccountId", One) { Permission = "serviceaccounts:read", Scope = ById, Milliseconds = 9 },
        new(Row.DeleteServiceAccount, Delete) { Permission = "serviceaccounts:delete", Scope = ById, Milliseconds = 8 },
        new("POST", "/api/serviceaccounts/:serviceAccountId/tokens", AddToken)
        {
            Permission = "serviceaccounts:write",
            Scope = ById,
            Milliseconds = 20,
        },
    ];

    private static Answer NoNumber => Answer.FromFramework(404, new { message = "Not found" });

    private static Answer Unknown =>
        Answer.Error(404, "NotFound", "serviceaccounts.ErrNotFound", "service account not found", "service account not found");

    private static string ById(Call call) => "serviceaccounts:id:" + call.Part("serviceAccountId");

    private static Account? Find(Call call) => call.Id("serviceAccountId") is { } id
        && call.Database.ById(id) is { Service: { } service } account && service.OrgId == call.Caller.OrgId
            ? account
            : null;

    private static Answer Create(Call call)
    {
        var role = call.Text("role") is { Length: > 0 } given ? given : "Viewer";
        var account = call.Database.AddServiceAccountWithoutToken(call.Text("name"), role, call.Caller.OrgId, []);
        return Answer.Json(Shape(call, account, ""), 201);
    }

    private static object Shape(Call call, Account a, string avatar) => new
    {
        id = a.Id,
        uid = a.Uid,
        name = a.Name,
        login = a.Login,
        orgId = a.Service!.OrgId,
        isDisabled = a.IsDisabled,
        role = a.Service.Role,
        tokens = call.Database.TokensOf(a),
        avatarUrl = avatar,
    };

    private static Answer Search(Call call)
    {
        var all = call.Database.ServiceAccounts.Where(a => a.Service!.OrgId == call.Caller.OrgId).ToArray();
        var (page, perPage) = (call.AskNumber("page", 1), call.AskNumber("perpage", 1000));
        return Answer.Json(new
        {
            totalCount = all.Length,
            serviceAccounts = Call.Page(all, page, perPage).Select(a => Shape(call, a, "/public/img/user_profile.png")).ToArray(),
            page,
            perPage,
        });
    }

    private static Answer One(Call call) => Find(call) is { } a
        ? Answer.Json(new
        {
            id = a.Id,
            uid = a.Uid,
            name = a.Name,
            login = a.Login,
            orgId = a.Service!.OrgId,
            isDisabled = a.IsDisabled,
            createdAt = call.Time(a.Created),
            updatedAt = call.Time(a.Updated),
            avatarUrl = "/public/img/user_profile.png",
            role = a.Service.Role,
            teams = (object?)null,
            tokens = call.Database.TokensOf(a),
        })
        : call.Id("serviceAccountId") switch
        {
            null => NoNumber,
            0 => Answer.Message("Failed to retrieve service account", 500),
            _ => Unknown,
        };

    private static Answer Delete(Call call)
    {
        if (Find(call) is not { } account)
        {
            return call.Id("serviceAccountId") switch
            {
                null => NoNumber,
                0 => Answer.Error(
                    400, "BadRequest", "serviceaccounts.ErrInvalidId", "invalid service account id specified",
                    "invalid service account id specified"),
                > int.MaxValue => Answer.Message("Service account deletion error", 500),
                _ => Unknown,
            };
        }

        call.Database.Remove(account);
        return Answer.Message("Service account deleted");
    }

    private static Answer AddToken(Call call)
    {
        if (Find(call) is not { } account) return Unknown;
        var (id, key) = call.Database.AddToken(account);
        return Answer.Json(new { id, name = call.Text("name"), key });
    }
}
