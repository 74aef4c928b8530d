using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Settings;
using Athena.Sandbox.Loki;
using Athena.Sandbox.Mail;
using Athena.Tests.Shared;

namespace Athena.Sandbox.Tests;

/// <summary>A Loki behind TLS that wants to see our certificate.</summary>
internal sealed class LokiTlsTests
{
    [Test]
    public async Task It_is_asked_and_followed_with_our_certificate_and_not_without_its_authority()
    {
        using var directory = new TemporaryDirectory();
        using var certificate = SelfMadeCertificate.ForLoopback(TimeProvider.System.GetUtcNow());
        using var key = certificate.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(directory["cert.pem"], certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(directory["key.pem"], key.ExportPkcs8PrivateKeyPem());
        await using var loki = await StandInLoki.StartAsync(certificate: certificate);
        loki.Faults.TailInterval = TimeSpan.FromMilliseconds(20);
        var now = TimeProvider.System.GetUtcNow();
        loki.Push(LokiWindowTests.Labels(), now, LokiWindowTests.Line(now));

        var settings = new Dictionary<string, string>
        {
            ["LOG"] = $"loki:{loki.Url}",
            ["LOKI_QUERY"] = LokiWindowTests.Query,
            ["LOKI_CLIENT_CERT_PATH"] = directory["cert.pem"],
            ["LOKI_CLIENT_KEY_PATH"] = directory["key.pem"],
        };
        Assert.That(Read(settings).Inspect().Problem, Does.Contain("certificate").And.Contain("LOKI_CA_CERT_PATH"));
        settings["LOKI_CA_CERT_PATH"] = directory["cert.pem"];
        var source = Read(settings);
        Assert.That(source.Inspect().Problem, Is.Null);

        using var follower = source.Follow(TimeProvider.System);
        follower.Open(null);
        follower.Read(_ => { });
        now = TimeProvider.System.GetUtcNow();
        loki.Push(LokiWindowTests.Labels(), now, LokiWindowTests.Line(now));
        var began = Stopwatch.GetTimestamp();
        LogRead read;
        do
        {
            read = follower.Read(_ => { });
            follower.Wait(TimeSpan.FromMilliseconds(10));
        }
        while (read.Lines == 0 && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(60));
        Assert.That((read.Lines, read.Problem), Is.EqualTo((1, (string?)null)));
        Assert.That(loki.Asked, Does.Contain("tail"));
    }

    private static ILogSource Read(Dictionary<string, string> settings)
    {
        var reader = new SettingsReader(new SettingsSource(settings, null));
        var log = LogSetting.Read(reader);
        Assert.That(reader.Problems, Is.Empty);
        return log;
    }
}
