using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Athena.Sandbox.Loki;

/// <summary>
/// Compares a Loki with the recordings: what it refuses and with which words, and how it cuts pages, for which some lines of our own are
/// pushed under a label of their own.
/// </summary>
internal sealed partial class LokiContract : IDisposable
{
    private readonly HttpClient http;
    private readonly string tenant;
    private readonly string own;

    /// <param name="tenant">Whose lines ours are.</param>
    /// <param name="seed">Tells our lines from those of another run.</param>
    public LokiContract(Uri url, string tenant, int seed)
    {
        http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };
        (this.tenant, own) = (tenant, $"{{athena_contract=\"{seed}\"}}");
        labels = new() { ["athena_contract"] = $"{seed}" };
    }

    private readonly Dictionary<string, string> labels;

    public void Dispose() => http.Dispose();

    /// <returns>One line for each thing that was compared; those that differ begin with "different".</returns>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        List<string> results = [];
        foreach (var (scene, path, headers, status, text) in Refusals())
        {
            using var answer = await AskAsync(path, headers).ConfigureAwait(false);
            var said = await answer.Content.ReadAsStringAsync().ConfigureAwait(false);
            results.Add(Result(
                scene, (int)answer.StatusCode == status && Words(said) == Words(text), $"{status} {text.Trim()}",
                $"{(int)answer.StatusCode} {said.Trim()}"));
        }

        results.AddRange(await PagesAsync().ConfigureAwait(false));
        return results;
    }

    /// <summary>The recorded refusals of questions that our programs might ask.</summary>
    internal static IEnumerable<(string Scene, string Path, Dictionary<string, string> Headers, int Status, string Text)> Refusals()
    {
        foreach (var line in Embedded("loki/api.jsonl"))
        {
            var exchange = JsonDocument.Parse(line).RootElement;
            var (path, status) = (exchange.GetProperty("path").GetString()!, exchange.GetProperty("status").GetInt32());
            if (status < 400 || !path.StartsWith("/loki/api/v1/query_range", StringComparison.Ordinal)) continue;
            yield return (
                exchange.GetProperty("scene").GetString()!, path, Headers(exchange), status, exchange.GetProperty("text").GetString()!);
        }
    }

    internal static IEnumerable<string> Embedded(string name)
    {
        using var reader = new StreamReader(typeof(LokiContract).Assembly.GetManifestResourceStream(name)!);
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static Dictionary<string, string> Headers(JsonElement exchange) =>
        exchange.GetProperty("headers").EnumerateObject().ToDictionary(header => header.Name, header => header.Value.GetString()!);

    private async Task<List<string>> PagesAsync()
    {
        var now = LokiQuery.Nanoseconds(DateTimeOffset.UtcNow);
        string[] lines = ["one", "two", "three"];
        for (var times = 0; times < 2; times++) // The same entry again is one.
        {
            using var pushed = await PushAsync([.. lines.Select(line => (now, line)), (now + 1000, "later")]).ConfigureAwait(false);
            if (!pushed.IsSuccessStatusCode) return [Result("push", false, "204", $"{(int)pushed.StatusCode}")];
        }

        async Task<string> RangeAsync(long from, long to, int limit)
        {
            var path = string.Create(
                CultureInfo.InvariantCulture,
                $"/loki/api/v1/query_range?query={Uri.EscapeDataString(own)}&start={from}&end={to}&direction=forward&limit={limit}");
            for (var tries = 0; ; tries++)
            {
                using var answer = await AskAsync(path, new() { ["X-Scope-OrgID"] = tenant }).ConfigureAwait(false);
                var said = await answer.Content.ReadAsStringAsync().ConfigureAwait(false);
                if (!answer.IsSuccessStatusCode) return $"{(int)answer.StatusCode} {said}";
                var json = JsonSerializer.Deserialize<JsonElement>(said);
                var found = json.GetProperty("data").GetProperty("result").EnumerateArray()
                    .SelectMany(stream => stream.GetProperty("values").EnumerateArray()).Select(value => value[1].GetString()).ToList();
                if (found.Count > 0 || tries == 20) return string.Join(' ', found);
                await Task.Delay(250).ConfigureAwait(false); // What was pushed a moment ago is not always there.
            }
        }

        var (all, cut, exclusive) = (
            await RangeAsync(now - 1000, now + 2000, 10).ConfigureAwait(false),
            await RangeAsync(now, now + 2000, 2).ConfigureAwait(false),
            await RangeAsync(now, now + 1000, 10).ConfigureAwait(false));
        return
        [
            Result("entries with one timestamp, and one that was pushed twice", all == "one two three later", "one two three later", all),
            Result("a page is cut between entries of one timestamp", cut == "one two", "one two", cut),
            Result("start is inclusive, end exclusive", exclusive == "one two three", "one two three", exclusive),
        ];
    }

    private async Task<HttpResponseMessage> PushAsync(IEnumerable<(long At, string Line)> entries)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/loki/api/v1/push");
        request.Headers.Add("X-Scope-OrgID", tenant);
        var values = entries.Select(entry => new[] { entry.At.ToString(CultureInfo.InvariantCulture), entry.Line });
        request.Content = new StringContent(
            JsonSerializer.Serialize(new { streams = new[] { new { stream = labels, values } } }), Encoding.UTF8, "application/json");
        return await http.SendAsync(request).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> AskAsync(string path, Dictionary<string, string> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request).ConfigureAwait(false);
    }

    /// <summary>Numbers differ from one Loki to the next.</summary>
    private static string Words(string text) => Digits().Replace(text.Trim(), "N");

    private static string Result(string scene, bool isSame, string recorded, string answered) =>
        isSame ? $"as recorded: {scene}" : $"different: {scene}: recorded {recorded}, answered {answered}";

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Digits();
}

/// <summary><c>athena-sandbox contract-loki</c>: one line a comparison, and exit code 0 only when nothing differs.</summary>
internal static class LokiContractCommand
{
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        var options = new CommandLine(args, "url", "tenant", "seed");
        if (options.Text("url") is not { } url || !Uri.TryCreate(url, UriKind.Absolute, out var address))
            throw new FormatException("contract-loki needs --url, for example http://127.0.0.1:3100.");
        using var contract = new LokiContract(
            address, options.Text("tenant") ?? "athena-contract", options.Number("seed", Environment.TickCount & 0xffff));
        IReadOnlyList<string> results;
        try
        {
            results = await contract.RunAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await output.WriteLineAsync($"Cannot compare: {e.Message}").ConfigureAwait(false);
            return 2;
        }

        foreach (var result in results) await output.WriteLineAsync(result).ConfigureAwait(false);
        var different = results.Count(result => result.StartsWith("different", StringComparison.Ordinal));
        await output.WriteLineAsync($"{results.Count - different} as recorded, {different} differently.").ConfigureAwait(false);
        return different == 0 ? 0 : 1;
    }
}
