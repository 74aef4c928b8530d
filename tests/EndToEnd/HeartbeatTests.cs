using System.Net;
using System.Net.Sockets;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>A sign of life outside, by the program as it is.</summary>
internal sealed class HeartbeatTests
{
    private const string Secret = "lab-heartbeat-that-must-never-be-shown";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Test]
    public async Task It_goes_out_and_its_address_is_said_and_written_nowhere()
    {
        using var outside = new HttpListener();
        outside.Prefixes.Add($"http://127.0.0.1:{FreePort()}/");
        outside.Start();
        await using var lab = await PulseLab.OpenAsync();
        lab.Program.Settings["HEARTBEAT_URL"] = $"{outside.Prefixes.Single()}ping/{Secret}";
        var daemon = lab.RunDaemon();
        var asked = outside.GetContextAsync();
        await Eventually.TrueAsync(() => asked.IsCompleted, "a sign of life", () => lab.Story, Patience);
        var (method, path) = ((await asked).Request.HttpMethod, (await asked).Request.RawUrl);
        (await asked).Response.StatusCode = (int)HttpStatusCode.NotFound;
        (await asked).Response.Close();
        await daemon.SaysAsync("The sign of life was not taken: 127.0.0.1:");

        var check = await lab.Program.RunAsync("check", "--show");
        var status = await lab.Program.RunAsync("status");
        Assert.Multiple(() =>
        {
            Assert.That((method, path), Is.EqualTo(("GET", $"/ping/{Secret}")));
            Assert.That(check.Text, Does.Match("HEARTBEAT_URL *= \\(secret\\)"));
            Assert.That(lab.Story + check.Text + status.Text, Does.Not.Contain(Secret));
            var files = Directory.EnumerateFiles(lab.StateDirectory, "*", SearchOption.AllDirectories);
            foreach (var file in files.Where(file => Path.GetFileName(file) != "lock")) // Which the daemon holds.
                Assert.That(File.ReadAllText(file), Does.Not.Contain(Secret), file);
        });
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
