using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.Tests.GrafanaLog;

/// <summary>Whatever a client lengthens, who asked, when, for what and with which answer is read as in the whole line.</summary>
public sealed class LongLineTests
{
    private static readonly string[] Pieces =
    [
        "x", "<", "\"", "\\", "\n", "é", "名", "😀", " ", "=", "userId=1 ", "\",\"userId\":1,\"x\":\"", "\u0001",
    ];

    private static readonly JsonSerializerOptions AsGo = new() { Encoder = JavaScriptEncoder.Default };

    [Test]
    public void A_lengthened_line_says_what_it_said([Range(1, 60)] int seed)
    {
        var random = new Random(seed);
        string Hostile(int signs)
        {
            string piece = Pieces[random.Next(Pieces.Length)];
            var text = new StringBuilder();
            while (text.Length < signs)
                text.Append(random.Next(4) == 0 ? piece = Pieces[random.Next(Pieces.Length)] : piece);
            return text.ToString();
        }

        string login = Hostile(random.Next(1, 60));
        string path = random.Next(3) == 0 ? "/api/" + Hostile(random.Next(20_000, 200_000)) : "/d/ward";
        string referer = Hostile(random.Next(300_000, 1_200_000));
        byte[] line = seed % 2 == 0 ? Text(login, path, referer) : Json(login, path, referer);

        var kept = new LongLine();
        for (int at = 0; at < line.Length;)
        {
            int length = Math.Min(random.Next(1, 90_000), line.Length - at);
            kept.Add(line.AsSpan(at, length));
            at += length;
        }

        Assert.That(kept.IsCut, Is.False);
        LogLine whole = LogLine.Parse(line);
        LogLine read = LogLine.Parse(kept.Finish());
        Assert.That(read.Kind, Is.EqualTo(LineKind.Request));
        Assert.That((read.UserId, read.OrgId, read.Status, read.Time), Is.EqualTo((whole.UserId, whole.OrgId, whole.Status, whole.Time)));
        Assert.That((read.UserId, read.Status), Is.EqualTo((42L, 200)));
        Assert.That(read.Login.ToString(), Is.EqualTo(login));
        Assert.That(read.Method.ToString(), Is.EqualTo("GET"));
        Assert.That(kept.Finish().Length, Is.LessThan(4 * LongLine.LongestValue));
        // JSON writes a sign above U+FFFF as two escapes, between which it may have been cut.
        Assert.That(whole.Referer.ToString(), Does.StartWith(read.Referer.ToString().TrimEnd('\uFFFD')));
        Assert.That(whole.Path.ToString(), Does.StartWith(read.Path.ToString().TrimEnd('\uFFFD')));
    }

    [Test]
    public void A_line_without_long_values_stays_as_it_is()
    {
        byte[] line = Text("naledi", "/d/ward", "https://grafana.example.org/d/ward?orgId=1&x=\"y\"");
        var kept = new LongLine();
        kept.Add(line);
        Assert.That(kept.Finish().ToArray(), Is.EqualTo(line));
    }

    [Test]
    public void Of_a_line_whose_rest_is_unknown_the_fields_before_are_read()
    {
        byte[] line = Text("naledi", "/d/ward", new string('<', 500_000));
        var kept = new LongLine();
        kept.Add(line.AsSpan(0, 300_000));
        LogLine read = LogLine.Parse(kept.Finish(isWhole: false));
        Assert.That((read.Kind, read.UserId), Is.EqualTo((LineKind.Request, 42L)));
    }

    private static byte[] Text(string login, string path, string referer) => Encoding.UTF8.GetBytes(
        $"logger=context userId=42 orgId=1 uname={GrafanasQuoting.Write(login)} t=2026-11-21T03:36:45.009237129+02:00 level=info "
        + $"msg=\"Request Completed\" method=GET path={GrafanasQuoting.Write(path)} status=200 remote_addr=127.0.0.1 time_ms=67 "
        + $"duration=67.1ms size=52195 referer={GrafanasQuoting.Write(referer)} handler=/d/:uid status_source=server");

    private static byte[] Json(string login, string path, string referer) => JsonSerializer.SerializeToUtf8Bytes(
        new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["duration"] = "67.1ms",
            ["handler"] = "/d/:uid",
            ["level"] = "info",
            ["logger"] = "context",
            ["method"] = "GET",
            ["msg"] = "Request Completed",
            ["orgId"] = 1,
            ["path"] = path,
            ["referer"] = referer,
            ["size"] = 5,
            ["status"] = 200,
            ["t"] = "2026-11-21T03:36:45.009237129+02:00",
            ["time_ms"] = 67,
            ["uname"] = login,
            ["userId"] = 42,
        },
        AsGo);
}
