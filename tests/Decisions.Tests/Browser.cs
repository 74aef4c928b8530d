using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Athena.Tests.Shared;

namespace Athena.Decisions.Tests;

/// <summary>
/// Chromium without a window, driven by its own protocol: what it does is done from outside of the page, whose policy forbids scripts.
/// </summary>
internal sealed partial class Browser : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly TemporaryDirectory profile = new();
    private readonly ClientWebSocket socket = new();
    private readonly Process process;
    private readonly List<string> events = [];
    private string session = "";
    private int last;

    private Browser(string program) => process = Process.Start(new ProcessStartInfo(program,
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage", "--no-first-run",
        "--remote-debugging-port=0", $"--user-data-dir={profile.Path}", "about:blank",
    ])
    { RedirectStandardError = true, RedirectStandardOutput = true })!;

    /// <summary>What the page tried and its policy forbade, and what it said on its console.</summary>
    public IReadOnlyList<string> Events => events;

    public static async Task<Browser> StartAsync()
    {
        var program = Array.Find(Names, name => Environment.GetEnvironmentVariable("PATH")!.Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, name))));
        if (program is null) NotRun.Missing("chromium is not installed, so nobody looked at the page and pressed its buttons.");
        var browser = new Browser(program);
        using var patience = new CancellationTokenSource(Patience);
        while (await browser.process.StandardError.ReadLineAsync(patience.Token) is { } line)
        {
            if (Listening().Match(line) is not { Success: true } match) continue;
            _ = browser.process.StandardError.ReadToEndAsync(CancellationToken.None);
            _ = browser.process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            await browser.socket.ConnectAsync(new Uri(match.Value), patience.Token);
            var target = await browser.AskAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
            var attached = await browser.AskAsync(
                "Target.attachToTarget", new JsonObject { ["targetId"] = target["targetId"]!.DeepClone(), ["flatten"] = true });
            browser.session = attached["sessionId"]!.GetValue<string>();
            foreach (var domain in (string[])["Page", "Runtime", "Log"]) await browser.AskAsync($"{domain}.enable", []);
            return browser;
        }

        throw new InvalidOperationException("Chromium ended before it listened.");
    }

    /// <summary>Opens an address, and waits until all of it is there.</summary>
    public async Task OpenAsync(string url)
    {
        await AskAsync("Page.navigate", new JsonObject { ["url"] = url });
        await LoadedAsync();
    }

    /// <summary>Waits until the page is whole, whichever it is now.</summary>
    public Task LoadedAsync() => UntilAsync("document.readyState === 'complete' && location.href !== 'about:blank'");

    /// <summary>Waits until an expression is true in the page.</summary>
    public async Task UntilAsync(string expression)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await TryAsync(expression) != "true")
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>What an expression is in the page, as text.</summary>
    public async Task<string> EvaluateAsync(string expression)
    {
        var answer = await AskAsync(
            "Runtime.evaluate",
            new JsonObject { ["expression"] = $"String({expression})", ["returnByValue"] = true, ["userGesture"] = true });
        Assert.That(answer["exceptionDetails"]?.ToJsonString(), Is.Null, expression);
        return answer["result"]!["value"]!.GetValue<string>();
    }

    /// <summary>A screen of this width, in light or dark.</summary>
    public async Task ShowAsync(int width, int height, bool isDark)
    {
        await AskAsync("Emulation.setDeviceMetricsOverride", new JsonObject
        {
            ["width"] = width,
            ["height"] = height,
            ["deviceScaleFactor"] = 1,
            ["mobile"] = width < 600,
        });
        await AskAsync("Emulation.setEmulatedMedia", new JsonObject
        {
            ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }),
        });
    }

    /// <summary>Presses a key, as a person with a keyboard alone.</summary>
    public async Task PressAsync(string key, int code, string? text = null)
    {
        foreach (var kind in (string[])["keyDown", "keyUp"])
        {
            var press = new JsonObject { ["type"] = kind, ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = code };
            if (text is not null && kind == "keyDown") press["text"] = text;
            await AskAsync("Input.dispatchKeyEvent", press);
        }
    }

    /// <summary>Types into what has the focus.</summary>
    public Task TypeAsync(string text) => AskAsync("Input.insertText", new JsonObject { ["text"] = text });

    /// <summary>A picture of the whole page, as PNG.</summary>
    public async Task<byte[]> PictureAsync() => Convert.FromBase64String(
        (await AskAsync("Page.captureScreenshot", new JsonObject { ["captureBeyondViewport"] = true }))["data"]!.GetValue<string>());

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        try
        {
            profile.Dispose();
        }
        catch (IOException)
        {
            // A process of it that is on its way out writes once more.
        }
    }

    private async Task<string?> TryAsync(string expression)
    {
        try
        {
            var answer = await AskAsync(
                "Runtime.evaluate", new JsonObject { ["expression"] = $"String({expression})", ["returnByValue"] = true });
            return answer["result"]?["value"]?.GetValue<string>();
        }
        catch (InvalidOperationException)
        {
            // Between two pages there is none to ask.
            return null;
        }
    }

    private async Task<JsonObject> AskAsync(string method, JsonObject parameters)
    {
        using var patience = new CancellationTokenSource(Patience);
        var id = ++last;
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (session.Length > 0) message["sessionId"] = session;
        await socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        while (true)
        {
            var answer = await ReadAsync(patience.Token);
            if (answer["id"]?.GetValue<int>() == id)
                return answer["result"] as JsonObject ?? throw new InvalidOperationException(answer.ToJsonString());
            if (answer["method"]?.GetValue<string>() is "Log.entryAdded" or "Runtime.consoleAPICalled" or "Page.javascriptDialogOpening")
                events.Add(answer["params"]!.ToJsonString());
        }
    }

    private async Task<JsonObject> ReadAsync(CancellationToken cancel)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, cancel);
            whole.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return (JsonObject)JsonNode.Parse(whole.ToArray())!;
        }
    }

    [GeneratedRegex(@"ws://\S+")]
    private static partial Regex Listening();
}
