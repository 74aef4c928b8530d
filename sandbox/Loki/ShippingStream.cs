using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Athena.Common.Text;

namespace Athena.Sandbox.Loki;

/// <summary>Pushes what Grafana writes, line by line and with the time of each line, as whoever ships a log may be set to do.</summary>
/// <param name="labels">Of its stream.</param>
public sealed partial class ShippingStream(StandInLoki loki, IReadOnlyDictionary<string, string> labels) : SequentialStream
{
    /// <summary>Nothing is shipped while it is so: it is kept, and shipped afterwards.</summary>
    public bool IsHeld { get; set; }

    private readonly Lock gate = new();
    private readonly List<byte> rest = [];
    private readonly List<string> held = [];

    public override bool CanWrite => true;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (gate)
        {
            foreach (var one in buffer)
            {
                if (one != '\n')
                {
                    rest.Add(one);
                    continue;
                }

                held.Add(Encoding.UTF8.GetString([.. rest]));
                rest.Clear();
            }
        }

        Flush();
    }

    public override void Flush()
    {
        lock (gate)
        {
            if (IsHeld) return;
            foreach (var line in held)
                loki.Push(labels, Time().Match(line) is { Success: true } found ? LineTime(found.Groups[1].Value) : null, line);
            held.Clear();
        }
    }

    private static DateTimeOffset? LineTime(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    [GeneratedRegex(@"(?:^| )t=(\S+) level=")]
    private static partial Regex Time();
}
