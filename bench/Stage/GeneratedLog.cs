using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Athena.Bench.Stage;

/// <summary>
/// A log of any size made of recorded lines, with other people and the time moving on, and what an exact count of it must say. The same
/// seed makes the same log. The people come and go: most lines are of the one who made the line before.
/// </summary>
internal sealed partial class GeneratedLog
{
    private const int People = 400;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(240);

    private readonly long[] requests = new long[People];
    private readonly Dictionary<(int Person, string Uid), long> opens = [];
    private readonly byte[][] heads = [.. Enumerable.Range(0, People)
        .Select(person =>
            Encoding.UTF8.GetBytes($"logger=context userId={Id(person)} orgId=1 uname=person.{Id(person)}@clinic.example.net t="))];

    private long anonymous;
    private long failed;

    private GeneratedLog()
    {
    }

    /// <summary>Time of the last line.</summary>
    public DateTimeOffset Last { get; private set; } = new(2026, 11, 1, 0, 0, 0, TimeSpan.FromHours(2));

    public long Lines { get; private set; }

    /// <summary>As <see cref="LogCount.Describe"/> writes it.</summary>
    public string Answer
    {
        get
        {
            IEnumerable<string> rows = Enumerable.Range(0, People).Where(person => requests[person] > 0).Select(person =>
                $"{Id(person)} {requests[person]} "
                + string.Join(' ', opens.Where(open => open.Key.Person == person).Select(open => $"{open.Key.Uid}:{open.Value}")
                    .Order(StringComparer.Ordinal)));
            return string.Join('\n', rows.Order(StringComparer.Ordinal)) + $"\nanonymous {anonymous}, failed logins {failed}\n";
        }
    }

    /// <param name="recorded">Lines that a Grafana wrote, in text format.</param>
    /// <param name="size">Bytes, about.</param>
    public static GeneratedLog Write(string path, IEnumerable<string> recorded, long size, int seed)
    {
        Template[] templates = [.. recorded.Where(line => !Strange().IsMatch(line)).Select(Template.Of).OfType<Template>()];
        var log = new GeneratedLog();
        var random = new Random(seed);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 20);
        var line = new byte[8192];
        var person = 0;
        for (long written = 0, i = 0; written < size; i++)
        {
            if (random.Next(10) < 3)
                person = random.Next(People);
            var length = log.Make(line, templates[i % templates.Length], person);
            file.Write(line, 0, length);
            written += length;
        }

        return log;
    }

    private static int Id(int person) => 1000 + person;

    private int Make(Span<byte> line, Template template, int person)
    {
        Last += Step;
        Lines++;
        Count(template, person);
        var length = 0;
        if (template.IsOfPerson)
            Append(line, ref length, heads[person]);
        else
            Append(line, ref length, template.Head);
        Last.TryFormat(line[length..], out var stamp, "yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture);
        length += stamp;
        "12+02:00"u8.CopyTo(line[length..]);
        length += 8;
        template.Tail.CopyTo(line[length..]);
        return length + template.Tail.Length;
    }

    private void Count(Template template, int person)
    {
        if (template.IsFailedLogin)
            failed++;
        if (template.IsAnonymous)
            anonymous++;
        if (!template.IsOfPerson)
            return;
        requests[person]++;
        if (template.Uid is { } uid)
            opens[(person, uid)] = opens.GetValueOrDefault((person, uid)) + 1;
    }

    private static void Append(Span<byte> line, ref int length, byte[] bytes)
    {
        bytes.CopyTo(line[length..]);
        length += bytes.Length;
    }

    /// <summary>
    /// Migrations; and dashboards in another form than most: the same one in two forms within moments is one opening, and who shuffles
    /// lines would not know.
    /// </summary>
    [GeneratedRegex(@"[Mm]igrat| path=/api/dashboards/uid/| path=/apis/dashboard\.grafana\.app/(?!v1beta1/)")]
    private static partial Regex Strange();

    /// <summary>A recorded line, cut at its time.</summary>
    private sealed partial class Template
    {
        public required byte[] Head { get; init; }

        public required byte[] Tail { get; init; }

        public required bool IsOfPerson { get; init; }

        public required bool IsAnonymous { get; init; }

        public required bool IsFailedLogin { get; init; }

        public required string? Uid { get; init; }

        public static Template? Of(string line)
        {
            Match match = Cut().Match(line);
            if (!match.Success)
                return null;
            var isRequest = line.StartsWith("logger=context", StringComparison.Ordinal)
                && line.Contains("msg=\"Request Completed\"", StringComparison.Ordinal);
            var isNobody = line.Contains(" userId=0 ", StringComparison.Ordinal);
            var isOpen = line.Contains("method=GET", StringComparison.Ordinal) && line.Contains(" status=200 ", StringComparison.Ordinal);
            return new Template
            {
                Head = Encoding.UTF8.GetBytes(match.Groups["head"].Value),
                Tail = Encoding.UTF8.GetBytes(match.Groups["tail"].Value + "\n"),
                IsOfPerson = isRequest && !isNobody,
                // A probe is never counted.
                IsAnonymous = isRequest && isNobody && !line.Contains(" path=/d/athena-probe-", StringComparison.Ordinal),
                IsFailedLogin = Failure().IsMatch(line),
                Uid = isRequest && isOpen && Open().Match(line) is { Success: true } open ? open.Groups["uid"].Value : null,
            };
        }

        [GeneratedRegex(@"^(?<head>logger=.*? t=)\d{4}-\d\d-\d\dT\S+(?<tail> .*)$")]
        private static partial Regex Cut();

        [GeneratedRegex("^logger=authn.service .*client=auth.client.(form|basic) .*invalid password|^logger=authn.service .*no user found")]
        private static partial Regex Failure();

        [GeneratedRegex(
            @" path=(/api/dashboards/uid/(?<uid>[^/ ""]+)|/apis/dashboard\.grafana\.app/[^/ ]+/namespaces/[^/ ]+/dashboards/(?<uid>[^/ ]+)/dto) ")]
        private static partial Regex Open();
    }
}
