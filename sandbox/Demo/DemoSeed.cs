using System.Text.Json.Nodes;
using Athena.Sandbox.Contract;

namespace Athena.Sandbox.Demo;

/// <summary>The people, folders and dashboards of the recordings, as they are at the start of the demo.</summary>
internal static class DemoSeed
{
    /// <summary>The person who approves and rejects on the page.</summary>
    public const string HumanAdmin = "athena-admin";

    /// <summary>The account that the daemons sign in with.</summary>
    public const string Worker = "athena-workers-7f3a";

    /// <summary>Who decides in the chat, by the number that Telegram would give them.</summary>
    public const long Lindiwe = 271828182;

    public static void Plant(StandInGrafana grafana, TimeProvider time, string humanPassword, string workerPassword)
    {
        var database = grafana.Database;
        var lastYear = time.GetUtcNow().AddDays(-400);
        foreach (var exchange in RecordedExchange.Load("grafana-api"))
        {
            if (exchange is { Path: "/api/admin/users", Body: { } person })
            {
                var login = person.GetProperty("login").GetString()!;
                database.AddUser(
                    login, person.GetProperty("email").GetString()!, person.GetProperty("name").GetString()!,
                    login == HumanAdmin ? humanPassword : person.GetProperty("password").GetString()!,
                    login == HumanAdmin ? "Admin" : null, serverAdmin: login == HumanAdmin, created: lastYear);
            }
            else if (exchange is { Path: "/api/folders", Body: { } folder })
            {
                database.AddFolder(folder.GetProperty("title").GetString()!, folder.GetProperty("uid").GetString()!);
            }
            else if (exchange is { Path: "/api/dashboards/db", Body: { } saved })
            {
                var inFolder = saved.TryGetProperty("folderUid", out var uid) ? uid.GetString()! : "";
                database.SaveDashboard(JsonObject.Create(saved.GetProperty("dashboard"))!, inFolder, by: database.Find("admin"));
            }
        }

        database.AddUser(
            "palesa.zulu@example.net",
            "palesa.zulu@example.net",
            "Palesa Zulu",
            Guid.NewGuid().ToString(),
            created: time.GetUtcNow().AddDays(-90));
        database.AddUser(
            "thabo.m", "thabo.mokoena@example.net", "Thabo Mokoena", Guid.NewGuid().ToString(), created: time.GetUtcNow().AddDays(-30));
        database.AddUser("ext.lerato", "lerato@example.com", "Lerato (external)", created: lastYear, authLabel: "Auth Proxy");
        database.AddUser(
            "old.intern", "old.intern@example.net", "Former Intern", Guid.NewGuid().ToString(), disabled: true, created: lastYear);
        database.AddUser(
            Worker,
            "workers-7f3a@example.org",
            "Athena workers",
            workerPassword,
            "Admin",
            serverAdmin: true,
            created: time.GetUtcNow().AddDays(-20));
        foreach (var person in database.Users.Where(u => u.Login is "naledi" or "sipho" or HumanAdmin)) person.LastSeen = time.GetUtcNow();
    }
}
