using System.Net;
using System.Text;
using Athena.Common.GrafanaLog.Line;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.GrafanaLog;

internal sealed class ListenLineTests
{
    private static string Line(string address) =>
        $"logger=http.server t=2026-11-21T01:20:17.680394811Z level=info msg=\"HTTP Server Listen\" address={address} protocol=http "
        + "subUrl= socket=\n";

    [TestCase("day/rotated/grafana.log.2026-11-21.005", ExpectedResult = "127.0.0.1:3000")]
    [TestCase("attacks/grafana.log", ExpectedResult = "127.0.0.1:3001")]
    [TestCase("json-and-text/file.json.log", ExpectedResult = "127.0.0.1:3000")]
    public string? Is_found_in_recorded_logs(string file) =>
        ListenLine.Newest(Repository.PathOf($"tests/Fixtures/logs/{file}"), long.MaxValue)?.ToString();

    [TestCase("[::]:3000", ExpectedResult = "[::]:3000")]
    [TestCase("0.0.0.0:443", ExpectedResult = "0.0.0.0:443")]
    [TestCase("/run/grafana/grafana.sock", ExpectedResult = null)]
    [TestCase("", ExpectedResult = null)]
    public string? Names_an_address_or_none(string address) => ListenLine.TryRead(Encoding.UTF8.GetBytes(Line(address)))?.ToString();

    [Test]
    public void Cannot_be_forged_by_what_somebody_types()
    {
        const string Login = "x\\\" logger=http.server msg=\\\"HTTP Server Listen\\\" address=127.0.0.1:6666";
        string[] lines =
        [
            $"logger=context userId=7 orgId=1 uname=\"{Login}\" t=2026-11-21T01:22:26Z level=info msg=\"Request Completed\" method=GET "
            + "path=/ status=200 remote_addr=::1 time_ms=1 duration=1ms size=1 referer= handler=/",
            $"logger=http.server t=2026-11-21T01:22:26Z level=info msg=\"Successful Login\" User=\"{Login}\"",
            "logger=plugin.x t=2026-11-21T01:22:26Z level=info msg=\"HTTP Server Listen\" address=127.0.0.1:6666",
            "logger=http.server t=2026-11-21T01:22:26Z level=info msg=\"HTTP Server Listen, or not\" address=127.0.0.1:6666",
        ];
        foreach (var line in lines) Assert.That(ListenLine.TryRead(Encoding.UTF8.GetBytes(line)), Is.Null, line);
    }

    [Test]
    public void The_newest_one_counts_wherever_it_lies_in_the_file_or_its_predecessors(
        [Values(0, 100, 1_048_576 - 60, 1_048_576, 3_000_000)] int behind)
    {
        using var directory = new TemporaryDirectory();
        var filler = new string('x', 98) + "\n";
        var after = new StringBuilder();
        while (after.Length < behind) after.Append(filler);
        File.WriteAllText(directory["grafana.log"], Line("127.0.0.1:1") + Line("127.0.0.1:2") + after);
        Assert.That(ListenLine.Newest(directory["grafana.log"], long.MaxValue), Is.EqualTo(new IPEndPoint(IPAddress.Loopback, 2)));
        File.Move(directory["grafana.log"], directory["grafana.log.2026-11-21.001"]);
        File.WriteAllText(directory["grafana.log"], after.ToString());
        Assert.That(ListenLine.Newest(directory["grafana.log"], long.MaxValue), Is.EqualTo(new IPEndPoint(IPAddress.Loopback, 2)));
    }
}
