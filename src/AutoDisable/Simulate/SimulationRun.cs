using Athena.Common.GrafanaLog.Sources;

namespace Athena.AutoDisable.Simulate;

/// <summary>What the daemon would have done in a time that is over, had it run.</summary>
/// <param name="Since">Begin of that time.</param>
/// <param name="Now">Its end.</param>
/// <param name="Accounts">Those that came in it, in the order in which they came.</param>
/// <param name="Vanished">Sign-ups whose e-mail no account has now: deleted since, or renamed. The same person may be among the
/// accounts.</param>
/// <param name="Ageless">Accounts of which neither the list nor the log tells when they came; they are not among the accounts.</param>
/// <param name="Log">How much of the log could be read.</param>
/// <param name="HasRequests">Whether the log tells of successful requests at all; it does not with <c>router_logging = false</c>.</param>
internal sealed record SimulationRun(
    DateTimeOffset Since,
    DateTimeOffset Now,
    IReadOnlyList<SimulatedAccount> Accounts,
    IReadOnlyList<Evidence.SignedIn> Vanished,
    int Ageless,
    LogPast Log,
    bool HasRequests)
{
    /// <summary>Those that would have been locked, or shown out where they cannot be locked.</summary>
    public IEnumerable<SimulatedAccount> Kept => Accounts.Where(account => account.Measure is Measure.Lock or Measure.ShowOut);

    public IEnumerable<SimulatedAccount> Spared =>
        Accounts.Where(account => account.Measure is Measure.SpareServerAdmin or Measure.SpareSelf);
}

/// <summary>What the daemon would have done with an account as it came.</summary>
internal enum Measure
{
    /// <summary>Disabled and logged out.</summary>
    Lock,

    /// <summary>Logged out at each sign of them: they are external, and without Grafana's database they cannot be locked.</summary>
    ShowOut,

    /// <summary>A server admin: let be, and reported at once.</summary>
    SpareServerAdmin,

    /// <summary>The account that the daemon works with.</summary>
    SpareSelf,
}
