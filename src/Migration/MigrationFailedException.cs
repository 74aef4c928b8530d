namespace Athena.Migration;

/// <summary>A step of a change of guards did not succeed: everything is to be put back.</summary>
/// <param name="message">What did not work.</param>
/// <param name="next">What to do about it; null when the message says it.</param>
internal sealed class MigrationFailedException(string message, string? next = null) : Exception(message)
{
    public string? Next { get; } = next;

    /// <summary>With which the command ends when nothing was being changed yet.</summary>
    public int ExitCode { get; init; } = Common.Settings.ExitCode.Fault;
}
