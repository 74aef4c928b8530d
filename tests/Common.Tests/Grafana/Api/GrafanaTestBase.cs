using Athena.Common.Grafana.Api;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Grafana.Api;

/// <summary>A clock, a folder, and clients that are put away after the test.</summary>
public abstract class GrafanaTestBase
{
    private readonly List<GrafanaClient> clients = [];

    private protected ManualTime Time { get; private set; } = new();

    protected string Folder { get; private set; } = "";

    protected string SessionPath => Path.Combine(Folder, "session.json");

    [SetUp]
    public void MakeFolder()
    {
        Time = new ManualTime();
        Folder = Directory.CreateTempSubdirectory("athena-grafana-").FullName;
    }

    [TearDown]
    public async Task PutAway()
    {
        foreach (var client in clients) await client.DisposeAsync();
        clients.Clear();
        Directory.Delete(Folder, recursive: true);
    }

    protected GrafanaClientOptions WithToken(string url) =>
        new() { Url = url, Daemon = "auto-disable", Token = "glsa_secret_token_00000000" };

    protected GrafanaClientOptions WithPassword(string url) => new()
    {
        Url = url,
        Daemon = "auto-disable",
        User = SessionGrafana.Login,
        Password = SessionGrafana.Password,
        SessionFile = SessionPath,
    };

    protected GrafanaClient Client(GrafanaClientOptions options)
    {
        var client = new GrafanaClient(options, Time, random: () => 0.5);
        clients.Add(client);
        return client;
    }
}
