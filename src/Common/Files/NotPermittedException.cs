namespace Athena.Common.Files;

/// <summary>Only root may do that, or not even root should.</summary>
/// <param name="path">What may not be read.</param>
/// <param name="reason">What to do instead of using sudo; null when sudo is all it takes.</param>
public sealed class NotPermittedException(string path, string? reason = null)
    : UnauthorizedAccessException(reason ?? $"Only root may read {path}.")
{
    /// <summary>What may not be read.</summary>
    public string Path => path;

    /// <summary>The same command, run by root, would be permitted.</summary>
    public bool NeedsRoot => reason is null;
}
