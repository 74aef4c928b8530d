namespace Athena.EndToEnd.Harness;

/// <summary>What one call of the daemon's program gave.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>All that a person would have seen.</summary>
    public string Text => Output + Error;

    public override string ToString() => $"exit code {ExitCode}\n{Text}";
}
