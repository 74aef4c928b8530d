using System.Buffers.Binary;
using System.Text;
using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Common.Tests.Daemon;
using Athena.Tests.Shared;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Extensions.Logging;

namespace Athena.Common.Tests.Telemetry;

internal sealed class JournaldSinkTests
{
    private static readonly WorkerIdentity Identity = new("grafana-test", "test", "A test.");
    private static readonly EventKind Locked = new(
        "account-locked", new Guid("7d4958e8-42da-4a75-8f6c-1cdc7b36dcc5"), LogLevel.Warning, "Account @ATHENA_USER_ID@ is locked",
        "Somebody must decide.");

    private TemporaryDirectory directory = null!;
    private DatagramPeer journald = null!;

    [SetUp]
    public void Listen()
    {
        directory = new TemporaryDirectory();
        journald = new DatagramPeer(directory["socket"]);
    }

    [TearDown]
    public void Close()
    {
        journald.Dispose();
        directory.Dispose();
    }

    [Test]
    public void An_event_has_its_fields_and_its_message_id()
    {
        Logged(logger => logger.Event(Locked, "Locked naledi@example.org.", 17, "eg4xf3128fz7kd"), tenant: "ward-7");

        Assert.That(Decode(journald.Receive()), Is.EquivalentTo(new Dictionary<string, string>
        {
            ["MESSAGE"] = "Locked naledi@example.org.",
            ["MESSAGE_ID"] = "7d4958e842da4a758f6c1cdc7b36dcc5",
            ["PRIORITY"] = "4",
            ["SYSLOG_IDENTIFIER"] = "grafana-test",
            ["ATHENA_SERVICE"] = "grafana-test",
            ["ATHENA_COMPONENT"] = "Gate",
            ["ATHENA_TENANT_ID"] = "ward-7",
            ["ATHENA_EVENT"] = "account-locked",
            ["ATHENA_USER_ID"] = "17",
            ["ATHENA_CASE"] = "eg4xf3128fz7kd",
        }));
    }

    [TestCase(LogLevel.Critical, "2")]
    [TestCase(LogLevel.Error, "3")]
    [TestCase(LogLevel.Warning, "4")]
    [TestCase(LogLevel.Information, "6")]
    [TestCase(LogLevel.Debug, "7")]
    public void A_level_becomes_a_priority(LogLevel level, string priority)
    {
        Logged(logger => logger.Log(level, "x"));

        Assert.That(Decode(journald.Receive())["PRIORITY"], Is.EqualTo(priority));
    }

    [Test]
    public void A_login_with_a_line_end_forges_neither_field_nor_line()
    {
        Logged(logger => logger.LogInformation("Seen {Login}", "x\nMESSAGE_ID=0\nPRIORITY=0"));

        var entry = Decode(journald.Receive());
        Assert.That(entry["MESSAGE"], Is.EqualTo("Seen x\\nMESSAGE_ID=0\\nPRIORITY=0"));
        Assert.That(entry["PRIORITY"], Is.EqualTo("6"));
        Assert.That(entry, Does.Not.ContainKey("MESSAGE_ID"));
    }

    [Test]
    public void An_exception_follows_on_lines_of_its_own_set_in()
    {
        Logged(logger => logger.LogError(new InvalidOperationException("bad\nATHENA_EVENT=forged"), "It failed"));

        var lines = Decode(journald.Receive())["MESSAGE"].Split('\n');
        Assert.That(lines[0], Is.EqualTo("It failed"));
        Assert.That(lines[1], Is.EqualTo("  System.InvalidOperationException: bad"));
        Assert.That(lines.Skip(1), Has.All.StartsWith("  "));
    }

    [Test]
    public void An_endless_message_is_cut_with_a_mark()
    {
        Logged(logger => logger.LogError(new InvalidOperationException(new string('é', 100_000)), "Path {Path}", new string('x', 100_000)));

        var datagram = journald.Receive();
        Assert.That(datagram, Has.Length.LessThanOrEqualTo(JournalEntry.Limit));
        Assert.That(Decode(datagram)["MESSAGE"], Does.EndWith("… (cut)"));
    }

    [Test]
    public void Without_journald_an_entry_goes_to_standard_error_with_its_priority()
    {
        using var fallback = new StringWriter();
        journald.Dispose();
        File.Delete(directory["socket"]);
        Logged(logger => logger.Event(Locked, "Locked x.", exception: new IOException("why")), fallback: fallback);

        Assert.That(fallback.ToString(), Is.EqualTo("<4>Locked x.\n<4>  System.IO.IOException: why\n"));
    }

    [Test]
    public void Goes_on_when_journald_is_restarted()
    {
        using var sink = new JournaldSink(Identity, path: directory["socket"], fallback: TextWriter.Null);
        using var logging = new SerilogLoggerFactory(new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger());
        var logger = logging.CreateLogger("Gate");
        logger.LogInformation("before");
        journald.Dispose();
        File.Delete(directory["socket"]);
        logger.LogInformation("lost");
        journald = new DatagramPeer(directory["socket"]);
        logger.LogInformation("after");

        Assert.That(Decode(journald.Receive())["MESSAGE"], Is.EqualTo("after"));
    }

    [Test]
    public void Any_value_comes_out_as_it_went_in_or_cut() =>
        Sampled.Hold(Prop.ForAll(ArbMap.Default.ArbFor<string>(), ArbMap.Default.ArbFor<string>(), (a, b) =>
        {
            // What is no text in UTF-8 (a lone surrogate) is replaced on the way, as always.
            var entry = new JournalEntry().Add("A", a).Add("B", b);
            var back = Decode(entry.Bytes.ToArray());
            return back.GetValueOrDefault("A", "") == Utf8(a) && back.GetValueOrDefault("B", "") == Utf8(b);
        }));

    [TestCase("8:4711", "socket:[4711]", true)]
    [TestCase("8:4711", "socket:[4712]", false)]
    [TestCase("8:4711", "/dev/pts/0", false)]
    [TestCase(null, "socket:[4711]", false)]
    [TestCase("4711", "socket:[4711]", false)]
    [TestCase("8:4711", null, false)]
    public void The_journal_is_used_only_when_standard_error_leads_there(string? stream, string? descriptor, bool expected) =>
        Assert.That(WorkerLogging.IsJournal(stream, descriptor), Is.EqualTo(expected));

    [Test]
    public void The_catalogue_explains_each_event()
    {
        var text = new EventCatalogue(Locked).WriteJournalCatalogue("https://example.org/help");

        Assert.That(text, Does.EndWith(
            "-- 7d4958e842da4a758f6c1cdc7b36dcc5\nSubject: Account @ATHENA_USER_ID@ is locked\nDefined-By: athena-workers\n"
            + "Support: https://example.org/help\n\nSomebody must decide.\n\n"));
        foreach (var kind in HostEvents.All)
            Assert.That(text, Does.Contain($"-- {kind.MessageId:N}\nSubject: {kind.Subject}\n"));
    }

    [Test]
    public void Two_events_may_not_share_an_id() =>
        Assert.Throws<ArgumentException>(() => _ = new EventCatalogue(Locked, Locked with { Name = "another" }));

    private static string Utf8(string? text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));

    private void Logged(Action<Microsoft.Extensions.Logging.ILogger> log, string? tenant = null, TextWriter? fallback = null)
    {
        using var sink = new JournaldSink(Identity, tenant, directory["socket"], fallback ?? TextWriter.Null);
        using var logging = new SerilogLoggerFactory(new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(sink).CreateLogger());
        log(logging.CreateLogger("Athena.Test.Gate"));
    }

    /// <summary>A second reader of the protocol, after its description on systemd.io.</summary>
    private static Dictionary<string, string> Decode(byte[] datagram)
    {
        var fields = new Dictionary<string, string>();
        for (var rest = datagram.AsSpan(); !rest.IsEmpty;)
        {
            var end = rest.IndexOf((byte)'\n');
            var equals = rest[..end].IndexOf((byte)'=');
            if (equals >= 0)
            {
                fields.Add(Encoding.ASCII.GetString(rest[..equals]), Encoding.UTF8.GetString(rest[(equals + 1)..end]));
                rest = rest[(end + 1)..];
                continue;
            }

            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(rest[(end + 1)..]);
            var value = rest.Slice(end + 9, length);
            fields.Add(Encoding.ASCII.GetString(rest[..end]), Encoding.UTF8.GetString(value));
            Assert.That(rest[end + 9 + length], Is.EqualTo((byte)'\n'));
            rest = rest[(end + 10 + length)..];
        }

        return fields;
    }
}
