using System.Diagnostics.CodeAnalysis;

namespace Athena.Common.Grafana.Api;

/// <summary>
/// The typed outcome of one call. An answer is never an exception: what Grafana says is expected, whatever it says.
/// </summary>
/// <param name="Outcome">Which of the cases it is.</param>
/// <param name="Value">What was asked for; null unless the outcome is <see cref="GrafanaOutcome.Done"/>.</param>
/// <param name="Detail">A sentence for the sysadmin: what was asked, what came back, and for a refusal the permission that is
/// missing.</param>
public sealed record GrafanaAnswer<T>(GrafanaOutcome Outcome, T? Value, string Detail)
    where T : class
{
    /// <summary>True when Grafana answered and <see cref="Value"/> is there.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsDone => Outcome == GrafanaOutcome.Done && Value is not null;
}

/// <summary>How a call to Grafana ended, as far as the caller has to tell the cases apart (docs/grafana.md §5).</summary>
public enum GrafanaOutcome
{
    /// <summary>Grafana did what was asked; the answer's value is present where the call has one.</summary>
    Done,

    /// <summary>Nothing had to be done: the thing is already as asked.</summary>
    AlreadySo,

    /// <summary>The subject does not exist (any more): 404.</summary>
    Gone,

    /// <summary>The account comes from single sign-on, LDAP or a proxy, and Grafana's API refuses to change it.</summary>
    ExternalUser,

    /// <summary>We are signed in and may not: 403. The detail names the permission Grafana asked for.</summary>
    Refused,

    /// <summary>We are not signed in and there is no way in at the moment: 401.</summary>
    SignInFailed,

    /// <summary>No usable answer: network, time-out, 5xx, or a body that is not Grafana's at all.</summary>
    Unavailable,

    /// <summary>
    /// Grafana answered, but the answer lacks a field that decisions hang on, or is of another shape; the detail names it. It lasts until
    /// somebody looks into it, and decides nothing until then.
    /// </summary>
    NotUnderstood,
}
