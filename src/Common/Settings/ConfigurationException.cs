using Athena.Common.Text;

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

/// <summary>One thing wrong with the settings.</summary>
/// <param name="Key">The key as it is written in <c>/etc/default</c>.</param>
/// <param name="Reason">What is wrong and what would be right.</param>
/// <param name="Value">What was found; null when there was nothing, or when it is a secret.</param>
/// <param name="Origin">Where it was found; null when nowhere.</param>
public sealed record SettingsProblem(string Key, string Reason, string? Value = null, string? Origin = null)
{
    /// <summary>One line: <c>SMTP_PORT: must be a whole number from 1 to 65535 (got "smtp" in /etc/default/athena-workers:3)</c>.</summary>
    public override string ToString()
    {
        var found = Value is null ? "" : $"got \"{VisibleText.Escape(Value)}\"";
        var where = Origin is null ? "" : $"in {Origin}";
        var behind = $"{found} {where}".Trim();
        return behind.Length == 0 ? $"{Key}: {Reason}" : $"{Key}: {Reason} ({behind})";
    }
}
