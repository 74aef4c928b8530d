using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Athena.Common.GrafanaLog.Line;

/// <summary>
/// One line of Grafana's log, text or JSON, read in a single pass without allocating and without ever throwing (docs/grafana.md §1).
/// Valid as long as the bytes it was read from. Every text in it may have been chosen by a stranger.
/// </summary>
public ref partial struct LogLine
{
    private Field seen;
    private bool hasUnreadableNumber;

    /// <summary>
    /// What the line says. Nothing else is set for <see cref="LineKind.NotUnderstood"/> and <see cref="LineKind.Console"/>.
    /// </summary>
    public LineKind Kind { get; private set; }

    /// <summary>
    /// <c>t</c>, with the offset of the server that wrote it; null when missing or not a time. Lines are not strictly in order.
    /// </summary>
    public DateTimeOffset? Time { get; private set; }

    /// <summary>
    /// <c>userId</c>; 0 is nobody: not signed in, wrong password, expired session, a disabled user, an anonymous visitor; also when
    /// missing. A service account has an id of the same series.
    /// </summary>
    public long UserId { get; private set; }

    /// <summary>
    /// <c>userID</c> of a <see cref="LineKind.Rendering"/>: in whose name; 0 is nobody's, as for the picture of an alert, and when missing.
    /// </summary>
    public long RenderedFor { get; private set; }

    /// <summary><c>orgId</c> of this request; -1 for a user in no organisation, 0 for nobody and when missing.</summary>
    public long OrgId { get; private set; }

    /// <summary><c>status</c>; -1 for the websocket of the live channel, logged when it opens; 0 when missing.</summary>
    public int Status { get; private set; }

    /// <summary><c>time_ms</c>: how long the request took, in milliseconds; 0 when missing.</summary>
    public long TimeMs { get; private set; }

    /// <summary><c>logger</c>.</summary>
    public LogText Logger { get; private set; }

    /// <summary><c>msg</c>.</summary>
    public LogText Message { get; private set; }

    /// <summary><c>uname</c>: the login, in lower case, freely chosen. A name that begins with <c>sa-</c> proves nothing.</summary>
    public LogText Login { get; private set; }

    /// <summary><c>method</c>.</summary>
    public LogText Method { get; private set; }

    /// <summary>
    /// <c>path</c>, without the sub-path that Grafana may be served from and without the query. Of a <see cref="LineKind.Rendering"/> it
    /// begins without a slash and has the query.
    /// </summary>
    public LogText Path { get; private set; }

    /// <summary><c>remote_addr</c>; taken from headers, so anybody can write what they like there.</summary>
    public LogText RemoteAddress { get; private set; }

    /// <summary><c>referer</c>, as cleaned by Grafana; with the sub-path.</summary>
    public LogText Referer { get; private set; }

    /// <summary><c>User</c> of a <see cref="LineKind.SuccessfulLogin"/>: the e-mail or login that was typed.</summary>
    public LogText User { get; private set; }

    /// <summary><c>id</c> of an <see cref="LineKind.AccessDenied"/>: <c>user:22</c> or <c>service-account:28</c>.</summary>
    public LogText Identity { get; private set; }

    /// <summary><c>errorMessageID</c>, for example <c>password-auth.failed</c>.</summary>
    public LogText ErrorMessageId { get; private set; }

    /// <summary><c>error</c>.</summary>
    public LogText Error { get; private set; }

    /// <summary><c>client</c> of a failed login: <c>auth.client.form</c>, <c>auth.client.basic</c>, <c>auth.client.api-key</c>…</summary>
    public LogText Client { get; private set; }

    /// <summary><c>permissions</c> that an <see cref="LineKind.AccessDenied"/> would have needed.</summary>
    public LogText Permissions { get; private set; }

    /// <summary>Reads one line, without its line end. The format is told by the first byte: <c>{</c> begins a JSON object.</summary>
    public static LogLine Parse(ReadOnlySpan<byte> line)
    {
        Parse(line, out LogLine parsed);
        return parsed;
    }

    /// <summary>The same without a copy of what was read, for those who read millions of lines.</summary>
    internal static void Parse(ReadOnlySpan<byte> line, out LogLine parsed)
    {
        parsed = default;
        if (line.StartsWith(ByteOrderMark))
            line = line[ByteOrderMark.Length..];
        bool isWellFormed = !line.IsEmpty && line[0] == '{' ? parsed.TakeJson(line) : parsed.TakeText(line);
        if (isWellFormed)
            parsed.Kind = parsed.Classify();
        if (parsed.Kind == LineKind.NotUnderstood)
            parsed = new LogLine { Kind = ConsoleFormat.Matches(line) ? LineKind.Console : LineKind.NotUnderstood };
    }

    /// <summary>What some editors and shells put at the begin of a copy.</summary>
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private bool TakeText(ReadOnlySpan<byte> line)
    {
        var fields = new LogfmtFields(line, TakeUsual(line));
        while (fields.MoveNext())
            Take(fields.Key, in fields.Value);
        return !fields.IsMalformed;
    }

    /// <summary>
    /// The fields of a request line in the order in which Grafana writes them (docs/grafana.md §1), as far as they come so.
    /// </summary>
    /// <returns>Where the other fields begin.</returns>
    [SkipLocalsInit]
    private int TakeUsual(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("logger=context userId="u8))
            return 0;
        var fields = new FastPathFields(line, stackalloc int[FastPathFields.TableSize]);
        _ = fields.TryTake("logger=context"u8, marks: 0) && Kept(Field.Logger, "context"u8)
            && fields.TryTake(" userId="u8) && Kept(Field.UserId, line[fields.Start..fields.End])
            && fields.TryTake(" orgId="u8) && Kept(Field.OrgId, line[fields.Start..fields.End])
            && fields.TryTake(" uname="u8) && Kept(Field.Login, line[fields.Start..fields.End])
            && fields.TryTake(" t="u8) && Kept(Field.Time, line[fields.Start..fields.End])
            && fields.TryTake(" level=info"u8, marks: 0) && Kept(Field.Level, "info"u8)
            && fields.TryTake(" msg=\"Request Completed\""u8, marks: 3) && Kept(Field.Message, "Request Completed"u8)
            && fields.TryTake(" method="u8) && Kept(Field.Method, line[fields.Start..fields.End])
            && fields.TryTake(" path="u8) && Kept(Field.Path, line[fields.Start..fields.End])
            && fields.TryTake(" status="u8) && Kept(Field.Status, line[fields.Start..fields.End])
            && fields.TryTake(" remote_addr="u8) && Kept(Field.RemoteAddress, line[fields.Start..fields.End])
            && fields.TryTake(" time_ms="u8) && Kept(Field.TimeMs, line[fields.Start..fields.End])
            && fields.TryTake(" duration="u8)
            && fields.TryTake(" size="u8)
            && fields.TryTake(" referer="u8) && Kept(Field.Referer, line[fields.Start..fields.End])
            && fields.TryTake(" handler="u8)
            && fields.TryTake(" status_source=server"u8, marks: 0);
        return fields.At;
    }

    /// <summary>Always true, so that it stands in a row with what may fail.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Kept(Field field, ReadOnlySpan<byte> value)
    {
        Keep(field, new LogText(value, isEscaped: false));
        return true;
    }

    private bool TakeJson(ReadOnlySpan<byte> line)
    {
        var fields = new JsonFields(line);
        while (fields.MoveNext())
            Take(fields.Key, fields.Value);
        return !fields.IsMalformed;
    }

    private readonly LineKind Classify()
    {
        // Every line of Grafana's logger has these two.
        if ((seen & (Field.Level | Field.Message)) != (Field.Level | Field.Message))
            return LineKind.NotUnderstood;

        if (Logger.Equals("context"u8))
            return ClassifyRequest();
        if (Logger.Equals("rendering"u8))
            return !Message.Equals("Rendering"u8) ? LineKind.Other : hasUnreadableNumber ? LineKind.NotUnderstood : LineKind.Rendering;
        if (Logger.Equals("http.server"u8))
            return Message.Equals("Successful Login"u8) ? LineKind.SuccessfulLogin : LineKind.Other;
        if (Logger.Equals("authn.service"u8) && Message.Equals("Failed to authenticate request"u8))
            return AuthenticationFailure.Classify(Client, Error);
        return LineKind.Other;
    }

    private readonly LineKind ClassifyRequest()
    {
        LineKind kind = Message.Equals("Request Completed"u8) ? LineKind.Request
            : Message.Equals("Access denied"u8) ? LineKind.AccessDenied
            : LineKind.Other;
        return kind != LineKind.Other && hasUnreadableNumber ? LineKind.NotUnderstood : kind;
    }

    private long Number(in LogText value)
    {
        // Nearly all are short and plain; for the others the framework knows the bounds.
        ReadOnlySpan<byte> digits = value.Raw;
        if (digits.Length is > 0 and <= 18 && !value.IsEscaped)
        {
            long sum = 0;
            int i = 0;
            while (i < digits.Length && (uint)(digits[i] - '0') <= 9)
                sum = (sum * 10) + digits[i++] - '0';
            if (i == digits.Length)
                return sum;
        }
        if (!value.IsEscaped && Utf8Parser.TryParse(digits, out long number, out int used) && used == digits.Length)
            return number;
        hasUnreadableNumber = true;
        return 0;
    }

    private int SmallNumber(in LogText value)
    {
        long number = Number(in value);
        if (number is >= int.MinValue and <= int.MaxValue)
            return (int)number;
        hasUnreadableNumber = true;
        return 0;
    }
}

/// <summary>What a line of Grafana's log says (docs/grafana.md §1, §5, §6).</summary>
public enum LineKind
{
    /// <summary>Not a line that Grafana's logger wrote whole: plugin output, a panic, half a line, bytes.</summary>
    NotUnderstood,

    /// <summary>A well-formed line of Grafana's logger of no interest here.</summary>
    Other,

    /// <summary>A request has ended: <c>logger=context</c> and <c>msg</c> exactly <c>Request Completed</c>.</summary>
    Request,

    /// <summary>
    /// Somebody is inside who was not before: <c>Successful Login</c>, since Grafana 12 only after a sign-up or an invitation.
    /// </summary>
    SuccessfulLogin,

    /// <summary>Credentials were refused. Expired and rotated sessions are <see cref="Other"/>: they are ordinary life.</summary>
    FailedLogin,

    /// <summary>
    /// Grafana could not find out who asks, because its database or directory server did not answer: an outage, whoever asked, and no
    /// failed login. Each request of each open page writes one or two of these while it lasts.
    /// </summary>
    IdentityUnavailable,

    /// <summary>A login name is locked after too many wrong passwords; even the right one is refused for some minutes.</summary>
    LoginBlocked,

    /// <summary>A signed-in user or service account asked for what it may not do.</summary>
    AccessDenied,

    /// <summary>
    /// Grafana asks its image renderer for a picture: <c>logger=rendering</c> and <c>msg</c> exactly <c>Rendering</c>. It says so itself,
    /// at the begin, with the id in whose name the renderer then signs in (docs/grafana.md §4).
    /// </summary>
    Rendering,

    /// <summary>A line in the console format, which has neither year nor zone and cannot be relied on.</summary>
    Console,
}
