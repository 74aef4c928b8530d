namespace Athena.AutoDisable.Simulate;

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
