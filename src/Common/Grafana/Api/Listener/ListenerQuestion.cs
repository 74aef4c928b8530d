using System.Globalization;
using System.Text;

namespace Athena.Common.Grafana.Api.Listener;

/// <summary>
/// One request without any credential over a connection that nobody has used yet, and its answer read to the last byte, so that the
/// connection can be used on. It asks for a data source that does not exist: whoever is not signed in is answered 401, and with anonymous
/// access another refusal, and both are lines in Grafana's log also where router_logging is off (docs/grafana.md §1).
/// </summary>
internal static class ListenerQuestion
{
    /// <summary>How its path ends in Grafana's log; the nonce follows.</summary>
    public static ReadOnlySpan<byte> Mark => Route.ListenerQuestion.Beginning;

    private const int MostHead = 32 * 1024;
    private const int MostBody = 256 * 1024;

    /// <exception cref="ListenerException">The answer is none, or none after which the connection can be used.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<int> AskAsync(
        Stream stream, Uri address, string nonce, IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancel)
    {
        var request = new StringBuilder()
            .Append(CultureInfo.InvariantCulture,
                $"GET {address.AbsolutePath}{Route.ListenerQuestion.Fill(nonce)} HTTP/1.1\r\nHost: {address.Authority}\r\n");
        foreach (var (name, value) in headers) request.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request.Append("\r\n").ToString()), cancel).ConfigureAwait(false);
        await stream.FlushAsync(cancel).ConfigureAwait(false);

        var answer = new Answer(stream);
        var head = await answer.HeadAsync(cancel).ConfigureAwait(false);
        await answer.SkipBodyAsync(head, cancel).ConfigureAwait(false);
        return head.Status;
    }

    private sealed record Head(int Status, long? Length, bool IsChunked);

    private sealed class Answer(Stream stream)
    {
        private readonly byte[] buffer = new byte[MostHead];
        private int start;
        private int end;

        public async Task<Head> HeadAsync(CancellationToken cancel)
        {
            var status = (await LineAsync(cancel).ConfigureAwait(false)).Split(' ', 3);
            if (status.Length < 2 || status[0] != "HTTP/1.1"
                || !int.TryParse(status[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code) || code is < 200 or > 599)
                throw NotGrafana("it does not speak HTTP as Grafana does");
            long? length = null;
            var isChunked = false;
            for (var left = MostHead; await LineAsync(cancel).ConfigureAwait(false) is { Length: > 0 } line; left -= line.Length)
            {
                if (left < 0) throw NotGrafana("its answer has no end");
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon <= 0) throw NotGrafana("it does not speak HTTP as Grafana does");
                var value = line[(colon + 1)..].Trim();
                switch (line[..colon].ToLowerInvariant())
                {
                    case "content-length" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
                        && bytes <= MostBody && (length ?? bytes) == bytes:
                        length = bytes;
                        break;
                    case "content-length":
                        throw NotGrafana("its answer is longer than Grafana's");
                    case "transfer-encoding":
                        isChunked = value.Equals("chunked", StringComparison.OrdinalIgnoreCase)
                            ? true
                            : throw NotGrafana("it does not speak HTTP as Grafana does");
                        break;
                    case "connection" when value.Contains("close", StringComparison.OrdinalIgnoreCase):
                        throw NotGrafana($"it answers {code} and closes each connection, so that none can be proved");
                }
            }

            return code is 204 or 304 ? new Head(code, 0, false)
                : length is null && !isChunked ? throw NotGrafana("its answer has no end") : new Head(code, length, isChunked);
        }

        public async Task SkipBodyAsync(Head head, CancellationToken cancel)
        {
            if (!head.IsChunked)
            {
                await SkipAsync(head.Length!.Value, cancel).ConfigureAwait(false);
            }
            else
            {
                for (long total = 0, size = 1; size > 0;)
                {
                    var line = (await LineAsync(cancel).ConfigureAwait(false)).Split(';')[0].Trim();
                    if (!long.TryParse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out size) || size < 0
                        || (total += size) > MostBody)
                        throw NotGrafana("its answer is longer than Grafana's");
                    await SkipAsync(size, cancel).ConfigureAwait(false);
                    if ((await LineAsync(cancel).ConfigureAwait(false)).Length > 0)
                        throw NotGrafana("it does not speak HTTP as Grafana does");
                }
            }

            // What comes unasked would be taken for the answer to the next question.
            if (start < end) throw NotGrafana("it answers more than it was asked");
        }

        private async Task SkipAsync(long count, CancellationToken cancel)
        {
            while (count > 0)
            {
                if (start == end) await FillAsync(cancel).ConfigureAwait(false);
                var taken = (int)Math.Min(count, end - start);
                start += taken;
                count -= taken;
            }
        }

        private async Task<string> LineAsync(CancellationToken cancel)
        {
            var line = new StringBuilder();
            while (true)
            {
                if (start == end) await FillAsync(cancel).ConfigureAwait(false);
                var at = buffer.AsSpan(start..end).IndexOf((byte)'\n');
                line.Append(Encoding.Latin1.GetString(buffer.AsSpan(start, at < 0 ? end - start : at)));
                start = at < 0 ? end : start + at + 1;
                if (at >= 0) return line.ToString().TrimEnd('\r');
                if (line.Length > MostHead) throw NotGrafana("its answer has no end");
            }
        }

        private async Task FillAsync(CancellationToken cancel)
        {
            start = 0;
            end = await stream.ReadAsync(buffer, cancel).ConfigureAwait(false);
            if (end == 0) throw NotGrafana("it closed the connection without an answer");
        }

        private static ListenerException NotGrafana(string why) => new(why);
    }
}
