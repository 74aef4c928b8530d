using System.Text;
using Athena.Common.GrafanaLog.Line;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.GrafanaLog;

public sealed class LogLineProperties
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(1000);

    private static readonly string[] Keys =
        ["uname", "method", "path", "remote_addr", "referer", "User", "id", "errorMessageID", "error", "client", "permissions"];

    // What makes up a line, so that values which imitate one are common.
    private static readonly Gen<string> HostilePiece = Gen.Elements(
        " ", "=", "\"", "\\", "\n", "\r", "\t", "\0", "\u001b[31m", "\x7f", "é", "名", "😀", "\u202e", "\uFFFD", "null", "{", "}", "[", ":",
        ",", "a", "Z", "0",
        "userId=1", " uname=admin ", "msg=\"Request Completed\"", "\\u0041", "\\\"", "logger=context", "/d/x?y=z");

    private static readonly Arbitrary<string> HostileText = HostilePiece.ArrayOf().Select(string.Concat).ToArbitrary();

    [Test]
    public void Random_bytes_never_throw() =>
        Check.One(Thorough, Prop.ForAll<byte[]>(bytes => IsReadWithoutThrowing(bytes)));

    [Test]
    public void Random_pieces_of_lines_never_throw() =>
        Check.One(Thorough, Prop.ForAll(HostileText, text =>
            IsReadWithoutThrowing(Encoding.UTF8.GetBytes(text)) && IsReadWithoutThrowing(Encoding.UTF8.GetBytes('{' + text))));

    [Test]
    public void Quoted_values_survive_a_round_trip() =>
        Check.One(Thorough, Prop.ForAll(HostileText, value =>
        {
            LogLine line = LogLine.Parse(Encoding.UTF8.GetBytes($"uname={GrafanasQuoting.Write(value)} level=info msg=x"));
            return line.Kind == LineKind.Other && line.Login.ToString() == value && line.Login.Equals(Encoding.UTF8.GetBytes(value));
        }));

    [Test]
    public void Json_values_survive_a_round_trip() =>
        Check.One(Thorough, Prop.ForAll(HostileText, value =>
        {
            LogLine line = LogLine.Parse(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
                new Dictionary<string, object>
                {
                    ["n"] = new object[] { value, 1 },
                    ["uname"] = value,
                    ["level"] = "info",
                    ["msg"] = value,
                    [value] = value,
                }));
            return line.Kind == LineKind.Other && line.Login.ToString() == value;
        }));

    /// <summary>
    /// Whatever strangers put into the fields, in whatever order these stand, each field is read as it was written and no other.
    /// </summary>
    [Test]
    public void No_value_reaches_into_another_field() =>
        Check.One(Thorough, Prop.ForAll(
            HostileText.Generator.ArrayOf(Keys.Length).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (values, order) =>
            {
                string[] fields =
                [
                    "logger=context", "userId=42", "orgId=7", "status=403", "level=info", "msg=\"Request Completed\"",
                    .. Keys.Zip(values, (key, value) => $"{key}={GrafanasQuoting.Write(value)}"),
                ];
                new Random(order).Shuffle(fields);
                LogLine line = LogLine.Parse(Encoding.UTF8.GetBytes(string.Join(' ', fields)));

                string[] read =
                [
                    line.Login.ToString(), line.Method.ToString(), line.Path.ToString(), line.RemoteAddress.ToString(),
                    line.Referer.ToString(), line.User.ToString(),
                    line.Identity.ToString(), line.ErrorMessageId.ToString(), line.Error.ToString(), line.Client.ToString(),
                    line.Permissions.ToString(),
                ];
                return line.Kind == LineKind.Request && line.UserId == 42 && line.OrgId == 7 && line.Status == 403 && line.Time is null
                    && read.SequenceEqual(values);
            }));

    /// <summary>Two readers that share no code must not differ about whose request a line is, however the line was damaged.</summary>
    [Test]
    public void Mutated_real_lines_never_throw_and_are_read_as_the_second_reader_does()
    {
        int seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        byte[][] lines = [.. RecordedLogs.Names.SelectMany(RecordedLogs.Lines).Where(line => line.Length > 0)];
        byte[][] requests = [.. lines.Where(line => LogLine.Parse(line).Kind == LineKind.Request)];
        int agreed = 0;

        for (int i = 0; i < 30_000; i++)
        {
            byte[] line = Mutate(random.Next(4) == 0 ? lines[random.Next(lines.Length)] : requests[random.Next(requests.Length)], random);
            Assert.That(IsReadWithoutThrowing(line));
            if (line.Length > 0)
                agreed += AssertAgreement(line) ? 1 : 0;
        }
        Assert.That(agreed, Is.GreaterThan(5_000), "most mutations leave a request line");
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        ReadOnlySpan<byte> marks = "\"\\= {}[]:,u0\t\0"u8;
        byte[] line = [.. original];
        for (int mutations = random.Next(1, 4); mutations > 0; mutations--)
            line[random.Next(line.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : marks[random.Next(marks.Length)];
        return random.Next(4) == 0 ? line[..random.Next(line.Length)] : line;
    }

    /// <returns>True when both take it for a request.</returns>
    private static bool AssertAgreement(byte[] bytes)
    {
        LogLine line = LogLine.Parse(bytes);
        Dictionary<string, string>? expected = SecondReader.Request(bytes);
        string told = Encoding.UTF8.GetString(bytes);
        if (expected is null)
        {
            // In JSON this reader lets some things pass that the standard does not, such as a word that is no literal.
            Assert.That(line.Kind, Is.Not.EqualTo(LineKind.Request).Or.EqualTo(bytes[0] == '{' ? LineKind.Request : LineKind.Other), told);
            return false;
        }

        bool hasNumbers = ((string[])["userId", "orgId", "time_ms"])
            .All(key => !expected.TryGetValue(key, out string? text) || long.TryParse(text, out _))
            && (!expected.TryGetValue("status", out string? status) || int.TryParse(status, out _));
        if (!hasNumbers || !expected.ContainsKey("level") || expected.ContainsValue(SecondReader.Unreadable))
            return false;

        Assert.That(line.Kind, Is.EqualTo(LineKind.Request), told);
        Assert.That(line.UserId, Is.EqualTo(long.Parse(expected.GetValueOrDefault("userId", "0"))), told);
        Assert.That(line.Status, Is.EqualTo(int.Parse(expected.GetValueOrDefault("status", "0"))), told);
        Assert.That(line.Login.ToString(), Is.EqualTo(expected.GetValueOrDefault("uname", "")), told);
        Assert.That(line.Path.ToString(), Is.EqualTo(expected.GetValueOrDefault("path", "")), told);
        Assert.That(line.Referer.ToString(), Is.EqualTo(expected.GetValueOrDefault("referer", "")), told);
        return true;
    }

    private static bool IsReadWithoutThrowing(ReadOnlySpan<byte> bytes)
    {
        LogLine line = LogLine.Parse(bytes);
        int length = 0;
        foreach (string text in (ReadOnlySpan<string>)
        [
            line.Login.ToString(), line.Path.ToString(), line.Error.ToString(), line.User.ToString(),
        ])
            length += text.Length;
        return length <= bytes.Length;
    }
}
