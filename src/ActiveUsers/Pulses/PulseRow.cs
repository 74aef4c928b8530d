using Athena.Common.Activities;
using Athena.Common.Sight;

namespace Athena.ActiveUsers.Pulses;

/// <summary>One user in one organisation, as the pulse shows him.</summary>
internal sealed record PulseRow(UserActivity User, IdentityKind Kind)
{
    /// <summary>His own; what the image renderer asked in his name is left out.</summary>
    public long Requests => User.Requests - User.RendererRequests;
}
