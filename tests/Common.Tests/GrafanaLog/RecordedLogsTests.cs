using System.Globalization;
using System.Text;
using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.Tests.GrafanaLog;

/// <summary>What is read from the recorded logs is held against a second reader and against what Grafana's API said.</summary>
public sealed class RecordedLogsTests
{
    [TestCaseSource(typeof(RecordedLogs), nameof(RecordedLogs.Names))]
    public void Gives_every_request_line_that_a_second_reader_finds(string name)
    {
        List<byte[]> lines = RecordedLogs.Lines(name);
        var found = new List<string>();
        foreach (byte[] bytes in lines)
        {
            LogLine line = LogLine.Parse(bytes);
            if (line.Kind == LineKind.Request)
                found.Add(Describe(line));
        }

        string[] expected = [.. lines.Select(SecondReader.Request).OfType<Dictionary<string, string>>().Select(Describe)];
        Assert.That(found, Is.EqualTo(expected));
        int mentions = lines.Count(line => line.AsSpan().IndexOf("\"Request Completed\""u8) >= 0);
        Assert.That(expected, Has.Length.EqualTo(mentions), "the second reader must not be blind itself");
    }

    [TestCaseSource(typeof(RecordedLogs), nameof(RecordedLogs.Names))]
    public void Understands_every_line_and_its_time(string name)
    {
        foreach (byte[] bytes in RecordedLogs.Lines(name))
        {
            LogLine line = LogLine.Parse(bytes);
            string text = Encoding.UTF8.GetString(bytes);
            Assert.That(line.Kind, Is.Not.EqualTo(LineKind.NotUnderstood).And.Not.EqualTo(LineKind.Console), text);
            DateTimeOffset expected = DateTimeOffset.Parse(SecondReader.Fields(bytes)!["t"], CultureInfo.InvariantCulture);
            // The framework rounds the ninth digit, this reader cuts it off.
            Assert.That(line.Time, Is.EqualTo(expected).Within(TimeSpan.FromTicks(1)), text);
            Assert.That(line.Time!.Value.Offset, Is.EqualTo(expected.Offset), text);
        }
    }

    [Test]
    public void Gives_the_same_requests_from_json_and_from_text()
    {
        List<string> Requests(string name)
        {
            var requests = new List<string>();
            foreach (byte[] bytes in RecordedLogs.Lines(name))
            {
                LogLine line = LogLine.Parse(bytes);
                if (line.Kind == LineKind.Request)
                    requests.Add(Describe(line));
            }
            return requests;
        }

        List<string> json = Requests("json-and-text/file.json.log");
        Assert.That(json, Has.Count.EqualTo(88));
        Assert.That(Requests("json-and-text/journal.text.log"), Is.EqualTo(json));
    }

    [Test]
    public void Gives_hostile_logins_exactly_as_the_api_lists_them()
    {
        ILookup<long, string> users = RecordedLogs.Users("day/api-users.jsonl").ToLookup(user => user.Id, user => user.Login);
        var seen = new HashSet<long>();
        foreach (byte[] bytes in RecordedLogs.Day.SelectMany(RecordedLogs.Lines))
        {
            LogLine line = LogLine.Parse(bytes);
            if (line.Kind != LineKind.Request || !users.Contains(line.UserId))
                continue;
            Assert.That(users[line.UserId], Has.Some.EqualTo(line.Login.ToString()));
            seen.Add(line.UserId);
        }

        // 3 and 4 were listed but made no request; 6 to 25 are the twenty who signed up with hostile names.
        Assert.That(users.Select(user => user.Key).Except(seen), Is.EquivalentTo((long[])[3, 4]));
        Assert.That(users[11], Has.Some.EqualTo("x userid=1 orgid=1 uname=admin msg=\"request completed\""));
    }

    [Test]
    public void Gives_hostile_emails_of_sign_ups_exactly_as_the_api_lists_them()
    {
        var signedUp = new List<string>();
        foreach (byte[] bytes in RecordedLogs.Lines("attacks/grafana.log"))
        {
            LogLine line = LogLine.Parse(bytes);
            if (line.Kind == LineKind.SuccessfulLogin)
                signedUp.Add(line.User.ToString());
        }

        // 1 is the built-in admin, 2 was made by that one; the others came by the sign-up form, where the login is the e-mail.
        string[] hostile = [.. RecordedLogs.Users("attacks/api-users.jsonl").Where(user => user.Id > 2).Select(user => user.Login)];
        Assert.That(hostile, Has.Length.EqualTo(14));
        Assert.That(hostile, Is.SubsetOf(signedUp));
        Assert.That(hostile, Has.Some.EqualTo("null\0@example.org"));
    }

    [Test]
    public void Refuses_every_line_of_the_console_format()
    {
        foreach (byte[] bytes in RecordedLogs.Lines("console-format/terminal.log"))
            Assert.That(LogLine.Parse(bytes).Kind, Is.EqualTo(LineKind.Console), Encoding.UTF8.GetString(bytes));
    }

    [Test]
    public void Does_not_allocate()
    {
        List<byte[]> lines = [.. RecordedLogs.Names.SelectMany(RecordedLogs.Lines)];
        long UserIds()
        {
            long sum = 0;
            foreach (byte[] bytes in lines)
            {
                LogLine line = LogLine.Parse(bytes);
                sum += line.UserId + (line.Path.EndsWith("/dto"u8) ? 1 : 0) + (line.Login.Contains("request"u8) ? 1 : 0);
            }
            return sum;
        }

        long expected = UserIds();
        long before = GC.GetAllocatedBytesForCurrentThread();
        long again = UserIds();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(again, Is.EqualTo(expected));
        Assert.That(allocated, Is.Zero);
    }

    private static string Describe(LogLine line) =>
        $"{line.UserId} {line.OrgId} {line.Status} {line.TimeMs} [{line.Login.ToString()}] [{line.Method.ToString()}] "
        + $"[{line.Path.ToString()}] [{line.RemoteAddress.ToString()}] [{line.Referer.ToString()}] [{line.ErrorMessageId.ToString()}] "
        + $"[{line.Error.ToString()}]";

    private static string Describe(Dictionary<string, string> fields)
    {
        string Field(string key) => fields.GetValueOrDefault(key, "");
        return $"{Field("userId")} {Field("orgId")} {Field("status")} {Field("time_ms")} [{Field("uname")}] [{Field("method")}] "
            + $"[{Field("path")}] [{Field("remote_addr")}] [{Field("referer")}] [{Field("errorMessageID")}] [{Field("error")}]";
    }
}
