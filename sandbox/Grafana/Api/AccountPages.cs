using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>
/// The two pages to which the buttons of a mail lead: all accounts, and one of them with <c>Enable user</c> and <c>Disable user</c>, which
/// ask the API as Grafana's own page does. For whoever is no server admin they are as bare as the others.
/// </summary>
internal static class AccountPages
{
    private const string List = "/admin/users";

    public static IEnumerable<Route> Routes { get; } =
    [
        Pages.Page(List, handle: All),
        Pages.Page(List + "/edit/:id", handle: One),
        new("GET", "/public/build/admin.js", _ => new Answer(200, Embedded.Bytes("admin.js"), "text/javascript"))
        {
            Open = true, Logged = false,
        },
    ];

    private static Answer All(Call call)
    {
        if (!call.Caller.IsServerAdmin) return Pages.Shell(200);
        var rows = new StringBuilder();
        foreach (var account in call.Database.Users.OrderByDescending(u => u.Id))
            rows.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td><a href=\"{Address(call, account)}\">{Text(NameOf(account))}</a></td><td>{Text(account.Login)}</td>"
                + $"<td>{Text(account.Email)}</td><td>{StateOf(account)}</td></tr>");
        return Show(call, "Users", $"""
            <table><thead><tr><th>Name</th><th>Login</th><th>E-mail</th><th>State</th></tr></thead><tbody>{rows}</tbody></table>
            """);
    }

    private static Answer One(Call call)
    {
        if (!call.Caller.IsServerAdmin) return Pages.Shell(200);
        var all = $"<p><a href=\"{call.Options.SubPath}{List}\">All users</a></p>";
        if (call.Database.ByIdOrUid(call.Part("id")) is not { Service: null } account)
            return Show(call, "User not found", $"<p>Nobody here has this id any more: the account was deleted.</p>{all}");
        var api = $"{call.Options.SubPath}/api/admin/users/{account.Id}";
        var change = account.IsDisabled
            ? $"<button class=\"primary\" data-method=\"POST\" data-path=\"{api}/enable\">Enable user</button>"
            : $"<button data-method=\"POST\" data-path=\"{api}/disable\">Disable user</button>";
        return Show(call, NameOf(account), $"""
            <dl>
              <dt>State</dt><dd><strong>{StateOf(account)}</strong></dd>
              <dt>Login</dt><dd>{Text(account.Login)}</dd>
              <dt>E-mail</dt><dd>{Text(account.Email)}</dd>
              <dt>Server admin</dt><dd>{(account.IsServerAdmin ? "Yes" : "No")}</dd>
              <dt>Roles</dt><dd>{Text(string.Join(", ", call.Database.RolesOf(account).Values))}</dd>
              <dt>Sessions</dt><dd>{call.Database.SessionsOf(account)}</dd>
              <dt>Signs in by</dt><dd>{Text(account.AuthLabel ?? "password")}</dd>
              <dt>id, uid</dt><dd>{account.Id}, {Text(account.Uid)}</dd>
            </dl>
            <p>{change} <button class="danger" data-method="DELETE" data-path="{api}" data-then="{call.Options.SubPath}{List}"
              data-ask="Delete this user? That cannot be undone.">Delete user</button></p>
            <p id="said" role="status"></p>
            {all}
            """);
    }

    /// <summary>The content last: it holds what strangers typed.</summary>
    private static Answer Show(Call call, string title, string content) => Answer.Html(
        Embedded.Text("admin.html").Replace("SUBPATH", call.Options.SubPath, StringComparison.Ordinal)
            .Replace("TITLE", Text(title), StringComparison.Ordinal).Replace("CONTENT", content, StringComparison.Ordinal));

    private static string Address(Call call, Account account) => $"{call.Options.SubPath}{List}/edit/{Uri.EscapeDataString(account.Uid)}";

    private static string NameOf(Account account) => account.Name.Length > 0 ? account.Name : account.Login;

    private static string StateOf(Account account) => account.IsDisabled ? "Disabled" : "Enabled";

    /// <summary>Strangers chose it.</summary>
    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
