using Athena.Common.Grafana.Api;
using Athena.Sandbox.Contract;

namespace Athena.Sandbox;

/// <summary><c>athena-sandbox contract</c>: one line an exchange, a summary, and exit code 0 only when nothing differs.</summary>
internal static class ContractCommand
{
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        var options = new CommandLine(args, "url", "user", "password-file", "seed");
        if (options.Text("url") is not { } url || !Uri.TryCreate(url, UriKind.Absolute, out var address))
            throw new FormatException("contract needs --url, for example http://127.0.0.1:3000.");
        if (options.Text("password-file") is not { } file)
            throw new FormatException("contract needs --password-file: the password of a server admin, in a file.");
        var seed = options.Number("seed", Environment.TickCount & 0xffff);
        var password = (await File.ReadAllTextAsync(file).ConfigureAwait(false)).TrimEnd('\r', '\n');
        using var replay = new ContractReplay(address, options.Text("user") ?? "admin", password, seed);
        IReadOnlyList<ContractResult> results;
        try
        {
            results = await replay.RunAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException)
        {
            await output.WriteLineAsync($"Cannot compare: {e.Message}").ConfigureAwait(false);
            return 2;
        }

        foreach (var note in replay.Notes) await output.WriteLineAsync(note).ConfigureAwait(false);
        foreach (var result in results) await output.WriteLineAsync(result.ToString()).ConfigureAwait(false);
        await output.WriteLineAsync(Summary(results, seed)).ConfigureAwait(false);
        return results.Any(r => r.Verdict == ContractVerdict.Different) ? 1 : 0;
    }

    /// <summary>The counts, and each reason for not asking with its number.</summary>
    public static string Summary(IReadOnlyList<ContractResult> results, int seed)
    {
        var lines = new List<string>
        {
            $"{results.Count(r => r.Verdict == ContractVerdict.Same)} answered as recorded, "
            + $"{results.Count(r => r.Verdict == ContractVerdict.Different)} differently, "
            + $"{results.Count(r => r.Verdict == ContractVerdict.NotReplayed)} not asked; order by seed {seed}.",
        };
        lines.Add(
            $"Each of the {RouteTable.Rows.Count} routes of our programs was asked {RouteTable.Rows.Min(Asked)} to "
            + $"{RouteTable.Rows.Max(Asked)} times.");
        lines.AddRange(results.Where(r => r.Verdict == ContractVerdict.NotReplayed).GroupBy(r => r.Detail)
            .Select(g => $"  {g.Count()} not asked: {g.Key}"));
        return string.Join(Environment.NewLine, lines);

        int Asked(Common.Grafana.Api.Route row) => ContractPlan.Of(row).Count(
            exchange => results.Any(r =>
                r.Verdict != ContractVerdict.NotReplayed
                    && (r.Exchange.Recording, r.Exchange.Number) == (exchange.Recording, exchange.Number)));
    }
}
