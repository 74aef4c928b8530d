using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Athena.Common.Tests.Notify;

/// <summary>A certificate authority for one test run.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UnixEpoch;

    private readonly X509Certificate2 _root;
    private readonly string _folder = Some.TemporaryFolder();

    public TestAuthority()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _root = request.CreateSelfSigned(From, From.AddYears(200));
        File.WriteAllText(CaFile, _root.ExportCertificatePem());
    }

    /// <summary>The authority's certificate in PEM form.</summary>
    public string CaFile => Path.Combine(_folder, "ca.pem");

    /// <summary>A server's certificate; without a name, for 127.0.0.1.</summary>
    public X509Certificate2 Issue(string? name = null, bool isExpired = false)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=Server", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        if (name is null)
            names.AddIpAddress(IPAddress.Loopback);
        else
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset until = isExpired ? From.AddYears(50) : From.AddYears(199);
        using X509Certificate2 certificate = request.Create(_root, From.AddDays(1), until, [1, 2, 3, 4]);
        return certificate.CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        _root.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
