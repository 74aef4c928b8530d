using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources.FileSource;

namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>
/// Makes lines of the entries of a unit, as its log file would hold them, and adds up what journald says that it dropped.
/// </summary>
internal sealed class JournalLines(string unit, LineTally tally)
{
    /// <summary>SD_MESSAGE_JOURNAL_DROPPED of sd-messages.h: "Suppressed N messages from UNIT".</summary>
    public const string DroppedMessageId = "a596d6fe7bfa4994828e72309e95d61e";

    private readonly SplitLines split = new();
    private readonly byte[] unitName = Encoding.UTF8.GetBytes(unit);

    private DateTimeOffset? droppedFrom;
    private DateTimeOffset? droppedTo;

    /// <summary>Lines that journald dropped since <see cref="TakeDropped"/>.</summary>
    public long Dropped { get; private set; }

    /// <summary>Forgets what was begun: another place is read from next.</summary>
    public void Forget() => split.Clear();

    /// <summary>
    /// The entry was read before, by an earlier start perhaps: if it is a part of a line, the rest of that line is of no use.
    /// </summary>
    public void BeginBehind(JournalReader entry)
    {
        if (!entry.IsAtUnread && entry.Field("_LINE_BREAK="u8).SequenceEqual("line-max"u8))
            split.AddUnseen(Stream(entry));
    }

    /// <summary>Takes one entry.</summary>
    /// <returns>About how many bytes that cost.</returns>
    public int Take(JournalReader entry, LineHandler onLine)
    {
        if (entry.Field("_TRANSPORT="u8).SequenceEqual("driver"u8))
        {
            TakeNotice(entry);
            return 256;
        }

        ReadOnlySpan<byte> lineBreak = entry.Field("_LINE_BREAK="u8);
        bool isWhole = lineBreak.IsEmpty;
        bool isPart = lineBreak.SequenceEqual("line-max"u8);
        string stream = isWhole && !split.IsWaiting ? "" : Stream(entry);
        ReadOnlySpan<byte> message = entry.Field("MESSAGE="u8);
        int cost = message.Length + 256;
        if (isPart)
        {
            split.Add(stream, message);
        }
        else if (stream.Length > 0 && split.TryComplete(stream, message, out ReadOnlySpan<byte> joined))
        {
            if (joined.IsEmpty)
                tally.CountTooLong();
            else if (isWhole)
                Hand(joined, onLine);
            else
                tally.CountUnfinished();
        }
        else if (!isWhole)
        {
            tally.CountUnfinished(); // Broken off by a zero byte, by another process or by the end: half a number is another number.
        }
        else if (message.Length > LogFile.MaxLine)
        {
            Hand(FirstBytes(message), onLine);
        }
        else
        {
            // Only another program than Grafana's logger, with sd_journal_send(3), can put line ends into a message.
            foreach (Range line in message.Split((byte)'\n'))
                Hand(message[line], onLine);
        }
        return cost;
    }

    /// <summary>What was dropped since the last call; null when nothing.</summary>
    public LogContinuity? TakeDropped()
    {
        if (Dropped == 0)
            return null;
        string why = string.Create(CultureInfo.InvariantCulture,
            $"journald dropped {Dropped} lines of {unit}, which were more than its rate limit allows. Set LogRateLimitIntervalSec=0 for "
            + $"that unit.");
        var gap = new LogContinuity(false, droppedFrom, droppedTo, why);
        Dropped = 0;
        return gap;
    }

    /// <summary>A native entry has no <c>_STREAM_ID</c>, and is never split.</summary>
    private static string Stream(JournalReader entry) => Encoding.UTF8.GetString(entry.Field("_STREAM_ID="u8));

    /// <summary>
    /// Of a line above 1 MiB that was not split, because somebody raised journald's <c>LineMax</c>: the library gives no more of it.
    /// </summary>
    public static ReadOnlySpan<byte> FirstBytes(ReadOnlySpan<byte> message)
    {
        var line = new LongLine();
        line.Add(message);
        return line.Finish(isWhole: false);
    }

    private void Hand(ReadOnlySpan<byte> line, LineHandler onLine)
    {
        if (line.IsEmpty)
            return;
        onLine(line);
        tally.Count(line);
    }

    private void TakeNotice(JournalReader entry)
    {
        ReadOnlySpan<byte> subject = entry.Field("OBJECT_SYSTEMD_UNIT="u8);
        bool isOurs = subject.IsEmpty ? IsNamedAtEnd(entry.Field("MESSAGE="u8)) : subject.SequenceEqual(unitName);
        if (!isOurs)
            return;
        droppedFrom = Dropped == 0 ? tally.LastLineAt : droppedFrom;
        droppedTo = entry.EntryTime();
        Dropped += Utf8Parser.TryParse(entry.Field("N_DROPPED="u8), out long count, out _) && count > 0 ? count : 1;

        // Parts of a line may be among them; what follows would be joined to what it does not belong to.
        split.Clear();
    }

    /// <summary>
    /// Where the sender has ended already, journald cannot tell its unit but by name: <c>… from UNIT</c>, <c>… from /system.slice/UNIT</c>.
    /// </summary>
    private bool IsNamedAtEnd(ReadOnlySpan<byte> message) =>
        message.Length > unitName.Length && message.EndsWith(unitName) && message[^(unitName.Length + 1)] is (byte)' ' or (byte)'/';
}

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

    private readonly Dictionary<string, BegunLine?> begun = [];

    public bool IsWaiting => begun.Count > 0;

    /// <summary>A part that is not the last one.</summary>
    /// <param name="stream"><c>_STREAM_ID</c>: whose line it is.</param>
    public void Add(string stream, ReadOnlySpan<byte> part)
    {
        if (!begun.TryGetValue(stream, out BegunLine? line))
        {
            if (begun.Count >= MostStreams)
                begun.Clear();
            begun[stream] = line = new BegunLine();
        }
        if (line is null)
            return;
        line.Add(part);

        // journald cuts blanks off the end of each part. LineMax is a number of whole KiB unless somebody took pains: what is not had some.
        if (part.Length % KiB != 0)
            line.Add(" "u8);
    }

    /// <summary>The begin of this stream's line was not seen: what comes is to be skipped up to its end.</summary>
    public void AddUnseen(string stream) => begun[stream] = null;

    /// <summary>Forgets every begun line, because parts of it were lost.</summary>
    public void Clear() => begun.Clear();

    /// <summary>The last part.</summary>
    /// <param name="line">The whole line; empty when it is too long or its begin is unknown.</param>
    /// <returns>False when no line of this stream was begun, so that the part is a line by itself.</returns>
    public bool TryComplete(string stream, ReadOnlySpan<byte> last, out ReadOnlySpan<byte> line)
    {
        line = default;
        if (!this.begun.Remove(stream, out BegunLine? begun))
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
        private ArrayBufferWriter<byte>? whole = new();
        private LongLine? longLine;

        public void Add(ReadOnlySpan<byte> part)
        {
            if (whole is not null && whole.WrittenCount + part.Length > LogFile.MaxLine)
            {
                longLine = new LongLine();
                longLine.Add(whole.WrittenSpan);
                whole = null;
            }
            whole?.Write(part);
            longLine?.Add(part);
        }

        /// <returns>Empty when it is too long even so.</returns>
        public ReadOnlySpan<byte> Finish() => whole is not null ? whole.WrittenSpan : longLine!.IsCut ? default : longLine.Finish();
    }
}
