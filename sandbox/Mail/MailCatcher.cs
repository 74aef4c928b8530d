using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Athena.Sandbox.Mail;

/// <summary>A mail server on loopback that keeps what it is given and delivers nothing.</summary>
public sealed class MailCatcher : IAsyncDisposable
{
    private readonly MailCatcherOptions options;
    private readonly Lock gate = new();
    private readonly List<CaughtMail> mails = [];
    private readonly Dictionary<string, string> refusals = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<TcpClient> open = [];
    private TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TcpListener? listener;
    private Task accepting = Task.CompletedTask;
    private int lastNumber;

    private MailCatcher(MailCatcherOptions options)
    {
        this.options = options;
        if (options.StartTls) Certificate = SelfMadeCertificate.ForLoopback(options.Time.GetUtcNow());
    }

    public static string Host => "127.0.0.1";

    /// <summary>The same after a stop and a new start.</summary>
    public int Port { get; private set; }

    /// <summary>For <c>127.0.0.1</c> and <c>localhost</c>, signed by itself; null without STARTTLS.</summary>
    public X509Certificate2? Certificate { get; }

    public bool Stopped
    {
        get { lock (gate) return listener is null; }
    }

    /// <summary>All mails, the oldest first.</summary>
    public IReadOnlyList<CaughtMail> Mails
    {
        get { lock (gate) return [.. mails]; }
    }

    internal MailCatcherOptions Options => options;

    public static Task<MailCatcher> StartAsync(MailCatcherOptions? options = null)
    {
        var catcher = new MailCatcher(options ?? new MailCatcherOptions());
        catcher.Listen(catcher.options.Port);
        return Task.FromResult(catcher);
    }

    /// <summary>
    /// Answers a recipient with this reply from now on, for example <c>550 5.1.1 no such mailbox</c>; null accepts it again.
    /// </summary>
    public void Refuse(string recipient, string? reply = "550 5.1.1 no such mailbox")
    {
        lock (gate)
        {
            if (reply is null) refusals.Remove(recipient);
            else refusals[recipient] = reply;
        }
    }

    /// <summary>Connections are broken and refused from now on; the mails stay.</summary>
    public async Task StopAsync()
    {
        TcpClient[] connections;
        lock (gate)
        {
            listener?.Stop();
            listener = null;
            connections = [.. open];
        }

        foreach (var connection in connections) connection.Dispose();
        await accepting.ConfigureAwait(false);
    }

    /// <summary>Listens again on the same port.</summary>
    public void StartAgain()
    {
        if (Stopped) Listen(Port);
    }

    public void Clear()
    {
        lock (gate) mails.Clear();
    }

    /// <summary>The first mail that fits, now or when it comes.</summary>
    /// <exception cref="OperationCanceledException">none came in time</exception>
    public async Task<CaughtMail> WaitForAsync(Func<CaughtMail, bool> fits, CancellationToken cancellation)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (mails.FirstOrDefault(fits) is { } mail) return mail;
                next = arrived.Task;
            }

            await next.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        Certificate?.Dispose();
    }

    internal string? RefusalOf(string recipient)
    {
        lock (gate) return refusals.GetValueOrDefault(recipient);
    }

    internal int Keep(string from, IReadOnlyList<string> to, byte[] raw, bool secure, string? signedInAs)
    {
        lock (gate)
        {
            mails.Add(new CaughtMail(++lastNumber, options.Time.GetUtcNow(), from, to, raw, secure, signedInAs));
            if (mails.Count > options.Keep) mails.RemoveAt(0);
            arrived.SetResult();
            arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return lastNumber;
        }
    }

    private void Listen(int port)
    {
        var started = new TcpListener(IPAddress.Loopback, port);
        started.Start();
        Port = ((IPEndPoint)started.LocalEndpoint).Port;
        lock (gate) listener = started;
        accepting = AcceptAsync(started);
    }

    private async Task AcceptAsync(TcpListener from)
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
            {
                var client = await from.AcceptTcpClientAsync().ConfigureAwait(false);
                conversations.RemoveAll(c => c.IsCompleted);
                conversations.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }

        await Task.WhenAll(conversations).ConfigureAwait(false);
    }

    private async Task ServeAsync(TcpClient client)
    {
        lock (gate)
        {
            if (listener is null)
            {
                client.Dispose();
                return;
            }

            open.Add(client);
        }

        try
        {
            var conversation = new SmtpConversation(this, client.GetStream());
            await using (conversation.ConfigureAwait(false)) await conversation.RunAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, or did not like the certificate: nothing to do for a catcher.
        }
        finally
        {
            lock (gate) open.Remove(client);
            client.Dispose();
        }
    }
}
