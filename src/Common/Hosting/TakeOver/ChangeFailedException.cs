namespace Athena.Common.Hosting.TakeOver;

/// <summary>A step of a change of guards did not succeed: everything is to be put back.</summary>
/// <param name="message">What did not work.</param>
/// <param name="next">What to do about it; null when the message says it.</param>
internal sealed class ChangeFailedException(string message, string? next = null) : Exception(message)
{
    public string? Next { get; } = next;
}
