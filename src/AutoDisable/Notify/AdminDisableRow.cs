using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Notify;

/// <summary>One line of a week's summary.</summary>
/// <param name="User">As Grafana lists them now; null when they are gone.</param>
internal sealed record AdminDisableRow(AdminDisable Disable, GrafanaUser? User)
{
    /// <summary>What has become of it.</summary>
    public string Now => User switch
    {
        null => "deleted",
        { IsDisabled: true } => "disabled",
        _ => "enabled again",
    };
}
