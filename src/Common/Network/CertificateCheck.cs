using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Athena.Common.Text;

namespace Athena.Common.Network;

/// <summary>
/// Decides whether a server's certificate is good: made out to the host that was asked for, in its time, and signed by an authority of
/// the system or of the extra file. Remembers why it was not, for the sentence that the sysadmin reads.
/// </summary>
internal sealed class CertificateCheck(X509Certificate2Collection? authorities)
{
    /// <summary>Why the last certificate was refused; null when it was not.</summary>
    public string? Problem { get; private set; }

    /// <summary>
    /// How the system's chain is built: nothing is fetched from addresses that a stranger's certificate names.
    /// </summary>
    public static X509ChainPolicy Policy => new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };

    /// <summary>Reads a PEM file of authorities. Null when it cannot be read or holds none.</summary>
    public static X509Certificate2Collection? TryReadAuthorities(string path, out string? problem)
    {
        X509Certificate2Collection authorities = [];
        try
        {
            authorities.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problem = $"{path} cannot be read: {e.Message}";
            return null;
        }

        problem = authorities.Count == 0 ? $"{path} holds no certificate in PEM form" : null;
        return authorities.Count == 0 ? null : authorities;
    }

    /// <summary>The callback for <see cref="SslStream"/>.</summary>
    public bool IsGood(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Problem = null;
        if (certificate is not X509Certificate2 leaf || chain is null)
            return Refuse("the server showed no certificate");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return Refuse($"it is made out to another name ({Names(leaf)})");
        if (!errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            return true;
        if (authorities is null)
            return Refuse(Reasons(chain));

        // The system does not trust the signer: ask again with the extra authorities alone.
        using X509Chain ours = new() { ChainPolicy = Policy };
        ours.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        ours.ChainPolicy.CustomTrustStore.AddRange(authorities);
        ours.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));    // server authentication
        foreach (X509ChainElement element in chain.ChainElements)
            ours.ChainPolicy.ExtraStore.Add(element.Certificate);
        return ours.Build(leaf) || Refuse(Reasons(ours));
    }

    private static string Reasons(X509Chain chain) =>
        string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct());

    // What the certificate says of itself comes from a stranger who answers in the server's place.
    private static string Names(X509Certificate2 leaf) =>
        UntrustedText.Visible(leaf.GetNameInfo(X509NameType.DnsName, forIssuer: false), 80);

    private bool Refuse(string problem)
    {
        Problem = problem;
        return false;
    }
}
