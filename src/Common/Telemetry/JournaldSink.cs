using System.Globalization;
using System.Net.Sockets;
using Athena.Common.Settings;
using Athena.Common.Text;
using Serilog.Core;
using Serilog.Events;

namespace Athena.Common.Telemetry;

/// <summary>
/// Writes log events to journald with their fields. When journald does not take an entry it goes to standard error, with the
/// <c>&lt;N&gt;</c> prefix that systemd understands (sd-daemon(3)); logging never throws and never waits longer than a second.
/// </summary>
public sealed class JournaldSink : ILogEventSink, IDisposable
{
    /// <summary>Where journald listens.</summary>
    public const string DefaultPath = "/run/systemd/journal/socket";

    private readonly Socket socket;
    private readonly UnixDomainSocketEndPoint endPoint;
    private readonly WorkerIdentity identity;
    private readonly string? tenantId;
    private readonly TextWriter fallback;

    /// <param name="tenantId">Null or empty when there is one tenant only.</param>
    /// <param name="path">Another socket for tests.</param>
    /// <param name="fallback">Instead of standard error.</param>
    public JournaldSink(WorkerIdentity identity, string? tenantId = null, string path = DefaultPath, TextWriter? fallback = null)
    {
        this.identity = identity;
        this.tenantId = tenantId;
        this.fallback = fallback ?? Console.Error;
        endPoint = new UnixDomainSocketEndPoint(path);

        // Not connected, so that a restart of journald needs no attention.
        socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = 1000 };
    }

    public void Emit(LogEvent logEvent)
    {
        var priority = Priority(logEvent.Level);
        var message = LogText.Message(logEvent);
        var entry = new JournalEntry()
            .Add("PRIORITY", priority.ToString(CultureInfo.InvariantCulture))
            .Add("SYSLOG_IDENTIFIER", identity.Daemon)
            .Add("ATHENA_SERVICE", identity.Daemon)
            .Add("ATHENA_COMPONENT", Field(logEvent, Constants.SourceContextPropertyName)?.Split('.')[^1] ?? identity.Component)
            .Add("ATHENA_TENANT_ID", tenantId)
            .Add("MESSAGE_ID", Field(logEvent, EventLogging.MessageIdProperty))
            .Add("ATHENA_EVENT", Field(logEvent, EventLogging.EventProperty))
            .Add("ATHENA_USER_ID", Field(logEvent, EventLogging.UserIdProperty))
            .Add("ATHENA_CASE", Field(logEvent, EventLogging.CaseProperty))
            .Add("MESSAGE", LogText.WithException(message, logEvent.Exception));
        try
        {
            socket.SendTo(entry.Bytes, endPoint);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            fallback.Write($"<{priority}>{LogText.WithException(message, logEvent.Exception).ReplaceLineEndings($"\n<{priority}>")}\n");
        }
    }

    public void Dispose() => socket.Dispose();

    /// <summary>syslog(3).</summary>
    private static int Priority(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => 2,
        LogEventLevel.Error => 3,
        LogEventLevel.Warning => 4,
        LogEventLevel.Information => 6,
        _ => 7,
    };

    private static string? Field(LogEvent logEvent, string property) =>
        logEvent.Properties.TryGetValue(property, out var value) && value is ScalarValue { Value: { } scalar }
            ? VisibleText.Escape(Convert.ToString(scalar, CultureInfo.InvariantCulture) ?? "")
            : null;
}
