using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Athena.Tests.Shared;

namespace Athena.EndToEnd.Harness;

/// <summary>A Bot API server that other people wrote: telegram-test-api, from npm.</summary>
internal sealed class ForeignBotApi : IDisposable
{
    private readonly Process server;
    private readonly HttpClient http = new();

    private ForeignBotApi(Process server, int port) => (this.server, Url) = (server, new Uri($"http://127.0.0.1:{port}"));

    /// <summary>For <c>TELEGRAM_API</c>.</summary>
    public Uri Url { get; }

    /// <summary>Where it is not installed the test is skipped, and says so.</summary>
    public static async Task<ForeignBotApi> StartAsync()
    {
        var root = Root();
        if (!Directory.Exists(Path.Combine(root, "artifacts/interop/node_modules/telegram-test-api")))
            NotRun.Missing("telegram-test-api is not installed: tests/interop/install.sh does that");
        var port = FreePort();
        var server = Process.Start(new ProcessStartInfo("node", [Path.Combine(root, "tests/interop/telegram.js"), $"{port}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var api = new ForeignBotApi(server, port);
        Assert.That(await server.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Patience), Is.EqualTo("listening"));
        return api;
    }

    /// <summary>What a bot has sent, as it is now.</summary>
    public async Task<IReadOnlyList<(long Number, JsonElement Message)>> SentAsync(string token)
    {
        using var answer = await http.PostAsJsonAsync(new Uri(Url, "/getUpdatesHistory"), new { token });
        var history = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("result");
        return
        [
            .. history.EnumerateArray().Where(update => update.TryGetProperty("message", out _))
                .Select(update => (update.GetProperty("messageId").GetInt64(), update.GetProperty("message"))),
        ];
    }

    /// <summary>Somebody presses what bears this label below a message.</summary>
    public async Task PressAsync(string token, long number, JsonElement message, string label, long user)
    {
        var button = message.GetProperty("reply_markup").GetProperty("inline_keyboard").EnumerateArray()
            .SelectMany(row => row.EnumerateArray()).Single(one => one.GetProperty("text").GetString() == label);
        var chat = long.Parse(message.GetProperty("chat_id").GetString()!);
        using var answer = await http.PostAsJsonAsync(new Uri(Url, "/sendCallback"), new
        {
            botToken = token,
            from = new { id = user, first_name = "Anna" },
            message = new { message_id = number, chat = new { id = chat } },
            data = button.GetProperty("callback_data").GetString(),
        });
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose()
    {
        http.Dispose();
        server.StandardInput.Close();
        if (!server.WaitForExit(TimeSpan.FromSeconds(10))) server.Kill();
        server.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Root([CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "../../.."));
}
