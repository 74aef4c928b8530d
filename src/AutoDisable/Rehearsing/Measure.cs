namespace Athena.AutoDisable.Rehearsing;

/// <summary>What the daemon would have done with an account as it came.</summary>
internal enum Measure
{
    /// <summary>Disabled and logged out.</summary>
    Lock,

    /// <summary>Logged out at each sign of him: he is external, and without Grafana's database he cannot be locked.</summary>
    ShowOut,

    /// <summary>A server admin: let be, and reported at once.</summary>
    SpareServerAdmin,

    /// <summary>The account that the daemon works with.</summary>
    SpareSelf,
}
