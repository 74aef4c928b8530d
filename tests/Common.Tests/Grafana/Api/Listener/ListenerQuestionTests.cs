using System.Text;
using Athena.Common.Grafana.Api.Listener;

namespace Athena.Common.Tests.Grafana.Api.Listener;

internal sealed class ListenerQuestionTests
{
    [TestCase("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}", 401)]
    [TestCase("HTTP/1.1 404 Not Found\r\ncontent-length:0\r\n\r\n", 404)]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1a;x=y\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n", 200)]
    public async Task Reads_the_answer_to_its_last_byte_however_it_comes(string answer, int status)
    {
        for (var piece = 1; piece <= answer.Length; piece = piece < 4 ? piece + 1 : piece * 2)
        {
            var peer = new ScriptedStream(answer, piece);
            Assert.That(await AskAsync(peer), Is.EqualTo(status));
            Assert.That(peer.IsDrained, Is.True);
        }
    }

    [TestCase("")]
    [TestCase("SSH-2.0-OpenSSH_9.2\r\n")]
    [TestCase("HTTP/1.0 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}", Description = "what a small script answers")]
    [TestCase("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")]
    [TestCase("HTTP/1.1 401 Unauthorized\r\n\r\n{}")]
    [TestCase(
        "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        Description = "an answer to a question that was not asked yet")]
    [TestCase("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x")]
    [TestCase("HTTP/1.1 401 Unauthorized\r\nContent-Length: 99999999999\r\n\r\n{}")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [TestCase("HTTP/1.1 100 Continue\r\n\r\n")]
    public void An_answer_after_which_the_connection_cannot_be_used_is_refused(string answer) =>
        Assert.That(() => AskAsync(new ScriptedStream(answer, 7)), Throws.InstanceOf<ListenerException>());

    [Test]
    public void An_answer_without_an_end_is_given_up()
    {
        Assert.That(
            () => AskAsync(new ScriptedStream("HTTP/1.1 200 OK\r\n" + new string('x', 100_000), 4096)),
            Throws.InstanceOf<ListenerException>());
        Assert.That(
            () => AskAsync(new ScriptedStream("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X-Y: z\r\n", 20_000)), 4096)),
            Throws.InstanceOf<ListenerException>());
    }

    [Test]
    public async Task Asks_below_the_sub_path_and_says_nothing_that_is_secret()
    {
        var peer = new ScriptedStream("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}", 100);
        await AskAsync(peer, "http://127.0.0.1:3000/grafana/");
        Assert.That(peer.Written, Is.EqualTo(
            "GET /grafana/api/datasources/uid/athena-listener-00ff HTTP/1.1\r\nHost: 127.0.0.1:3000\r\n"
            + "Referer: http://127.0.0.1:3000/grafana/athena-workers/auto-disable/1\r\n\r\n"));
    }

    private static Task<int> AskAsync(Stream peer, string address = "http://127.0.0.1:3000/") => ListenerQuestion.AskAsync(
        peer, new Uri(address), "00ff", [new("Referer", "http://127.0.0.1:3000/grafana/athena-workers/auto-disable/1")],
        CancellationToken.None);

    /// <summary>What was scripted, in pieces of so many bytes, whatever is written.</summary>
    private sealed class ScriptedStream(string answer, int piece) : MemoryStream
    {
        private readonly byte[] bytes = Encoding.Latin1.GetBytes(answer);
        private int at;

        public bool IsDrained => at == bytes.Length;

        public string Written => Encoding.Latin1.GetString(ToArray());

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var length = Math.Min(Math.Min(piece, buffer.Length), bytes.Length - at);
            bytes.AsMemory(at, length).CopyTo(buffer);
            at += length;
            return ValueTask.FromResult(length);
        }
    }
}
