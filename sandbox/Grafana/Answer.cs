using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Athena.Sandbox.Grafana;

/// <summary>An answer of the stand-in and what its log line tells beside status and size.</summary>
internal sealed record Answer(int Status, byte[] Body, string ContentType)
{
    private const string Plain = "application/json";

    // Grafana's two ways to write JSON: handlers without a charset, the web framework with it and with a newline after it.
    private const string Framework = "application/json; charset=UTF-8";

    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string? Location { get; init; }
    public IReadOnlyList<string> Cookies { get; init; } = [];

    /// <summary>The end of the request line, such as <c>errorReason=Unauthorized errorMessageID=… error=…</c>.</summary>
    public IReadOnlyList<(string Key, string Value)> LogFields { get; init; } = [];

    /// <summary>Lines of other loggers that Grafana writes before the request line.</summary>
    public IReadOnlyList<LogNote> Notes { get; init; } = [];

    /// <summary>The organisation in the log line when it is not the caller's own (a namespace in the path names one).</summary>
    public long? LoggedOrgId { get; init; }

    public static Answer Json(object value, int status = 200) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), Options), Plain);

    public static Answer Message(string message, int status = 200) => Json(new { message }, status);

    public static Answer FromFramework(int status, object value) =>
        new(status, [.. JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), Options), (byte)'\n'], Framework);

    /// <summary>An error with a message id, as newer handlers give it.</summary>
    public static Answer Error(int status, string reason, string messageId, string message, string logged) =>
        Json(new { statusCode = status, messageId, message }, status) with { LogFields = ErrorFields(reason, messageId, logged) };

    public static Answer Html(string html, int status = 200) => new(status, Encoding.UTF8.GetBytes(html), "text/html; charset=UTF-8");

    public static Answer Text(string text) => new(200, Encoding.UTF8.GetBytes(text), "text/plain; version=0.0.4; charset=utf-8");

    public static Answer Redirect(string location) =>
        new(302, Encoding.UTF8.GetBytes($"<a href=\"{HtmlEncoder.Default.Encode(location)}\">Found</a>.\n\n"), "text/html; charset=utf-8")
        {
            Location = location,
        };

    public static (string, string)[] ErrorFields(string reason, string messageId, string logged) =>
        [("errorReason", reason), ("errorMessageID", messageId), ("error", logged)];
}
