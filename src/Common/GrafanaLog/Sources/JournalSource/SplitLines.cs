using System.Buffers;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources.FileSource;

namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>
/// Puts lines together again that journald split: a line above its <c>LineMax</c> (48 KiB by default) comes as several entries, all but
/// the last with <c>_LINE_BREAK=line-max</c> (systemd.journal-fields(7)). They are worth the trouble because anybody can make the line of
/// their own request that long, with a path or a referer, and would otherwise not be seen.
/// </summary>
internal sealed class SplitLines
{
    private const int KiB = 1024;

    /// <summary>
    /// More streams of one unit that are all in the middle of a line are no ordinary life; the oldest knowledge is given up.
    /// </summary>
    private const int MostStreams = 16;

    private readonly Dictionary<string, BegunLine?> _begun = [];

    public bool IsWaiting => _begun.Count > 0;

    /// <summary>A part that is not the last one.</summary>
    /// <param name="stream"><c>_STREAM_ID</c>: whose line it is.</param>
    public void Add(string stream, ReadOnlySpan<byte> part)
    {
        if (!_begun.TryGetValue(stream, out BegunLine? line))
        {
            if (_begun.Count >= MostStreams)
                _begun.Clear();
            _begun[stream] = line = new BegunLine();
        }
        if (line is null)
            return;
        line.Add(part);

        // journald cuts blanks off the end of each part. LineMax is a number of whole KiB unless somebody took pains: what is not had some.
        if (part.Length % KiB != 0)
            line.Add(" "u8);
    }

    /// <summary>The begin of this stream's line was not seen: what comes is to be skipped up to its end.</summary>
    public void AddUnseen(string stream) => _begun[stream] = null;

    /// <summary>Forgets every begun line, because parts of it were lost.</summary>
    public void Clear() => _begun.Clear();

    /// <summary>The last part.</summary>
    /// <param name="line">The whole line; empty when it is too long or its begin is unknown.</param>
    /// <returns>False when no line of this stream was begun, so that the part is a line by itself.</returns>
    public bool TryComplete(string stream, ReadOnlySpan<byte> last, out ReadOnlySpan<byte> line)
    {
        line = default;
        if (!_begun.Remove(stream, out BegunLine? begun))
            return false;
        if (begun is null)
            return true;
        begun.Add(last);
        line = begun.Finish();
        return true;
    }

    /// <summary>Kept as it is up to <see cref="LogFile.MaxLine"/>, above it with its values shortened.</summary>
    private sealed class BegunLine
    {
        private ArrayBufferWriter<byte>? _whole = new();
        private LongLine? _long;

        public void Add(ReadOnlySpan<byte> part)
        {
            if (_whole is not null && _whole.WrittenCount + part.Length > LogFile.MaxLine)
            {
                _long = new LongLine();
                _long.Add(_whole.WrittenSpan);
                _whole = null;
            }
            _whole?.Write(part);
            _long?.Add(part);
        }

        /// <returns>Empty when it is too long even so.</returns>
        public ReadOnlySpan<byte> Finish() => _whole is not null ? _whole.WrittenSpan : _long!.IsCut ? default : _long.Finish();
    }
}
