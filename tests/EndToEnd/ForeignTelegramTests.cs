using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Athena.EndToEnd.Harness;
using Athena.Tests.Shared;

namespace Athena.EndToEnd;

/// <summary>grafana-active-users as a process delivers a pulse to a Bot API server that other people wrote.</summary>
internal sealed class ForeignTelegramTests
{
    [Test]
    public async Task A_pulse_is_delivered_to_a_server_that_others_wrote()
    {
        var root = Root();
        if (!Directory.Exists(Path.Combine(root, "artifacts/interop/node_modules/telegram-test-api")))
            NotRun.Missing("telegram-test-api is not installed: tests/interop/install.sh does that");

        var port = FreePort();
        using var server = Process.Start(new ProcessStartInfo("node", [Path.Combine(root, "tests/interop/telegram.js"), $"{port}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            Assert.That(await server.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Patience), Is.EqualTo("listening"));
            await using var lab = await PulseLab.OpenAsync();
            lab.Program.Settings["TELEGRAM_API"] = $"http://127.0.0.1:{port}";
            var daemon = lab.RunDaemon();
            await daemon.SaysAsync("has started");
            await lab.WorkAsync("naledi");
            await daemon.SaysAsync("accepted by 127.0.0.1");

            using var http = new HttpClient();
            var texts = new List<string?>();
            await Eventually.TrueAsync(
                () => texts.Exists(text => text!.Contains("naledi", StringComparison.Ordinal)) || Ask(),
                "a pulse with naledi in it",
                () => string.Join('\n', texts));
            Assert.That(texts[0], Does.StartWith("<b>").And.Contain("\nAthena, "));

            bool Ask()
            {
                using var answer = http.PostAsJsonAsync(
                    new Uri($"http://127.0.0.1:{port}/getUpdatesHistory"), new { token = PulseLab.Token }).GetAwaiter().GetResult();
                var history = answer.Content.ReadFromJsonAsync<JsonElement>().GetAwaiter().GetResult().GetProperty("result");
                texts = [.. history.EnumerateArray().Select(update => update.GetProperty("message").GetProperty("text").GetString())];
                return texts.Exists(text => text!.Contains("naledi", StringComparison.Ordinal));
            }
        }
        finally
        {
            server.StandardInput.Close();
            if (!server.WaitForExit(TimeSpan.FromSeconds(10))) server.Kill();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Root([CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "../.."));
}
