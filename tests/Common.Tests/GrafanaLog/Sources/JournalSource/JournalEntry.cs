using System.Buffers.Binary;
using System.Text;

namespace Athena.Common.Tests.GrafanaLog.Sources.JournalSource;

/// <summary>
/// An entry in the export format (systemd.io/JOURNAL_EXPORT_FORMATS), as journald would have made it of a line of Grafana.
/// </summary>
internal sealed class JournalEntry
{
    public const string Unit = "grafana-server.service";
    public const string FirstBoot = "0000000000000000000000000000b001";
    public const string SecondBoot = "0000000000000000000000000000b002";

    private readonly List<(string Name, byte[] Value)> fields = [];

    /// <param name="message">Null for none.</param>
    /// <param name="second">Since <see cref="Begin"/>, also since the boot.</param>
    public JournalEntry(string? message, int second, string unit = Unit, string boot = FirstBoot)
    {
        At = Begin.AddSeconds(second);
        With("__REALTIME_TIMESTAMP", $"{(At - DateTimeOffset.UnixEpoch).Ticks / 10}");
        With("__MONOTONIC_TIMESTAMP", $"{second * 1_000_000L}");
        With("_BOOT_ID", boot);
        With("_TRANSPORT", "stdout");
        With("_STREAM_ID", "0000000000000000000000000000517e");
        With("_SYSTEMD_UNIT", unit);
        if (message is not null)
            With("MESSAGE", message);
    }

    /// <summary>In the past: whoever writes journal files puts one aside that is ahead of the clock.</summary>
    public static DateTimeOffset Begin { get; } = new(2021, 11, 21, 11, 0, 0, TimeSpan.Zero);

    public DateTimeOffset At { get; }

    /// <summary>A line of Grafana's logger with this message.</summary>
    public static JournalEntry Line(string message, int second, string boot = FirstBoot) =>
        new(LineText(message, second), second, Unit, boot);

    public static string LineText(string message, int second) =>
        $"logger=test t={Begin.AddSeconds(second):yyyy-MM-ddTHH:mm:ssZ} level=info msg={message}";

    /// <summary>
    /// journald's own notice that it dropped lines; it names the unit in a field while the sender lives, else only in the text.
    /// </summary>
    public static JournalEntry Suppressed(int count, int second, string unit, bool isFieldGiven = true)
    {
        var entry = new JournalEntry($"Suppressed {count} messages from {unit}", second, "systemd-journald.service");
        entry.With("_TRANSPORT", "driver").With("MESSAGE_ID", "a596d6fe7bfa4994828e72309e95d61e").With("N_DROPPED", $"{count}");
        return isFieldGiven ? entry.With("OBJECT_SYSTEMD_UNIT", unit) : entry;
    }

    public JournalEntry With(string name, string value) => With(name, Encoding.UTF8.GetBytes(value));

    /// <summary>Adds a field; only MESSAGE may be there twice.</summary>
    public JournalEntry With(string name, byte[] value)
    {
        if (name != "MESSAGE")
            fields.RemoveAll(field => field.Name == name);
        fields.Add((name, value));
        return this;
    }

    public byte[] Export()
    {
        using var bytes = new MemoryStream();
        foreach ((string name, byte[] value) in fields)
        {
            bool isText = value.All(b => b is >= 0x20 and < 0x7f);
            bytes.Write(Encoding.UTF8.GetBytes(name + (isText ? "=" : "\n")));
            if (!isText)
            {
                byte[] length = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(length, value.Length);
                bytes.Write(length);
            }
            bytes.Write(value);
            bytes.WriteByte((byte)'\n');
        }
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }
}
