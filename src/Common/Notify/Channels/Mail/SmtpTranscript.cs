using System.Text;
using Athena.Common.Text;
using MailKit;

namespace Athena.Common.Notify.Channels.Mail;

/// <summary>
/// Reads along what MailKit and the server say to each other, on this side of TLS: gives each step its time, keeps the server's answers
/// whole (MailKit's exceptions hold parts of them), ends what is no SMTP, and writes the trace. Believes no more than it must: a server's
/// words are a stranger's, and secrets are masked in them too.
/// </summary>
internal sealed class SmtpTranscript(SmtpSettings settings, StepTimer timer, Action<string>? trace) : IProtocolLogger
{
    /// <summary>The step before the first command.</summary>
    public const string Greeting = "the greeting";

    /// <summary>The step in which a password goes out.</summary>
    public const string Login = "the login";

    /// <summary>The step after the final dot.</summary>
    public const string EndOfMessage = "the end of the message";

    /// <summary>The step in which keys are agreed upon.</summary>
    public const string Tls = "TLS";

    private const int GoOn = 334;
    private const int LongestLine = 2048;       // 512 with CR LF by RFC 5321 §4.5.3.1.5; some servers talk more
    private const int MostLines = 128;
    private const int MostChallenges = 4;       // a way of signing in that we know needs two

    private static readonly byte[] FinalDot = "\r\n.\r\n"u8.ToArray();

    private readonly List<byte> _line = [];
    private readonly List<string> _lines = [];
    private readonly List<string> _secrets = [];
    private readonly Queue<byte> _tail = new();
    private readonly Queue<byte> _unread = new();
    private int _code;
    private int _challenges;
    private long _messageLength;
    private bool _isAnswerDue = true;
    private bool _isInMessage;

    /// <summary>The last answer, and to what; those to RSET and QUIT, which MailKit sends by itself, do not count.</summary>
    public (string Step, SmtpReply Reply)? Last { get; private set; }

    /// <summary>What we call ourselves; null before that is known.</summary>
    public string? OurName { get; set; }

    /// <summary>True when a message was sent whole, so that trying again could make a second copy; false again with the next one.</summary>
    public bool HasSentMessage { get; private set; }

    IAuthenticationSecretDetector? IProtocolLogger.AuthenticationSecretDetector { get; set; }

    private string Host => $"{settings.Host}:{settings.Port}";

    /// <summary>From now on this text is masked in the trace and wherever the server repeats it.</summary>
    public void Mask(string secret)
    {
        if (secret.Length > 0)
            _secrets.Add(secret);
    }

    /// <summary>A new transaction begins.</summary>
    public void BeginTransaction()
    {
        HasSentMessage = false;
        Last = null;
    }

    /// <summary>A line of our own for the trace.</summary>
    public void Note(string line) => trace?.Invoke($"-- {line}");

    void IProtocolLogger.LogConnect(Uri uri) => timer.Begin(Greeting, settings.Timeout);

    void IProtocolLogger.LogClient(byte[] buffer, int offset, int count)
    {
        ReadOnlySpan<byte> sent = buffer.AsSpan(offset, count);
        if (_isInMessage)
        {
            NoteMessage(sent);
            return;
        }

        string command = Encoding.UTF8.GetString(sent).TrimEnd('\r', '\n');
        trace?.Invoke($"C: {Masked(command)}");
        timer.Begin(StepOf(command), settings.Timeout);
        _isAnswerDue = true;

        // MailKit keeps what came beyond the last answer and takes it for the answer to this command; so do we.
        ReadAnswer();
    }

    void IProtocolLogger.LogServer(byte[] buffer, int offset, int count)
    {
        foreach (byte b in buffer.AsSpan(offset, count))
            _unread.Enqueue(b);
        ReadAnswer();
    }

    void IDisposable.Dispose()
    {
        // The timer is its maker's.
    }

    private string StepOf(string command)
    {
        string verb = command.Split(' ')[0];
        if (verb == "AUTH")
            _challenges = 0;
        // What answers a challenge is no command, and a secret.
        return verb == "AUTH" || Last is { Step: Login, Reply.Code: GoOn } ? Login : verb;
    }

    private void NoteMessage(ReadOnlySpan<byte> sent)
    {
        _messageLength += sent.Length;
        foreach (byte b in sent[Math.Max(0, sent.Length - FinalDot.Length)..])
        {
            if (_tail.Count == FinalDot.Length)
                _tail.Dequeue();
            _tail.Enqueue(b);
        }

        if (!_tail.SequenceEqual(FinalDot))
        {
            timer.Begin("the message", settings.Timeout);
            return;
        }

        _isInMessage = false;
        HasSentMessage = true;
        trace?.Invoke($"C: ({_messageLength} octets of mail)");
        timer.Begin(EndOfMessage, settings.FinalReplyTimeout);
        _isAnswerDue = true;
        ReadAnswer();
    }

    private void ReadAnswer()
    {
        while (_isAnswerDue && _unread.TryDequeue(out byte b))
        {
            if (b == '\n')
                ReadLine();
            else if (_line.Count == LongestLine)
                throw new SmtpFailure($"{Host} does not speak SMTP: a line is longer than {LongestLine} octets");
            else
                _line.Add(b);
        }

        // What is no answer shows by its first letters, and MailKit goes by them.
        if (_isAnswerDue && _line.Count >= 4)
            Check(Encoding.UTF8.GetString([.. _line]).TrimEnd('\r'));
    }

    private void ReadLine()
    {
        string line = Encoding.UTF8.GetString([.. _line]).TrimEnd('\r');
        _line.Clear();
        bool isLast = Check(line);

        // The code is read before anything is masked: a password may look like one.
        _lines.Add(line.Length > 4 ? Masked(line[4..]) : "");
        trace?.Invoke($"S: {line[..Math.Min(line.Length, 4)]}{UntrustedText.Visible(_lines[^1], LongestLine)}");
        if (isLast)
            Take(new SmtpReply(_code, [.. _lines]));
    }

    private void Take(SmtpReply reply)
    {
        string step = timer.Step;
        _lines.Clear();
        _isAnswerDue = false;
        timer.End();
        if (step is not ("RSET" or "QUIT"))
            Last = (step, reply);
        if (reply.IsClosing && step != "QUIT")
            throw new SmtpFailure(SmtpRefusals.Closed(settings, step, reply, OurName));

        if (step == "STARTTLS" && reply.Code == 220)
        {
            // The command injection of CVE-2011-0411: MailKit would leave the words out and go on.
            if (_unread.Count > 0)
                throw new SmtpFailure(
                    $"{Host} sent more than its answer before the protection began: somebody may be tampering with the connection");
            timer.Begin(Tls, settings.Timeout);
        }
        else if (step == Login && reply.Code == GoOn && ++_challenges > MostChallenges)
        {
            throw new SmtpFailure($"{Host} asks again and again at the login");
        }
        else if (step == "DATA" && reply.Code == 354)
        {
            _isInMessage = true;
            _messageLength = 0;
            _tail.Clear();
            _tail.Enqueue((byte)'\r');
            _tail.Enqueue((byte)'\n');
        }
    }

    /// <summary>Takes the code of a line, or of its beginning; true for an answer's last line.</summary>
    /// <exception cref="SmtpFailure">It is no line of an answer, or not of this one, or of one that does not end.</exception>
    private bool Check(string line)
    {
        bool isLast = line.Length == 3 || (line.Length > 3 && line[3] == ' ');
        bool isReply = line.Length >= 3 && line[0] is >= '2' and <= '5' && char.IsAsciiDigit(line[1]) && char.IsAsciiDigit(line[2]);
        int code = isReply ? int.Parse(line.AsSpan(0, 3)) : 0;
        if (!isReply || !(isLast || line[3] == '-') || (_lines.Count > 0 && code != _code) || _lines.Count == MostLines)
            throw new SmtpFailure($"{Host} does not speak SMTP: it said \"{UntrustedText.Visible(Masked(line), 80)}\"");
        _code = code;
        return isLast;
    }

    private string Masked(string text) => _secrets.Aggregate(text, (masked, secret) => masked.Replace(secret, "****"));
}
