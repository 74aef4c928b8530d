using System.Runtime.Versioning;
using Athena.Common.Grafana.Database;

namespace Athena.Common.Tests.Grafana.Database;

/// <summary>Certificates, passwords and addresses against a real server.</summary>
[Category("Interop")]
[SupportedOSPlatform("linux")]
public sealed class DatabaseSignInTests
{
    private GrafanaTables? made;

    private GrafanaTables Tables => made!;

    [SetUp]
    public async Task MakeDatabase()
    {
        made = await PostgresCluster.Need().CreateGrafanaAsync();
    }

    [TearDown]
    public async Task Forget()
    {
        if (made is not null) await made.DisposeAsync();
        made = null;
    }

    [Test]
    public async Task The_connection_is_encrypted_and_says_who_we_are()
    {
        await using var table = Tables.Open();
        await table.CheckAsync(default);
        var seen = await Tables.ValueAsync(
            "SELECT application_name || ' ' || ssl FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE usename = "
            + "'grafana_auto_disable'");
        Assert.That(seen, Is.EqualTo("athena-workers auto-disable true"));
    }

    [Test]
    public async Task A_certificate_of_an_unknown_authority_is_refused() =>
        await RefusedAsync(
            Tables.AsRole.Replace($"Root Certificate={PostgresCluster.Need().AuthorityFile}", "", StringComparison.Ordinal),
            "No trusted TLS connection");

    [Test]
    public async Task A_certificate_for_another_name_is_refused() =>
        await RefusedAsync(
            Tables.AsRole.Replace("Host=127.0.0.1", "Host=localhost", StringComparison.Ordinal), "No trusted TLS connection");

    [Test]
    public async Task A_wrong_password_is_refused_and_not_shown() =>
        await RefusedAsync(
            Tables.AsRole.Replace(GrafanaTables.Password, "wr0ng-pass", StringComparison.Ordinal),
            "Check user and password in GRAFANA_DATABASE");

    [Test]
    public async Task A_database_that_does_not_exist_is_named() =>
        await RefusedAsync(
            Tables.AsRole.Replace($"Database={Tables.Name}", "Database=nosuch", StringComparison.Ordinal),
            "database \"nosuch\" does not exist");

    [Test]
    public async Task A_URI_and_a_socket_lead_to_the_same_database()
    {
        var cluster = PostgresCluster.Need();
        var password = Uri.EscapeDataString(GrafanaTables.Password);
        string[] ways =
        [
            $"postgresql://{GrafanaTables.Role}:{password}@127.0.0.1:{cluster.Port}/{Tables.Name}?sslmode=verify-full&sslrootcert="
            + $"{Uri.EscapeDataString(cluster.AuthorityFile)}",
            $"postgres://{GrafanaTables.Role}@{Uri.EscapeDataString(cluster.Socket)}/{Tables.Name}?port={cluster.Port}",
            $"postgresql:///{Tables.Name}?host={cluster.Socket}&port={cluster.Port}&user={GrafanaTables.Role}",
            $"Host={cluster.Socket};Port={cluster.Port};Database={Tables.Name};Username={GrafanaTables.Role}",
        ];
        foreach (var way in ways)
        {
            await using var table = Open(way);
            var fitness = await table.CheckAsync(default);
            Assert.That(fitness.IsFit, Is.True, string.Join(" ", fitness.Problems));
        }
    }

    private static GrafanaUserTable Open(string connection) =>
        new(new GrafanaDatabaseOptions { ConnectionString = connection, Daemon = "auto-disable" }, TimeProvider.System, () => 0);

    private static async Task RefusedAsync(string connection, string sentence)
    {
        await using var table = Open(connection);
        var answer = await table.ReadAsync(1, "x", default);
        Assert.That(answer.Outcome, Is.EqualTo(UserTableOutcome.SignInFailed), answer.Detail);
        Assert.That(answer.Detail, Does.Contain(sentence).And.Not.Contain("wr0ng").And.Not.Contain(GrafanaTables.Password));
        Assert.That((await table.CheckAsync(default)).Problems, Is.EqualTo(new[] { answer.Detail }));
    }
}
