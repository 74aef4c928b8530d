using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Athena.Common.Daemon.Decisions;
using Athena.Decisions.Desk;
using Athena.Decisions.Web;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Decisions.Tests;

/// <summary>What strangers can make long, slow or many.</summary>
internal sealed class BoundsTests
{
    private const int Strangers = 3000;

    private Stage stage = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        stage = await Stage.OpenAsync(headerPatience: TimeSpan.FromSeconds(1));
        stage.Desk.Pages[Some.Token] = Some.TakeBack;
    }

    [TearDown]
    public async Task CloseAsync() => await stage.DisposeAsync();

    [Test]
    public async Task A_body_that_is_too_long_or_has_no_end_is_not_read()
    {
        var announced = await SayAsync(
            $"POST /athena/decide/{Some.Token} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            + "Content-Length: 1000000000\r\n\r\n");
        var chunk = "2000\r\n" + new string('a', 0x2000) + "\r\n";
        var endless = await SayAsync(
            $"POST /athena/decide/{Some.Token} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat(chunk, 20)));
        Assert.Multiple(() =>
        {
            Assert.That(announced, Does.StartWith("HTTP/1.1 413 "));
            Assert.That(endless, Does.StartWith("HTTP/1.1 413 "));
            Assert.That(stage.Desk.Decided, Is.Empty);
        });
    }

    [Test]
    public async Task A_header_of_a_megabyte_is_not_read()
    {
        var answer = await SayAsync($"GET /athena/decide/{Some.Token} HTTP/1.1\r\nHost: x\r\nX-Long: {new string('a', 1 << 20)}\r\n\r\n");
        Assert.That(answer, Does.StartWith("HTTP/1.1 431 ").Or.Empty);
        Assert.That(stage.Desk.Described, Is.Empty);
    }

    [Test]
    public async Task Who_sends_headers_without_an_end_is_cut_off_and_keeps_nobody_out()
    {
        var slow = new List<Task<string>>();
        for (var i = 0; i < 50; i++) slow.Add(SayAsync($"GET /athena/decide/{Some.Token} HTTP/1.1\r\nHost: x\r\nX-Slow: "));
        using var answer = await stage.GetAsync(Some.Token);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await Task.WhenAll(slow), Is.All.Empty.Or.StartsWith("HTTP/1.1 408 "));
    }

    [Test]
    public async Task HTTP2_is_not_spoken()
    {
        // A frame GOAWAY with HTTP_1_1_REQUIRED at its end (RFC 9113, 6.8 and 7).
        var answer = await SayAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        Assert.That((answer[3], answer[^1]), Is.EqualTo(('\x07', '\x0d')));
    }

    [Test]
    public async Task Ten_thousand_a_minute_keep_nobody_out_whose_link_was_opened_and_ask_the_daemon_little()
    {
        using (var first = await stage.GetAsync(Some.Token)) Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        var began = Stopwatch.GetTimestamp();
        using var places = new SemaphoreSlim(100);
        var strangers = Enumerable.Range(0, Strangers).Select(async i =>
        {
            await places.WaitAsync();
            try
            {
                using var answer = await stage.GetAsync(i.ToString("D43", null));
                return answer.StatusCode;
            }
            finally
            {
                places.Release();
            }
        }).ToList();
        using var shown = await stage.GetAsync(Some.Token);
        using var done = await stage.PostAsync(Some.Token, (DecisionDesk.Form, Some.Form));
        Assert.That(shown.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(done.StatusCode, Is.EqualTo(HttpStatusCode.OK));

        var answers = await Task.WhenAll(strangers);
        var most = (2 * Crowd.MostASecond) + (Crowd.MostASecond * (Stopwatch.GetElapsedTime(began).TotalSeconds + 1));
        Assert.Multiple(() =>
        {
            Assert.That(answers, Is.All.EqualTo(HttpStatusCode.NotFound).Or.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That(answers, Does.Contain(HttpStatusCode.TooManyRequests));
            Assert.That(stage.Desk.Described.Count(), Is.LessThanOrEqualTo(most));
            Assert.That(
                stage.Log.Count(line => line.Contains("some are asked to wait", StringComparison.Ordinal)), Is.EqualTo(1), "said once");
        });
    }

    [Test]
    public async Task One_link_alone_cannot_be_loaded_without_an_end()
    {
        using (await stage.GetAsync(Some.Token)) Assert.That(stage.Desk.Described.Count(), Is.EqualTo(1));
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => stage.GetAsync(Some.Token)));
        Assert.That(answers.Select(answer => answer.StatusCode), Does.Contain(HttpStatusCode.TooManyRequests));
        Assert.That(answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).Headers.RetryAfter, Is.Not.Null);
    }

    [Test]
    public async Task Nobody_waits_without_an_end_while_others_come_and_go()
    {
        var time = new ManualTime();
        using var crowd = new Crowd(NullLogger<Crowd>.Instance, time);
        var none = LinkToken.Of(Some.TokenOf('n'))!.Value;
        while (crowd.LetInAsync(none, CancellationToken.None) is { IsCompleted: true }) await Task.Yield(); // Until one must wait.
        var first = crowd.LetInAsync(none, CancellationToken.None);
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var others = Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            while (!first.IsCompleted && !over.IsCancellationRequested) await crowd.LetInAsync(none, CancellationToken.None);
        })).ToList();
        time.Advance(Crowd.Patience);
        await Task.WhenAll(others);
        Assert.That(first.IsCompleted, "it is let in, or asked to come again");
    }

    [Test]
    public async Task The_daemon_is_asked_a_few_things_at_a_time()
    {
        var hold = new TaskCompletionSource();
        stage.Desk.Until = hold.Task;
        var all = Enumerable.Range(0, 40).Select(i => stage.GetAsync(i.ToString("D43", null))).ToList();
        while (stage.Desk.Described.Count() < DeskClient.MostAtOnce) await Task.Yield();
        hold.SetResult();
        var answers = await Task.WhenAll(all);
        Assert.That(answers.Select(answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.NotFound));
        Assert.That(stage.Desk.MostAtOnce, Is.EqualTo(DeskClient.MostAtOnce));
    }

    /// <summary>What is answered until the other side closes.</summary>
    private async Task<string> SayAsync(string text)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, stage.Client.BaseAddress!.Port);
        var stream = client.GetStream();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text), patience.Token);
        }
        catch (IOException)
        {
            // It has closed before all was said.
        }

        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, patience.Token);
        }
        catch (IOException)
        {
            // Cut off.
        }

        return Encoding.ASCII.GetString(answer.ToArray());
    }
}
