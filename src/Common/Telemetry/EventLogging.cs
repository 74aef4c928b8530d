using System.Collections;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Telemetry;

/// <summary>Logging of named events.</summary>
public static class EventLogging
{
    internal const string EventProperty = "AthenaEvent";
    internal const string MessageIdProperty = "AthenaMessageId";
    internal const string UserIdProperty = "AthenaUserId";
    internal const string CaseProperty = "AthenaCase";

    /// <summary>
    /// Logs one event. <paramref name="message"/> is a finished sentence, not a template; hostile text in it is made visible.
    /// </summary>
    /// <param name="userId">Grafana's id of the account concerned: field <c>ATHENA_USER_ID</c>.</param>
    /// <param name="case">What ties entries of one matter together: field <c>ATHENA_CASE</c>.</param>
    public static void Event(
        this ILogger logger, EventKind kind, string message, long? userId = null, string? @case = null, Exception? exception = null) =>
        logger.Log(
            kind.Level, new EventId(0, kind.Name), new Entry(kind, message, userId, @case), exception, static (entry, _) => entry.Message);

    private sealed class Entry(EventKind kind, string message, long? userId, string? @case) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        private readonly KeyValuePair<string, object?>[] fields =
        [
            new(EventProperty, kind.Name),
            new(MessageIdProperty, kind.MessageId.ToString("N")),
            new(UserIdProperty, userId),
            new(CaseProperty, @case),
            new("Message", message),
            new("{OriginalFormat}", "{Message:l}"),
        ];

        public string Message => message;

        public int Count => fields.Length;

        public KeyValuePair<string, object?> this[int index] => fields[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => fields.AsEnumerable().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
