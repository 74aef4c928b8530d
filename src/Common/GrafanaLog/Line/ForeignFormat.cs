using System.Text;
using System.Text.RegularExpressions;
using Athena.Common.Text;

namespace Athena.Common.GrafanaLog.Line;

/// <summary>
/// Copies of a log that something wrote its own marks into, and logs of a Grafana that is too old. They are refused and not read: a program
/// that prints what strangers typed behind a mark of its own could else write lines in Grafana's name. The refusal says what makes a
/// readable one.
/// </summary>
internal static partial class ForeignFormat
{
    /// <summary>So many bytes of a file are enough to tell.</summary>
    public const int Enough = 64 * 1024;

    private const int MostShown = 60;

    /// <param name="begin">First bytes of a file in which no line was understood.</param>
    /// <returns>What it is and what to do, a sentence or two; null when it is nothing that is known.</returns>
    public static string? Explain(ReadOnlySpan<byte> begin, string path)
    {
        if (begin.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || begin.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return $"{path} is UTF-16, as PowerShell writes it. Make a readable copy: iconv -f UTF-16 -t UTF-8 FILE > grafana.log";
        if (begin.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) || begin.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]))
            return $"{path} is packed. Unpack a copy: zcat FILE > grafana.log (or zstdcat)";
        foreach (Range range in begin.Split((byte)'\n'))
        {
            if (ExplainLine(begin[range]) is { } what)
                return $"{path} {what}";
        }
        return null;
    }

    private static string? ExplainLine(ReadOnlySpan<byte> line)
    {
        if (line.Length > LongLine.LongestValue || LogLine.Parse(line).Kind != LineKind.NotUnderstood)
            return null;
        if (line.StartsWith("{"u8))
            return ExplainWrapped(line);
        if (line.IndexOf(" lvl="u8) >= 0 && line.IndexOf("msg="u8) >= 0)
            return Old;
        int at = BeginOfGrafana(line);
        return at > 0 ? ExplainPrefix(Encoding.UTF8.GetString(line[..at])) : null;
    }

    private const string Old =
        "is written by Grafana 8 or older (lvl= where later ones write level=). Such a log is not read: Grafana 9 and later are.";

    private static string? ExplainWrapped(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf("\"lvl\":"u8) >= 0)
            return Old;
        if (line.IndexOf("logger="u8) < 0 && line.IndexOf("\\\"logger\\\""u8) < 0)
            return null;
        return line.IndexOf("\"MESSAGE\""u8) >= 0
            ? "is a journal in JSON. Make a readable copy: journalctl -u grafana-server -o cat > grafana.log"
            : line.IndexOf("\"log\""u8) >= 0
                ? "is a container's log as Docker keeps it, each line wrapped in JSON. Make a readable copy: docker logs CONTAINER > "
                    + "grafana.log 2>&1 (or jq -j .log FILE)"
                : "has each line of Grafana wrapped in JSON by another program. Make a copy of what Grafana wrote: journalctl -u "
                    + "grafana-server -o cat, docker logs or kubectl logs";
    }

    /// <summary>Where a line of Grafana's begins behind something else; -1 when nowhere.</summary>
    private static int BeginOfGrafana(ReadOnlySpan<byte> line)
    {
        int from = 1;
        while (from < line.Length)
        {
            int logger = line[from..].IndexOf("logger="u8);
            int time = line[from..].IndexOf("t=2"u8);
            int json = line[from..].IndexOf("{\""u8);
            int next = new[] { logger, time, json }.Where(at => at >= 0).DefaultIfEmpty(-1).Min();
            if (next < 0)
                return -1;
            from += next;
            bool isBegin = !char.IsAsciiLetterOrDigit((char)line[from - 1]) || Colour().IsMatch(Encoding.UTF8.GetString(line[..from]));
            if (isBegin && LogLine.Parse(line[from..]).Kind is not (LineKind.NotUnderstood or LineKind.Console))
                return from;
            from++;
        }
        return -1;
    }

    private static string ExplainPrefix(string prefix)
    {
        string remedy = Syslog().IsMatch(prefix) ? "journalctl -u grafana-server -o cat > grafana.log"
            : Cri().IsMatch(prefix) ? "kubectl logs POD > grafana.log, or cut -d' ' -f4- FILE > grafana.log"
            : Pod().IsMatch(prefix) ? "kubectl logs POD > grafana.log, without --prefix"
            : Compose().IsMatch(prefix) ? "docker compose logs --no-color --no-log-prefix grafana > grafana.log"
            : Stamp().IsMatch(prefix) ? "docker logs or kubectl logs without --timestamps"
            : "journalctl -o cat, docker logs, or kubectl logs without --prefix and --timestamps write none";
        return "has a mark before each line that Grafana does not write "
            + $"(«{UntrustedText.Visible(Blanks().Replace(prefix.Trim(), " "), MostShown)}»). Make a readable copy: {remedy}";
    }

    [GeneratedRegex(@"\x1b\[[\d;]*m$")]
    private static partial Regex Colour();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    /// <summary><c>Nov 20 10:00:10 host grafana[812]: </c>, also with a time as in RFC 3339, also with the priority before.</summary>
    [GeneratedRegex(@"^(<\d+>)?(\p{L}{3}\.? +\d+ +\d\d:\d\d:\d\d(\.\d+)?|\d{4}-\d\d-\d\dT\S+) +\S+ +[^\s:]+(\[\d+\])?: *$")]
    private static partial Regex Syslog();

    /// <summary><c>2026-11-20T08:00:10.1Z stdout F </c>.</summary>
    [GeneratedRegex(@"^\S+ (stdout|stderr) [FP] *$")]
    private static partial Regex Cri();

    /// <summary><c>[pod/grafana-0/grafana] </c>.</summary>
    [GeneratedRegex(@"^\[pod/[^\]]*\] ")]
    private static partial Regex Pod();

    /// <summary><c>grafana-1  | </c>, perhaps coloured.</summary>
    [GeneratedRegex(@"\| *(\x1b\[\d*m)*(\d{4}-\d\d-\d\dT\S+ )?$")]
    private static partial Regex Compose();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[T ]\S+ *$")]
    private static partial Regex Stamp();
}
