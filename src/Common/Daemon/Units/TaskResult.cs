namespace Athena.Common.Daemon.Units;

/// <summary>How a command of the daemon ended that ran in its unit's sandbox.</summary>
/// <param name="ExitCode">Its exit code; null when systemd could not even start it.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error, or systemd's words.</param>
internal sealed record TaskResult(int? ExitCode, string Output, string Error);
