using System.Globalization;
using System.Text;
using System.Text.Json;
using Athena.AutoDisable.Evidence;
using Athena.Common.GrafanaLog.Line;
using Athena.Tests.Shared;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.AutoDisable.Tests.Exposures;

internal sealed class ExposureRecorderTests
{
    [Test]
    public void Whatever_batches_the_lines_come_in_the_traces_are_the_same()
    {
        var lines = Recorded.Lines("attacks");
        long[] ids = [21, 22, 23, 24, 25];
        var whole = Traces(Recorded.Recorder(lines, 1), ids);
        Assert.That(whole, Does.Contain("/api/serviceaccounts/24/tokens"));
        Prop.ForAll<int[]>(cuts =>
        {
            var recorder = new ExposureRecorder(id => id == 1, Some.Clock);
            var from = 0;
            foreach (var cut in cuts.Select(cut => (int)((uint)cut % (uint)lines.Count)).Order().Append(lines.Count))
            {
                Recorded.Feed(recorder, lines.Skip(from).Take(cut - from));
                from = Math.Max(from, cut);
                foreach (var id in ids) recorder.Look(id); // Looking changes nothing.
            }

            return Traces(recorder, ids) == whole;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));
    }

    [Test]
    public void Lines_out_of_order_by_some_milliseconds_make_no_difference_to_the_sums()
    {
        var lines = Recorded.Lines("day/rotated", line => line.Contains("userId=60 ", StringComparison.Ordinal));
        var forward = Recorded.Recorder(lines).Look(60);
        var backward = Recorded.Recorder(lines.Reverse()).Look(60);
        Assert.That(
            backward with { Dashboards = [.. backward.Dashboards.OrderBy(d => d.Uid, StringComparer.Ordinal)] },
            Is.EqualTo(forward with { Dashboards = [.. forward.Dashboards.OrderBy(d => d.Uid, StringComparer.Ordinal)] })
                .UsingPropertiesComparer());
    }

    [Test]
    public void A_line_in_json_tells_the_same()
    {
        const string Json =
            """{"duration":"40ms","handler":"/api/serviceaccounts/","level":"info","logger":"context","method":"POST","msg":"Request Completed","orgId":3,"path":"/api/serviceaccounts","referer":"","remote_addr":"203.0.113.9","size":144,"status":201,"t":"2026-11-21T12:00:01Z","time_ms":40,"uname":"new","userId":77}""";
        var text = Some.Line(method: "POST", path: "/api/serviceaccounts", status: 201, second: 1, org: 3, ms: 40);
        Assert.That(Traces(Recorded.Recorder([Json]), 77), Is.EqualTo(Traces(Recorded.Recorder([text]), 77)));
    }

    [Test]
    public void Nothing_is_kept_of_the_admitted_and_of_nobody()
    {
        var recorder = Recorded.Recorder([Some.Line(id: 5), Some.Line(id: 0), Some.Line(id: -1), "panic: no line", ""], 5);
        Assert.Multiple(() =>
        {
            Assert.That(recorder.Count, Is.Zero);
            Assert.That(recorder.Look(5).Requests, Is.Zero);
            Assert.That(
                recorder.Look(5).LastPlainAnswer,
                Is.EqualTo(Some.Noon.AddSeconds(1)),
                "yet their lines prove that answers with 200 are logged");
        });
    }

    [Test]
    public void Requests_that_end_after_the_lock_are_in_and_begin_before_it()
    {
        var exposure = Some.Exposure([Some.Line(second: 1), Some.Line(second: 6, ms: 5000)]);
        Assert.Multiple(() =>
        {
            Assert.That(exposure.Requests, Is.EqualTo(2));
            Assert.That(exposure.WentOn, Is.False, "it was in flight");
        });
    }

    [Test]
    public void A_million_lines_of_strangers_are_kept_within_some_megabytes()
    {
        var recorder = new ExposureRecorder(_ => false, TimeProvider.System);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var line = Encoding.UTF8.GetBytes(Some.Line(
            id: 100_000_000, method: "PUT", path: "/api/user/" + new string('x', 30) + "-0000000", address: "10.0.0.0000"));
        var id = line.AsSpan().IndexOf("100000000"u8);
        var path = line.AsSpan().IndexOf("-0000000"u8) + 1;
        for (var i = 0; i < 1_000_000; i++)
        {
            // Half of them come from ever new ids, half from one that does ever new things.
            Write(line.AsSpan(id, 9), 100_000_000 + (i % 2 == 0 ? i : 1));
            Write(line.AsSpan(path, 7), i);
            recorder.OnLine(LogLine.Parse(line));
        }

        var busy = recorder.Look(100_000_001);
        Assert.Multiple(() =>
        {
            Assert.That(recorder.Count, Is.LessThanOrEqualTo(ExposureRecorder.MostStrangers));
            Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(8 << 20));
            Assert.That((busy.Requests, busy.IsCut), Is.EqualTo((500_000, true)), "counted although not kept one by one");
            Assert.That(busy.CrowdedOutAt, Is.Not.Null);
        });
        GC.KeepAlive(recorder);

        static void Write(Span<byte> digits, int number) =>
            number.TryFormat(digits, out _, digits.Length == 9 ? "D9" : "D7", CultureInfo.InvariantCulture);
    }

    [Test]
    public void Neither_harmless_changes_nor_refusals_push_out_a_critical_one()
    {
        var lines = Enumerable.Range(0, 500).SelectMany(i => (string[])
            [
                Some.Line(method: "POST", path: $"/api/annotations/{i}"),
                Some.Line(method: "PATCH", path: $"/api/serviceaccounts/{i}", status: 403),
                Some.Line(path: $"/api/dashboards/uid/d{i}"),
            ])
            .Append(Some.Line(method: "POST", path: "/api/serviceaccounts", status: 201));
        var exposure = Some.Exposure(lines);
        Assert.Multiple(() =>
        {
            Assert.That(exposure.IsCritical, Is.True);
            Assert.That(exposure.Made.Select(observedAction => observedAction.Path), Does.Contain("/api/serviceaccounts"));
            Assert.That(exposure.Limits, Is.EqualTo(CoverageLimits.Cut));
            Assert.That(exposure.Dashboards, Has.Count.EqualTo(ExposureRecorder.MostDashboards));
        });
    }

    [Test]
    public void In_a_flood_of_strangers_those_who_made_something_critical_are_given_up_last()
    {
        var recorder = Recorded.Recorder([Some.Line(id: 7, method: "POST", path: "/api/serviceaccounts", status: 201), Some.Line(id: 8)]);
        Recorded.Feed(recorder, Enumerable.Range(1000, 2000).Select(id => Some.Line(id: id)));
        Assert.Multiple(() =>
        {
            Assert.That(recorder.Look(7).Requests, Is.EqualTo(1));
            Assert.That(recorder.Look(8).Requests, Is.Zero);
        });
    }

    [Test]
    public void A_stranger_is_forgotten_when_asked_and_after_half_an_hour_of_silence()
    {
        var time = new ManualTime(Some.Noon);
        var recorder = new ExposureRecorder(_ => false, time);
        Recorded.Feed(recorder, [Some.Line(id: 1), Some.Line(id: 2), Some.Line(id: 3)]);
        recorder.Forget(1);
        time.Advance(TimeSpan.FromMinutes(29));
        Recorded.Feed(recorder, [Some.Line(id: 2)]);
        time.Advance(TimeSpan.FromMinutes(1));
        Recorded.Feed(recorder, [Some.Line(id: 4)]);
        Assert.That(new long[] { 1, 2, 3, 4 }.Select(id => recorder.Look(id).Requests), Is.EqualTo(new[] { 0, 2, 0, 1 }));
    }

    [Test]
    public void One_thread_may_write_while_another_looks()
    {
        const int Lines = 20_000;
        var recorder = new ExposureRecorder(_ => false, Some.Clock);
        var line = Encoding.UTF8.GetBytes(Some.Line(method: "POST", path: "/api/annotations"));
        var writer = new Thread(() =>
        {
            for (var i = 0; i < Lines; i++) recorder.OnLine(LogLine.Parse(line));
        });
        writer.Start();
        var last = 0;
        while (last < Lines && writer.IsAlive)
        {
            var trace = recorder.Look(77);
            Assert.That(trace.Requests, Is.GreaterThanOrEqualTo(last));
            Assert.That(trace.Deeds.Sum(observedAction => observedAction.Count), Is.EqualTo(trace.Requests), "never half a line");
            last = trace.Requests;
        }

        writer.Join();
        Assert.That(recorder.Look(77).Requests, Is.EqualTo(Lines));
    }

    [Test]
    public void Never_throws_whatever_the_line_holds() => Prop.ForAll<byte[], string, int>((raw, path, status) =>
    {
        var recorder = new ExposureRecorder(_ => false, Some.Clock);
        recorder.OnLine(LogLine.Parse(raw));
        Recorded.Feed(recorder,
        [
            Some.Line(method: "POST", path: JsonSerializer.Serialize(path), status: status)
                .Replace("time_ms=1 ", $"time_ms={status * 1_000_000_000_000L} ", StringComparison.Ordinal),
        ]);
        return recorder.Look(77).Requests <= 1;
    }).QuickCheckThrowOnFailure();

    private static string Traces(ExposureRecorder recorder, params long[] ids) =>
        JsonSerializer.Serialize(ids.Select(id => recorder.Look(id) with { LogFrom = default }));
}
