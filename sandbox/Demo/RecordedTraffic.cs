using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Athena.Sandbox.GrafanaLog;

namespace Athena.Sandbox.Demo;

/// <summary>
/// Writes the lines of a recorded day into the log again and again, as of now and under the ids that the same people have here, so that
/// the log looks lived in. Lines that would mean a change of accounts (sign-up, enabling…) are left out: nothing of it happened here.
/// </summary>
internal sealed partial class RecordedTraffic(StandInGrafana grafana, StandInOptions options, double speed)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);

    private static readonly string[] LeftOut =
        ["/api/admin/", "/api/user/signup", "/api/user/invite", "/api/serviceaccounts", "/api/org", "/api/users", "/logout", "/api/user/using"];

    public async Task PlayAsync(CancellationToken cancellation)
    {
        var lines = Load();
        while (lines.Count > 0)
        {
            var before = lines[0].At;
            foreach (var (at, start, end) in lines)
            {
                var pause = (at - before) / speed;
                before = at;
                if (pause > LongestPause) pause = LongestPause;
                if (pause > TimeSpan.Zero) await Task.Delay(pause, options.Time, cancellation).ConfigureAwait(false);
                var now = LineWriter.Timestamp(options.Time.GetUtcNow(), options.ServerOffset);
                grafana.Log.WriteRaw(Encoding.UTF8.GetBytes($"{start}t={now}{end}\n"));
            }

            await Task.Delay(LongestPause, options.Time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>What of a recorded line is written here: null when it is left out. The time is cut out between the two parts.</summary>
    internal static (DateTimeOffset At, string Start, string End)? Adapt(string line, Func<string, long?> idOf)
    {
        var match = RequestLinePattern().Match(line);
        if (!match.Success || LeftOut.Any(p => match.Groups["path"].Value.StartsWith(p, StringComparison.Ordinal))) return null;
        if (match.Groups["path"].Value == "/login" && match.Groups["status"].Value != "200") return null;
        var userId = match.Groups["user"].Value;
        if (userId != "0")
        {
            if (idOf(match.Groups["uname"].Value) is not { } id) return null;
            userId = id.ToString(CultureInfo.InvariantCulture);
        }

        return (DateTimeOffset.Parse(match.Groups["t"].Value, CultureInfo.InvariantCulture),
            $"logger=context userId={userId} orgId={match.Groups["org"].Value} uname={match.Groups["uname"].Value} ", match.Groups["end"].Value);
    }

    private List<(DateTimeOffset At, string Start, string End)> Load()
    {
        if (options.LogFormat != LogFormat.Text) return [];
        using var stream = typeof(RecordedTraffic).Assembly.GetManifestResourceStream("demo/recorded-day.log")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var lines = new List<(DateTimeOffset At, string Start, string End)>();
        while (reader.ReadLine() is { } line)
            if (Adapt(line, uname => grafana.Database.Find(uname)?.Id) is { } adapted) lines.Add(adapted);

        return lines;
    }

    [GeneratedRegex("""^logger=context userId=(?<user>\d+) orgId=(?<org>-?\d+) uname=(?<uname>[^\s"]*) t=(?<t>\S+)(?<end> level=\w+ msg="Request Completed" method=\w+ path=(?<path>\S+) status=(?<status>-?\d+) .*)$""")]
    private static partial Regex RequestLinePattern();
}
