using System.Text;
using Athena.Common.GrafanaLog.Line;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.GrafanaLog;

/// <summary>
/// The short way through a request line decides nothing: what it reads is what the walk over all fields reads. A space before the line says
/// nothing and leaves only the walk, so every line is read twice.
/// </summary>
public sealed class UsualFieldsProperties
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(2000);

    private static readonly string[] Keys =
        [
            "logger", "userId", "orgId", "uname", "t", "level", "msg", "method", "path", "status", "remote_addr", "time_ms", "duration",
            "size", "referer", "handler", "status_source",
        ];

    private static readonly Gen<string> Piece = Gen.Elements(
        " ", "  ", "=", "\"", "\\", "\\\"", "\n", "\t", "\0", "\x7f", "é", "😀", "null", "{", "a", "0", "-1", "userId=1", " uname=admin ",
        "msg=\"Request Completed\"", "logger=context",
        "a-value-that-goes-on-and-on-over-more-than-one-block-of-sixty-four-bytes-of-the-line");

    private static readonly Gen<string> Plain = Gen.Elements(
        "context", "42", "-7", "", "naledi", "2026-11-21T03:36:45.009237129+02:00", "info", "\"Request Completed\"", "GET", "/d/ward",
        "200", "::1", "server", "\"two words\"", "\"\"");

    private static readonly Gen<string> Value = Gen.Frequency(
        (6, Plain),
        (2, Piece.ArrayOf().Select(pieces => GrafanasQuoting.Write(string.Concat(pieces)))),
        (1, Piece.ArrayOf().Select(string.Concat)));

    /// <summary>
    /// All keys of a request line, nearly always in their order, some with values that nobody writes, and what is behind them.
    /// </summary>
    private static readonly Gen<string> Line =
        from values in Value.ArrayOf(Keys.Length)
        from usual in Gen.Choose(0, Keys.Length)
        from separators in Gen.Frequency((30, Gen.Constant(" ")), (1, Gen.Elements("", "  ", "\t", "\"", "="))).ArrayOf(Keys.Length)
        from rest in Value.ListOf()
        select string.Concat(Keys.Select((key, i) => $"{key}={(i < usual ? Usual(i) : values[i])}{separators[i]}"))
            + string.Join(' ', rest);

    [Test]
    public void A_line_of_any_values_is_read_as_by_the_walk() =>
        Check.One(Thorough, Prop.ForAll(Line.ToArbitrary(), line => AssertSame(Encoding.UTF8.GetBytes(line))));

    [Test]
    public void Every_recorded_line_is_read_as_by_the_walk()
    {
        foreach (byte[] line in RecordedLogs.Names.SelectMany(RecordedLogs.Lines))
            AssertSame(line);
    }

    [Test]
    public void A_line_of_any_length_is_read_as_by_the_walk()
    {
        for (int length = 0; length < 300; length++)
        {
            AssertSame(Encoding.UTF8.GetBytes(Request(new string('p', length))));
            AssertSame(Encoding.UTF8.GetBytes(Request("/ status_source=server" + new string(' ', length))));
            AssertSame(Encoding.UTF8.GetBytes(Request(string.Concat(Enumerable.Repeat("\"\" ", length)))));
        }
    }

    [Test]
    public void Recorded_requests_that_were_damaged_are_read_as_by_the_walk()
    {
        int seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        byte[][] requests =
        [
            .. RecordedLogs.Names.SelectMany(RecordedLogs.Lines).Where(line => LogLine.Parse(line).Kind == LineKind.Request),
        ];
        for (int i = 0; i < 50_000; i++)
        {
            byte[] one = requests[random.Next(requests.Length)];
            AssertSame(random.Next(4) == 0 ? Joined(one, requests[random.Next(requests.Length)], random) : Damaged(one, random));
        }
    }

    private static string Usual(int key) => Keys[key] switch
    {
        "logger" => "context",
        "level" => "info",
        "msg" => "\"Request Completed\"",
        "status_source" => "server",
        "t" => "2026-11-21T03:36:45.009237129+02:00",
        _ => "1",
    };

    private static string Request(string path) =>
        "logger=context userId=2 orgId=1 uname=naledi t=2026-11-21T03:36:45+02:00 level=info msg=\"Request Completed\" method=GET "
        + $"path={path} status=200 referer=";

    private static byte[] Damaged(byte[] original, Random random)
    {
        ReadOnlySpan<byte> marks = "\"\\= \t\0"u8;
        List<byte> line = [.. original];
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            byte mark = random.Next(4) == 0 ? (byte)random.Next(256) : marks[random.Next(marks.Length)];
            int at = random.Next(line.Count);
            switch (random.Next(3))
            {
                case 0:
                    line[at] = mark;
                    break;
                case 1:
                    line.Insert(at, mark);
                    break;
                default:
                    line.RemoveAt(at);
                    break;
            }
        }
        return [.. line.Take(random.Next(5) == 0 ? random.Next(line.Count) : line.Count)];
    }

    private static byte[] Joined(byte[] one, byte[] other, Random random) =>
        [.. one[..random.Next(one.Length)], .. other[random.Next(other.Length)..]];

    private static bool AssertSame(byte[] bytes)
    {
        // Another format, which has no short way.
        if (bytes.Length > 0 && bytes[0] == '{')
            return true;
        LogLine line = LogLine.Parse(bytes);
        LogLine walked = LogLine.Parse([(byte)' ', .. bytes]);
        if (line.Kind != LineKind.Console)
            Assert.That(Facts(line), Is.EqualTo(Facts(walked)), Encoding.UTF8.GetString(bytes));
        return true;
    }

    private static string Facts(scoped in LogLine line) =>
        $"{line.Kind} {line.Time:O} {line.UserId} {line.OrgId} {line.Status} {line.TimeMs} {Fact(line.Logger)} {Fact(line.Message)} "
        + $"{Fact(line.Login)} {Fact(line.Method)} {Fact(line.Path)} {Fact(line.RemoteAddress)} {Fact(line.Referer)} {Fact(line.User)} "
        + $"{Fact(line.Identity)} {Fact(line.ErrorMessageId)} {Fact(line.Error)} {Fact(line.Client)} {Fact(line.Permissions)}";

    private static string Fact(LogText text) => (text.IsEscaped ? "escaped " : "") + Convert.ToHexString(text.Raw);
}
