using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Simulate;

/// <summary>An account that came in the time of a <see cref="SimulationRun"/>.</summary>
/// <param name="User">As Grafana lists it now.</param>
/// <param name="CameAt">The log's time of it, else Grafana's.</param>
/// <param name="Acts">What was done to it since, in the order of time.</param>
/// <param name="Requests">Their requests until they were first disabled, or until now.</param>
internal sealed record SimulatedAccount(
    GrafanaUser User, Measure Measure, Arrival Arrival, DateTimeOffset CameAt, IReadOnlyList<AdminAct> Acts, int Requests)
{
    public AdminAct? FirstDisabled => Acts.FirstOrDefault(act => !act.IsEnabling);

    /// <summary>What would have been taken for the approval. Of an external account it is not: only <c>approve</c> is.</summary>
    public AdminAct? Approval => User.IsExternal ? null : Acts.FirstOrDefault(act => act.IsEnabling);

    /// <summary>How long they could go about before anybody stopped them; null when they were stopped and no line tells when.</summary>
    public TimeSpan? Inside(DateTimeOffset now) =>
        FirstDisabled is { } disabled ? After(disabled) : User.IsDisabled ? null : Positive(now - CameAt);

    public TimeSpan? ApprovedAfter => Approval is { } approval ? After(approval) : null;

    public TimeSpan After(AdminAct act) => Positive(act.At - CameAt);

    /// <summary>Grafana's times are whole seconds, and lines are not strictly in order.</summary>
    private static TimeSpan Positive(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;
}
