using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Notify;

/// <summary>
/// A postfix of our own that takes mails only under TLS and after a login, and delivers them into folders (tests/interop/postfix.sh).
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class PostfixServer : IDisposable
{
    public const string User = "grafana@hospital.example";
    public const string Password = "hunter-22";

    private readonly string folder = Some.TemporaryFolder();

    /// <summary>Ends the test, and says why, where there is none.</summary>
    public PostfixServer(TestAuthority authority)
    {
        Tool.Need("python3");
        Tool.Need("postfix");
        Tool.Need("saslpasswd2");
        if (Environment.UserName != "root")
            NotRun.Missing("postfix starts for root only");
        using X509Certificate2 certificate = authority.Issue();
        File.WriteAllText(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "key.pem"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        (Port, TlsPort) = (FreePort(), FreePort());
        Tool.Run(Script, "start", folder, $"{Port}", $"{TlsPort}");
    }

    /// <summary>With STARTTLS.</summary>
    public int Port { get; }

    /// <summary>With TLS from the first byte.</summary>
    public int TlsPort { get; }

    private static string Script => Path.Combine(Some.RepositoryRoot(), "tests", "interop", "postfix.sh");

    /// <summary>
    /// The mails of a box (admin, second, uni), in the order of their arrival, when there are so many. Another program delivers when it
    /// likes: the only way to know is to look.
    /// </summary>
    public async Task<IReadOnlyList<string>> ArrivedAsync(string box, int count = 1)
    {
        string arrivals = Path.Combine(folder, "mail", box, "new");
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30))
        {
            if (Directory.Exists(arrivals) && Directory.GetFiles(arrivals) is { } mails && mails.Length >= count)
                return [.. mails.OrderBy(File.GetLastWriteTimeUtc)];
            await Task.Delay(50);
        }

        throw new TimeoutException($"Waited in vain: {count} mails for {box}.");
    }

    public void Dispose()
    {
        Tool.Run(Script, "stop", folder);
        Directory.Delete(folder, recursive: true);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
