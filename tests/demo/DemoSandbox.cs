using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Athena.DemoCheck;

/// <summary>The sandbox of <c>make demo</c> as a process, steered as its page steers it.</summary>
internal sealed class DemoSandbox : IAsyncDisposable
{
    private readonly Process process;
    private readonly HttpClient page;

    private DemoSandbox(Process process, JsonElement addresses)
    {
        this.process = process;
        Addresses = addresses;
        page = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri(addresses.GetProperty("page").GetString()!),
        };
    }

    /// <summary>What it wrote to <c>sandbox.json</c>: where it listens, and the passwords.</summary>
    public JsonElement Addresses { get; }

    public static async Task<DemoSandbox> StartAsync(string program, string directory, string auditFile)
    {
        var start = new ProcessStartInfo(program, ["demo", "--directory", directory, "--audit", auditFile])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { }; // Meant for a person.
        process.BeginOutputReadLine();
        var file = Path.Combine(directory, "sandbox.json");
        await EndToEnd.Harness.Eventually.TrueAsync(
            () => process.HasExited ? throw new InvalidOperationException("The sandbox ended at its start.") : File.Exists(file),
            "the sandbox is up").ConfigureAwait(false);
        return new DemoSandbox(process, JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(file).ConfigureAwait(false)));
    }

    /// <summary>Somebody signs up in the form of the page; their user id, or null when Grafana was not there.</summary>
    public async Task<long?> SignUpAsync(string name, string email)
    {
        using var answer = await page.PostAsJsonAsync("/sandbox/signup", new { name, email }).ConfigureAwait(false);
        return answer.IsSuccessStatusCode ? (await UsersAsync().ConfigureAwait(false)).First(u => u.Email == email).Id : null;
    }

    /// <summary>A button of the page or a path below <c>/sandbox/</c>.</summary>
    public async Task PressAsync(string path)
    {
        using var answer = await page.PostAsync(new Uri("/sandbox/" + path, UriKind.Relative), null).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<IReadOnlyList<DemoUser>> UsersAsync() =>
        (await page.GetFromJsonAsync<List<DemoUser>>("/sandbox/users").ConfigureAwait(false))!;

    /// <summary>All mails with their text, the newest first.</summary>
    public async Task<IReadOnlyList<DemoMail>> MailsAsync()
    {
        var rows = await page.GetFromJsonAsync<List<DemoMail>>("/sandbox/mails").ConfigureAwait(false);
        return await Task.WhenAll(rows!
            .Select(async row => (await page.GetFromJsonAsync<DemoMail>($"/sandbox/mails/{row.Number}").ConfigureAwait(false))!))
                .ConfigureAwait(false);
    }

    /// <summary>All Telegram messages, the newest first.</summary>
    public async Task<IReadOnlyList<DemoMessage>> MessagesAsync() =>
        (await page.GetFromJsonAsync<List<DemoMessage>>("/sandbox/telegram").ConfigureAwait(false))!;

    public async ValueTask DisposeAsync()
    {
        page.Dispose();
        process.Kill();
        await process.WaitForExitAsync().ConfigureAwait(false);
        process.Dispose();
    }
}
