namespace Athena.Common.Tests.Grafana.Api;

/// <summary>What the peer was sent, exactly as it came over the wire.</summary>
internal sealed record PeerRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Line => $"{Method} {Target}";

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
