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

    /// <summary>After so many requests comes a line of another part of Grafana: a reader of the log meets all kinds.</summary>
    private const int RequestsPerNoise = 12;

    private static readonly string[] LeftOut =
        [
            "/api/admin/", "/api/user/signup", "/api/user/invite", "/api/serviceaccounts", "/api/org", "/api/users", "/logout",
            "/api/user/using",
        ];

    public async Task PlayAsync(CancellationToken cancellation)
    {
        var lines = Load(options, uname => grafana.Database.Find(uname) is { } found ? (found.Id, uname) : null);
        var noise = Lines("noise.log").ToArray();
        var written = 0;
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
                Write($"{start}t={now}{end}");
                if (++written % RequestsPerNoise == 0)
                    Write(TimePattern().Replace(noise[written / RequestsPerNoise % noise.Length], "$1=" + now));
            }

            await Task.Delay(LongestPause, options.Time, cancellation).ConfigureAwait(false);
        }

        // A Grafana that is stopped answers nobody, and so does one without its database.
        void Write(string line)
        {
            if (grafana is { IsListening: true, Faults: { DatabaseDown: false, Aborting: false } })
                grafana.Log.WriteRaw(Encoding.UTF8.GetBytes(line + "\n"));
        }
    }

    /// <summary>What of a recorded line is written here: null when it is left out. The time is cut out between the two parts.</summary>
    /// <param name="person">Who does here what somebody did in the recording; null for nobody.</param>
    internal static (DateTimeOffset At, string Start, string End)? Adapt(string line, Func<string, (long Id, string Login)?> person)
    {
        var match = RequestLinePattern().Match(line);
        if (!match.Success || LeftOut.Any(p => match.Groups["path"].Value.StartsWith(p, StringComparison.Ordinal))) return null;
        if (match.Groups["path"].Value == "/login" && match.Groups["status"].Value != "200") return null;
        var (userId, login) = (0L, "");
        if (match.Groups["user"].Value != "0")
        {
            if (person(match.Groups["uname"].Value) is not { } somebody) return null;
            (userId, login) = somebody;
        }

        return (DateTimeOffset.Parse(match.Groups["t"].Value, CultureInfo.InvariantCulture),
            string.Create(CultureInfo.InvariantCulture,
                $"logger=context userId={userId} orgId={match.Groups["org"].Value} uname={login} "), match.Groups["end"].Value);
    }

    /// <summary>Empty where the log is not written as the recording was.</summary>
    internal static List<(DateTimeOffset At, string Start, string End)> Load(
        StandInOptions options, Func<string, (long Id, string Login)?> person)
    {
        if (options.LogFormat != LogFormat.Text) return [];
        return [.. Lines("recorded-day.log").Select(l => Adapt(l, person)).OfType<(DateTimeOffset, string, string)>()];
    }

    private static IEnumerable<string> Lines(string resource)
    {
        using var stream = typeof(RecordedTraffic).Assembly.GetManifestResourceStream("demo/" + resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line) yield return line;
    }

    [GeneratedRegex("\\b(t|time)=20[0-9T:.+Z-]+")]
    private static partial Regex TimePattern();

    [GeneratedRegex(
        """^logger=context userId=(?<user>\d+) orgId=(?<org>-?\d+) uname=(?<uname>[^\s"]*) t=(?<t>\S+)(?<end> level=\w+ msg="Request Completed" method=\w+ path=(?<path>\S+) status=(?<status>-?\d+) .*)$""")]
    private static partial Regex RequestLinePattern();
}
