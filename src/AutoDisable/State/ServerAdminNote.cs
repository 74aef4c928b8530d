using Athena.Common.Text;

namespace Athena.AutoDisable.State;

/// <summary>
/// An account that waits is a server admin: one made through Grafana's API is none at its birth, and is made one by a second request.
/// </summary>
/// <param name="At">The log's time of that request; null where no line was seen.</param>
/// <param name="By">Who made it one; null where no line was seen.</param>
internal sealed record ServerAdminNote(DateTimeOffset? At, string? By)
{
    public string? By { get; init; } = By is null ? null : ClaimedText.Cut(By);
}
