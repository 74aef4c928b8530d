using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Athena.Tests.Shared;

/// <summary>
/// A page in a Chromium of its own, steered by the protocol of its developer tools: pressed and typed as a person does, and seen in any
/// size, light and dark. For one caller at a time.
/// </summary>
internal sealed class ChromiumPage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly JsonElement Refusal = JsonSerializer.Deserialize<JsonElement>("{}");

    private readonly ClientWebSocket socket = new();
    private readonly Process? browser;
    private readonly TemporaryDirectory? profile;
    private readonly Uri tools;
    private int lastId;

    private ChromiumPage(Uri tools, Process? browser = null, TemporaryDirectory? profile = null) =>
        (this.tools, this.browser, this.profile) = (tools, browser, profile);

    public static async Task<ChromiumPage> OpenAsync(Uri address)
    {
        var profile = new TemporaryDirectory();
        var browser = Chromium.Start(profile, "--remote-debugging-port=0", "about:blank");
        var line = "";
        while (!line.StartsWith("DevTools listening on ", StringComparison.Ordinal))
            line = await browser.StandardError.ReadLineAsync() ?? throw new AssertionException("Chromium ended at its start.");
        _ = browser.StandardError.ReadToEndAsync();
        var page = new ChromiumPage(new Uri(line[(line.IndexOf("//", StringComparison.Ordinal) - 3)..]), browser, profile);
        await page.AttachAsync("about:blank");
        await page.AskAsync("Page.enable", new { });
        await page.GoAsync(address);
        return page;
    }

    public async Task GoAsync(Uri address)
    {
        await AskAsync("Page.navigate", new { url = address });
        await UntilAsync($"document.readyState === 'complete' && location.href.startsWith('{address}')");
    }

    /// <summary>The page that was opened in a tab of its own; its address holds <paramref name="part"/>.</summary>
    public async Task<ChromiumPage> OtherTabAsync(string part)
    {
        var page = new ChromiumPage(tools);
        await page.AttachAsync(part);
        await page.UntilAsync("document.readyState === 'complete'");
        return page;
    }

    /// <summary>From another tab to this one.</summary>
    public Task ComeBackAsync() => AskAsync("Page.bringToFront", new { });

    /// <param name="isDark">What the person prefers.</param>
    public async Task ShowAsync(int width, int height, bool isDark)
    {
        await AskAsync("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = false });
        await AskAsync(
            "Emulation.setEmulatedMedia",
            new { features = new[] { new { name = "prefers-color-scheme", value = isDark ? "dark" : "light" } } });
    }

    /// <summary>The value of an expression in the page, awaited when it is a promise.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        var answer = await AskAsync("Runtime.evaluate", new { expression, awaitPromise = true, returnByValue = true });
        return answer.TryGetProperty("exceptionDetails", out var fault)
            ? throw new AssertionException($"{expression[..Math.Min(200, expression.Length)]}: {fault}")
            : answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    /// <summary>Until the expression holds; a page that is just being loaded anew is asked again.</summary>
    public async Task UntilAsync(string expression)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await AskAsync("Runtime.evaluate", new { expression = $"Boolean({expression})", returnByValue = true });
            if (answer.TryGetProperty("result", out var result) && result.TryGetProperty("value", out var value)
                && value.ValueKind == JsonValueKind.True)
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                var shown = await AskAsync("Runtime.evaluate", new { expression = "document.body.innerText.slice(0, 2000)" });
                throw new AssertionException($"It does not come to this: {expression}\n{shown}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>
    /// A key by its name, as in JavaScript: <c>Tab</c>, <c>Enter</c>, <c>Escape</c>, <c>ArrowLeft</c>, <c>ArrowRight</c>.
    /// </summary>
    public async Task PressAsync(string key)
    {
        var code = key switch
        {
            "Tab" => 9,
            "Enter" => 13,
            "Escape" => 27,
            "ArrowLeft" => 37,
            "ArrowRight" => 39,
            _ => throw new ArgumentException(key),
        };
        var text = key == "Enter" ? "\r" : "";
        await AskAsync("Input.dispatchKeyEvent", new { type = "keyDown", key, code = key, windowsVirtualKeyCode = code, text });
        await AskAsync("Input.dispatchKeyEvent", new { type = "keyUp", key, code = key, windowsVirtualKeyCode = code });
    }

    public Task TypeAsync(string text) => AskAsync("Input.insertText", new { text });

    /// <summary>Goes on with Tab until the selector fits what has the keyboard.</summary>
    public async Task TabToAsync(string selector)
    {
        for (var i = 0; i < 100; i++)
        {
            if ((await EvaluateAsync($"document.activeElement?.matches('{selector}') === true")).GetBoolean()) return;
            await PressAsync("Tab");
        }

        throw new AssertionException($"The keyboard does not come to {selector}.");
    }

    /// <summary>For a person to look at.</summary>
    public async Task PictureAsync(string file) =>
        await File.WriteAllBytesAsync(file, (await AskAsync("Page.captureScreenshot", new { })).GetProperty("data").GetBytesFromBase64());

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            try
            {
                await AskAsync("Browser.close", new { });
            }
            catch (WebSocketException)
            {
                // It went before it had answered.
            }

            await browser.WaitForExitAsync();
            browser.Dispose();
            try
            {
                profile!.Dispose();
            }
            catch (IOException)
            {
                // One of its helpers is still writing there: that may stay behind.
            }
        }

        socket.Dispose();
    }

    private async Task AttachAsync(string part)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Patience)
        {
            foreach (var target in await http.GetFromJsonAsync<JsonElement[]>($"http://{tools.Authority}/json/list") ?? [])
            {
                if (target.GetProperty("type").GetString() != "page" || !Text(target, "url").Contains(part, StringComparison.Ordinal))
                    continue;
                await socket.ConnectAsync(new Uri(Text(target, "webSocketDebuggerUrl")), CancellationToken.None);
                return;
            }

            await Task.Delay(50);
        }

        throw new AssertionException($"No tab came with {part}.");

        static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
    }

    /// <summary>An empty answer stands for a refusal, as while a page goes over to the next.</summary>
    private async Task<JsonElement> AskAsync(string method, object parameters)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var id = ++lastId;
        var question = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["id"] = id,
            ["method"] = method,
            ["params"] = parameters,
        });
        await socket.SendAsync(question, WebSocketMessageType.Text, true, deadline.Token);
        while (true)
        {
            // What comes without our number is an event.
            var message = JsonSerializer.Deserialize<JsonElement>(await ReceiveAsync(deadline.Token));
            if (message.TryGetProperty("id", out var answered) && answered.GetInt32() == id)
                return message.TryGetProperty("result", out var result) ? result : Refusal;
        }
    }

    private async Task<string> ReceiveAsync(CancellationToken cancel)
    {
        using var whole = new MemoryStream();
        var part = new byte[64 * 1024];
        while (true)
        {
            var read = await socket.ReceiveAsync(part.AsMemory(), cancel);
            whole.Write(part, 0, read.Count);
            if (read.EndOfMessage) return Encoding.UTF8.GetString(whole.ToArray());
        }
    }
}
