namespace Athena.Compliance.Tests;

/// <summary>A clock that stands, and is set in any direction.</summary>
internal sealed class SettableTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
