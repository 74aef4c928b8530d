namespace Athena.Common.Tests.Grafana.Api;

/// <summary>What the peer sends back.</summary>
internal sealed record PeerAnswer(int Status, string Body, params (string Name, string Value)[] Headers)
{
    /// <summary>Instead of an answer: wait until the client goes away.</summary>
    public static readonly PeerAnswer Silence = new(0, "silence");

    /// <summary>Instead of an answer: half of one, then the connection is closed.</summary>
    public static readonly PeerAnswer Break = new(0, "break");

    public static PeerAnswer Json(string body, params (string, string)[] headers) => new(200, body, headers);

    public PeerAnswer With(string name, string value) => this with { Headers = [.. Headers, (name, value)] };
}
