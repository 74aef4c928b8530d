using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Notify.Channels.Telegram;

/// <summary>A message goes to a Bot API server that other people wrote.</summary>
[Category("Interop")]
public sealed class TelegramInteropTests
{
    private Process? _server;

    [TearDown]
    public async Task StopAsync()
    {
        if (_server is null)
            return;
        _server.StandardInput.Close();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(10));
        try
        {
            await _server.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _server.Kill();
        }

        _server.Dispose();
        _server = null;
    }

    [Test]
    public async Task A_pulse_arrives_as_it_was_written()
    {
        Uri api = await StartAsync();
        TelegramText text = new(
        [
            new([new("Athena · 06:00–06:15 SAST", TelegramStyle.Bold)]),
            new([new(Cell.Right("1", 2) + "  " + Cell.Left("<script>&\u202E", 20) + Cell.Right("120", 6))], IsTable: true),
            new([new(Cell.Right("2", 2) + "  " + Cell.Left("😀 漢字", 20) + Cell.Right("7", 6))], IsTable: true),
        ]);
        TelegramSettings settings = new(TelegramSettingsTests.Token, "-1001234567890") { Api = api, Thread = 3 };
        using TelegramBot bot = new(settings, TimeProvider.System);
        DeliveryResult result = await bot.SendAsync(text, isSilent: true, default);
        TelegramCheck check = await bot.GetMeAsync(default);

        using HttpClient http = new();
        using var answer = await http.PostAsJsonAsync(new Uri(api, "/getUpdatesHistory"), new { token = settings.Token });
        JsonElement history = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("result");
        JsonElement message = history.EnumerateArray().Single().GetProperty("message");
        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Accepted), result.Detail);
            Assert.That(
                check, Is.EqualTo(new TelegramCheck(true, $"{settings.Place} knows the bot as \"Test First name\" (@TestNameBot)")));
            Assert.That(message.GetProperty("text").GetString(), Is.EqualTo(TelegramWriter.Html(text)));
            Assert.That(message.GetProperty("chat_id").GetString(), Is.EqualTo("-1001234567890"));
            Assert.That(message.GetProperty("parse_mode").GetString(), Is.EqualTo("HTML"));
            Assert.That(message.GetProperty("message_thread_id").GetInt64(), Is.EqualTo(3));
            Assert.That(message.GetProperty("disable_notification").GetBoolean(), Is.True);
            Assert.That(Markup.Read(TelegramWriter.Html(text)).Text, Is.EqualTo(TelegramWriter.Plain(text)));
        });
    }

    private async Task<Uri> StartAsync()
    {
        Tool.Need("node");
        string root = Some.RepositoryRoot();
        if (!Directory.Exists(Path.Combine(root, "artifacts", "interop", "node_modules", "telegram-test-api")))
            NotRun.Missing("telegram-test-api is not installed: tests/interop/install.sh does that");
        int port = FreePort();
        ProcessStartInfo start = new("node", [Path.Combine(root, "tests", "interop", "telegram.js"), $"{port}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _server = Process.Start(start)!;
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        string? line = await _server.StandardOutput.ReadLineAsync(patience.Token);
        Assert.That(line, Is.EqualTo("listening"));
        return new Uri($"http://127.0.0.1:{port}");
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
