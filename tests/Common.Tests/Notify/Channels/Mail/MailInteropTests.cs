using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Notify.Channels.Mail;

/// <summary>Mails go to servers that other people wrote and are read by a parser that other people wrote.</summary>
[Category("Interop")]
[SupportedOSPlatform("linux")]
public sealed class MailInteropTests
{
    private readonly TestAuthority _authority = new();
    private readonly List<Process> _processes = [];
    private string _folder = "";

    [SetUp]
    public void MakeFolder()
    {
        _folder = Some.TemporaryFolder();
        using var certificate = _authority.Issue();
        File.WriteAllText(Path.Combine(_folder, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "key.pem"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    [TearDown]
    public void StopServers()
    {
        foreach (Process process in _processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        _processes.Clear();
        Directory.Delete(_folder, recursive: true);
    }

    [OneTimeTearDown]
    public void Clean() => _authority.Dispose();

    [TestCase(SmtpSecurity.StartTls)]
    [TestCase(SmtpSecurity.ImplicitTls)]
    public async Task Postfix_takes_a_mail_under_TLS_and_delivers_what_was_written(SmtpSecurity security)
    {
        using PostfixServer postfix = new(_authority);
        SmtpSettings settings = Settings(security == SmtpSecurity.StartTls ? postfix.Port : postfix.TlsPort) with
        {
            Security = security,
            CaFile = _authority.CaFile,
        };
        await using MailChannel transport = new(settings, TimeProvider.System, MailSamples.Logo);
        LoginCheck check = await transport.TestLoginAsync(default);
        Assert.That(check.IsGood, Is.True, check.Sentence);

        OutgoingMessage mail = MailSamples.Whole(
            "admin@hospital.example", "nobody@hospital.example", "second@hospital.example", "ünï@hospital.example");
        var results = await transport.SendAsync(new DeliveryAttempt(mail, Some.Morning, mail.Recipients), default);
        await transport.EndBatchAsync(default);

        Assert.That(
            results["admin@hospital.example"].Detail, Does.Match(@"accepted by 127\.0\.0\.1:\d+ at \S+ \S+ UTC, 250 2\.0\.0 Ok: queued as \w+"));
        Assert.That(results["second@hospital.example"].Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
        Assert.That(results["ünï@hospital.example"].Verdict, Is.EqualTo(DeliveryVerdict.Accepted), results["ünï@hospital.example"].Detail);
        Assert.That(
            results["nobody@hospital.example"].Verdict, Is.EqualTo(DeliveryVerdict.Permanent), results["nobody@hospital.example"].Detail);
        foreach (string box in new[] { "admin", "second", "uni" })
        {
            MailReading reading = MailReading.Of((await postfix.ArrivedAsync(box))[0]);
            string[] ascii = [.. mail.Recipients.Where(recipient => box == "uni" || !recipient.Contains('ü'))];
            MailSamples.AssertIsWhole(reading, mail, settings, ascii);
        }
    }

    [Test]
    public async Task Postfix_refuses_a_wrong_password_and_we_say_what_to_check()
    {
        using PostfixServer postfix = new(_authority);
        await using MailChannel transport = new(
            Settings(postfix.Port) with { Security = SmtpSecurity.StartTls, CaFile = _authority.CaFile, Password = "wrong-22" },
            TimeProvider.System);
        LoginCheck check = await transport.TestLoginAsync(default);

        Assert.That(check.IsGood, Is.False);
        Assert.That(check.Sentence, Does.Contain("check SMTP_USER and SMTP_PASSWORD (535 5.7.8").And.Not.Contain("wrong-22"));
    }

    [TestCase(SmtpSecurity.None)]
    [TestCase(SmtpSecurity.ImplicitTls)]
    public async Task Maildev_takes_a_mail_and_stores_what_was_written(SmtpSecurity security)
    {
        int port = await StartMaildevAsync(security);
        SmtpSettings settings = Settings(port) with { Security = security, CaFile = _authority.CaFile };
        await using MailChannel transport = new(settings, TimeProvider.System, MailSamples.Logo);
        OutgoingMessage mail = MailSamples.Whole("admin@hospital.example", "second@hospital.example");
        var results = await transport.SendAsync(new DeliveryAttempt(mail, Some.Morning, mail.Recipients), default);
        await transport.EndBatchAsync(default);

        Assert.That(
            results.Values.Select(result => result.Verdict), Has.All.EqualTo(DeliveryVerdict.Accepted), results.Values.First().Detail);
        MailSamples.AssertIsWhole(
            MailReading.Of(await ArrivedAsync(Path.Combine(_folder, "maildev"), "*.eml")), mail, settings, mail.Recipients);
    }

    private static SmtpSettings Settings(int port) =>
        Some.Settings with
        {
            Port = port,
            User = PostfixServer.User,
            Password = PostfixServer.Password,
            FromName = "Athena “Grafana” Überwachung",
        };

    private async Task<int> StartMaildevAsync(SmtpSecurity security)
    {
        Tool.Need("python3");
        Tool.Need("node");
        string program = Path.Combine(Some.RepositoryRoot(), "artifacts", "interop", "node_modules", ".bin", "maildev");
        if (!File.Exists(program))
            NotRun.Missing("maildev is not installed: tests/interop/install.sh does that");
        int port = FreePort();
        string[] arguments =
        [
            "--ip", "127.0.0.1", "--smtp", $"{port}", "--disable-web", "--incoming-user", PostfixServer.User, "--incoming-pass",
            PostfixServer.Password,
            "--mail-directory", Path.Combine(_folder, "maildev"),
        ];
        if (security == SmtpSecurity.ImplicitTls)
            arguments =
            [
                .. arguments, "--incoming-secure", "--incoming-cert", Path.Combine(_folder, "cert.pem"), "--incoming-key",
                Path.Combine(_folder, "key.pem"),
            ];
        Process process = Tool.Start(program, arguments);
        _processes.Add(process);
        await UntilAsync("maildev listens", () =>
        {
            Assert.That(process.HasExited, Is.False, "maildev ended");
            using TcpClient probe = new();
            try
            {
                probe.Connect(IPAddress.Loopback, port);
                return "yes";
            }
            catch (SocketException)
            {
                return null;
            }
        });
        return port;
    }

    // Another program delivers when it likes: the only way to know is to look.
    private static Task<string> ArrivedAsync(string folder, string pattern) =>
        UntilAsync($"a mail in {folder}", () =>
            Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).FirstOrDefault() : null);

    private static async Task<string> UntilAsync(string what, Func<string?> look)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30))
        {
            if (look() is { } seen)
                return seen;
            await Task.Delay(50);
        }

        throw new TimeoutException($"Waited in vain: {what}.");
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
