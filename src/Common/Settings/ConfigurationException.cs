namespace Athena.Common.Settings;

/// <summary>
/// A person must put something right before the daemon can work: it ends with <see cref="ExitCode.Configuration"/> and systemd does not
/// start it again. Thrown while settings are read, while the daemon is composed, or by a worker ("the state is unreadable").
/// </summary>
public sealed class ConfigurationException : Exception
{
    public ConfigurationException(string message)
        : base(message)
    {
    }

    public ConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public ConfigurationException(IReadOnlyList<SettingsProblem> problems)
        : base(string.Join('\n', problems))
    {
        Problems = problems;
    }

    /// <summary>All faults of the settings at once; empty when the message says it all.</summary>
    public IReadOnlyList<SettingsProblem> Problems { get; } = [];
}
