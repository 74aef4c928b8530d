namespace Athena.Common.Network;

/// <summary>Where an Alertmanager is, and what it is shown by whoever asks.</summary>
/// <param name="Url">Its external address; a path of it is kept.</param>
/// <param name="User">For basic authentication; null shows none.</param>
/// <param name="Password">Its password. A secret.</param>
/// <param name="Token">Shown as a bearer token in place of both. A secret.</param>
/// <param name="CaFile">PEM file with the authority that signed its certificate; null for those of the system.</param>
public sealed record AlertmanagerAddress(Uri Url, string? User = null, string? Password = null, string? Token = null, string? CaFile = null)
{
    /// <summary>Host and port, for sentences. No secret.</summary>
    public string Place => Url.Authority;

    /// <inheritdoc/>
    public override string ToString() => Place;
}

/// <summary>What came of asking it.</summary>
/// <param name="Problem">Why it did not take what it was given, with what to do and without a secret; null when it did.</param>
/// <param name="At">Its clock, by the answer; null where it did not say.</param>
/// <param name="Body">What it answered; empty where it did not.</param>
public sealed record AlertmanagerReply(string? Problem, DateTimeOffset? At = null, string Body = "");
