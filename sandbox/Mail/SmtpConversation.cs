using System.Globalization;
using System.Net.Security;
using System.Text;

namespace Athena.Sandbox.Mail;

/// <summary>The server's side of one SMTP conversation (RFC 5321), strict about order, so that a client's mistakes show.</summary>
internal sealed class SmtpConversation(MailCatcher catcher, Stream network) : IAsyncDisposable
{
    private const int LargestMail = 32 << 20;
    private readonly List<string> recipients = [];
    private Stream stream = network;
    private byte[] buffer = new byte[8192];
    private int start;
    private int end;
    private string? sender;
    private string? signedInAs;
    private bool greeted;
    private bool secure;

    public async Task RunAsync()
    {
        await ReplyAsync("220 localhost mail catcher ready").ConfigureAwait(false);
        while (await ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            var (verb, rest) = Split(line);
            if (verb == "QUIT")
            {
                await ReplyAsync("221 2.0.0 bye").ConfigureAwait(false);
                return;
            }

            await ObeyAsync(verb, rest).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private Task ObeyAsync(string verb, string rest) => verb switch
    {
        "EHLO" => GreetAsync(extended: true),
        "HELO" => GreetAsync(extended: false),
        "STARTTLS" => SecureAsync(),
        "AUTH" => SignInAsync(rest),
        "MAIL" => ReplyAsync(Mail(rest)),
        "RCPT" => ReplyAsync(Recipient(rest)),
        "DATA" => DataAsync(),
        "RSET" => ReplyAsync(Forget("250 2.0.0 forgotten")),
        "NOOP" => ReplyAsync("250 2.0.0 ok"),
        _ => ReplyAsync("500 5.5.1 unknown command"),
    };

    private Task GreetAsync(bool extended)
    {
        greeted = true;
        Forget("");
        if (!extended) return ReplyAsync("250 localhost");
        var lines = new List<string> { "localhost", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "SIZE 33554432" };
        if (catcher.Certificate is not null && !secure) lines.Add("STARTTLS");
        if (catcher.Options.Auth) lines.Add("AUTH PLAIN LOGIN");
        return ReplyAsync(string.Join("\r\n", lines.Select((l, i) => (i < lines.Count - 1 ? "250-" : "250 ") + l)));
    }

    private async Task SecureAsync()
    {
        if (catcher.Certificate is null || secure)
        {
            await ReplyAsync("502 5.5.1 no TLS here").ConfigureAwait(false);
            return;
        }

        await ReplyAsync("220 2.0.0 go ahead").ConfigureAwait(false);
        var tls = new SslStream(stream);
        stream = tls;
        // What was sent in the clear after STARTTLS must not count as said under TLS (CVE-2011-0411).
        (start, end) = (0, 0);
        await tls.AuthenticateAsServerAsync(catcher.Certificate).ConfigureAwait(false);
        (secure, greeted, signedInAs) = (true, false, null);
    }

    private async Task SignInAsync(string rest)
    {
        if (!catcher.Options.Auth || !greeted)
        {
            await ReplyAsync("503 5.5.1 no AUTH now").ConfigureAwait(false);
            return;
        }

        var (mechanism, initial) = Split(rest);
        string user, password;
        if (mechanism == "PLAIN")
        {
            var fields = (initial.Length > 0 ? Decode(initial) : await AskAsync("").ConfigureAwait(false)).Split('\0');
            (user, password) = fields.Length == 3 ? (fields[1], fields[2]) : ("", "");
        }
        else if (mechanism == "LOGIN")
        {
            user = initial.Length > 0 ? Decode(initial) : await AskAsync("VXNlcm5hbWU6").ConfigureAwait(false);
            password = await AskAsync("UGFzc3dvcmQ6").ConfigureAwait(false);
        }
        else
        {
            await ReplyAsync("504 5.5.4 unknown mechanism").ConfigureAwait(false);
            return;
        }

        var welcome = user.Length > 0
            && (catcher.Options.User is null || (catcher.Options.User == user && catcher.Options.Password == password));
        if (welcome) signedInAs = user;
        await ReplyAsync(welcome ? "235 2.7.0 welcome" : "535 5.7.8 wrong name or password").ConfigureAwait(false);
    }

    private string Mail(string rest)
    {
        if (!greeted) return "503 5.5.1 say EHLO first";
        if (catcher.Options.User is not null && signedInAs is null) return "530 5.7.0 sign in first";
        if (sender is not null) return "503 5.5.1 one at a time";
        if (Path(rest, "FROM:") is not { } path) return "501 5.5.4 no such path";
        sender = path;
        return "250 2.1.0 ok";
    }

    private string Recipient(string rest)
    {
        if (sender is null) return "503 5.5.1 MAIL first";
        if (Path(rest, "TO:") is not { Length: > 0 } path) return "501 5.5.4 no such path";
        if (catcher.RefusalOf(path) is { } refusal) return refusal;
        recipients.Add(path);
        return "250 2.1.5 ok";
    }

    private async Task DataAsync()
    {
        if (sender is null || recipients.Count == 0)
        {
            await ReplyAsync("503 5.5.1 no recipient").ConfigureAwait(false);
            return;
        }

        await ReplyAsync("354 end with a single dot").ConfigureAwait(false);
        using var message = new MemoryStream();
        while (await ReadBytesAsync().ConfigureAwait(false) is { } line)
        {
            if (line.AsSpan().SequenceEqual("."u8))
            {
                var number = catcher.Keep(sender, [.. recipients], message.ToArray(), secure, signedInAs);
                await ReplyAsync(Forget(string.Create(CultureInfo.InvariantCulture, $"250 2.0.0 kept as {number}"))).ConfigureAwait(false);
                return;
            }

            if (message.Length > LargestMail) throw new IOException("The mail has no end.");
            message.Write(line.AsSpan(line is [(byte)'.', ..] ? 1 : 0));
            message.Write("\r\n"u8);
        }
    }

    private string Forget(string reply)
    {
        sender = null;
        recipients.Clear();
        return reply;
    }

    /// <summary>The address between angle brackets; parameters after it (SIZE, SMTPUTF8…) are taken as they come.</summary>
    private static string? Path(string rest, string keyword)
    {
        if (!rest.StartsWith(keyword, StringComparison.OrdinalIgnoreCase)) return null;
        var path = rest[keyword.Length..].TrimStart();
        var close = path.IndexOf('>', StringComparison.Ordinal);
        return path.StartsWith('<') && close > 0 ? path[1..close] : null;
    }

    private async Task<string> AskAsync(string prompt)
    {
        await ReplyAsync("334 " + prompt).ConfigureAwait(false);
        return Decode(await ReadLineAsync().ConfigureAwait(false) ?? "");
    }

    private static string Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : "";
    }

    private static (string Verb, string Tail) Split(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (line.ToUpperInvariant(), "") : (line[..space].ToUpperInvariant(), line[(space + 1)..].Trim());
    }

    private async Task ReplyAsync(string reply)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(reply + "\r\n")).ConfigureAwait(false);
        await stream.FlushAsync().ConfigureAwait(false);
    }

    private async Task<string?> ReadLineAsync() =>
        await ReadBytesAsync().ConfigureAwait(false) is { } line ? Encoding.UTF8.GetString(line) : null;

    /// <summary>
    /// The next line without CRLF; null when the client has gone. A bare newline is part of the line, as RFC 5321 §2.3.8 says.
    /// </summary>
    private async Task<byte[]?> ReadBytesAsync()
    {
        while (true)
        {
            var at = buffer.AsSpan(start, end - start).IndexOf("\r\n"u8);
            if (at >= 0)
            {
                var line = buffer[start..(start + at)];
                start += at + 2;
                return line;
            }

            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }

            if (end == buffer.Length)
            {
                if (buffer.Length > LargestMail) throw new IOException("The line has no end.");
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var read = await stream.ReadAsync(buffer.AsMemory(end)).ConfigureAwait(false);
            if (read == 0) return null;
            end += read;
        }
    }
}
