using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Athena.Common.State;
using Athena.Common.State.AuditCopies;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Athena.Common.Tests.State.AuditCopies;

/// <summary>What the dashboard of the audit's copies would show: each question of it, asked of a real PostgreSQL with lines.</summary>
[SupportedOSPlatform("linux")]
internal sealed class AuditPanelsTests : CopyScenario
{
    private const string Dashboard = "packaging/grafana/dashboards/athena-audit.json";

    [Test]
    public async Task Every_panel_and_every_choice_brings_rows_to_the_role_that_reads_views_alone()
    {
        await MigrateAsync();
        Write(1, 3);
        Log.Append([
            Decision("approved", "uid1"), Decision("rejected", "uid2"),
            new AuditEntry(
                "window-decided", $"AC-{Time.GetUtcNow():yyyyMMdd'T'HH}00Z", "only-admins, report 1 of 2026-11",
                new Dictionary<string, string>()),
        ]);
        await CopyAsync();
        using (var compliance = new AuditCopier(
            Log, Options, Where() with { Daemon = "grafana-compliance" }, NullLogger<AuditCopier>.Instance, Time))
        {
            await compliance.RoundAsync(default);
            await compliance.StopAsync(default);
        }

        await using var reader = new NpgsqlConnection(AsOwner.Replace("Username=postgres", "Username=athena_reader"));
        await reader.OpenAsync();
        var json = JsonNode.Parse(await File.ReadAllTextAsync(Repository.PathOf(Dashboard)))!;
        var choices = json["templating"]!["list"]!.AsArray().Where(one => (string)one!["type"]! == "query").ToList();
        Assert.That(choices, Has.Count.EqualTo(2));
        List<(string Name, string Values)> chosen = [];
        foreach (var choice in choices)
        {
            var values = await AskAsync(reader, (string)choice!["query"]!);
            Assert.That(values, Is.Not.Empty, (string)choice["name"]!);
            chosen.Add(((string)choice["name"]!, string.Join(',', values.Select(row => $"'{row[0].Value}'"))));
        }

        var panels = json["panels"]!.AsArray();
        Assert.That(panels, Has.Count.GreaterThan(8));
        foreach (var panel in panels)
        {
            var (title, target) = ((string)panel!["title"]!, panel["targets"]![0]!);
            var rows = await AskAsync(reader, Filled((string)target["rawSql"]!, chosen));
            Assert.That(rows, Is.Not.Empty, title);
            Assert.That(rows[0].Select(field => field.Value), Has.None.EqualTo(DBNull.Value), title);
            if ((string)target["format"]! == "time_series")
                Assert.That((rows[0][0].Name, rows[0][0].Value.GetType()), Is.EqualTo(("time", typeof(DateTime))), title);
        }
    }

    private static AuditEntry Decision(string what, string uid) =>
        new(what, uid, what, new Dictionary<string, string> { ["by"] = "thandi" });

    /// <summary>As Grafana fills it in: everything is chosen, and the span is the year up to now and the one behind it.</summary>
    private string Filled(string sql, List<(string Name, string Values)> chosen)
    {
        foreach (var (name, values) in chosen)
            sql = sql.Replace($"${{{name}:sqlstring}}", values, StringComparison.Ordinal);
        var (from, to) = (Time.GetUtcNow().AddYears(-1), Time.GetUtcNow().AddYears(1));
        sql = System.Text.RegularExpressions.Regex.Replace(sql, @"\$__timeFilter\((\w+)\)", match => string.Create(
            CultureInfo.InvariantCulture, $"{match.Groups[1].Value} BETWEEN '{from:O}' AND '{to:O}'"));
        Assert.That(sql, Does.Not.Contain("$"), "nobody told this test of another macro");
        return sql;
    }

    private static async Task<List<(string Name, object Value)[]>> AskAsync(NpgsqlConnection reader, string sql)
    {
        await using var command = new NpgsqlCommand(sql, reader);
        await using var rows = await command.ExecuteReaderAsync();
        List<(string Name, object Value)[]> all = [];
        while (await rows.ReadAsync())
            all.Add([.. Enumerable.Range(0, rows.FieldCount).Select(at => (rows.GetName(at), rows.GetValue(at)))]);
        return all;
    }
}
