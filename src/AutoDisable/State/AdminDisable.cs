using Athena.Common.Text;

namespace Athena.AutoDisable.State;

/// <summary>An admin disabled in Grafana somebody who had been let in. Who it is the list of users tells when it is told.</summary>
/// <param name="Account">Reference of the account.</param>
/// <param name="At">The log's time of the request, or ours.</param>
/// <param name="By">The admin.</param>
internal sealed record AdminDisable(string Account, DateTimeOffset At, string By)
{
    public string By { get; init; } = ClaimedText.Cut(By);
}
