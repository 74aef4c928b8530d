using Athena.Sandbox.Demo;

namespace Athena.Sandbox;

/// <summary><c>athena-sandbox flood</c>: strangers by the thousand sign up at a stand-in.</summary>
internal static class FloodCommand
{
    /// <exception cref="FormatException">The command line is wrong.</exception>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        var line = new CommandLine(args, "url", "count", "per-second");
        if (!Uri.TryCreate(line.Text("url"), UriKind.Absolute, out var url) || !url.IsLoopback)
            throw new FormatException("flood needs --url with the address of a stand-in on this machine.");
        using var flood = new Flood(url, $"{Environment.ProcessId:x}");
        await flood.PlayAsync(0, line.Number("count", 1000), line.Number("per-second", 500)).ConfigureAwait(false);
        await output.WriteLineAsync($"{flood.Accepted} strangers have signed up.").ConfigureAwait(false);
        return 0;
    }
}
