namespace Athena.AutoDisable.State;

/// <summary>What is remembered of the triggers in Grafana's database: since when they have been there as they should.</summary>
/// <param name="Since">When they were first found whole. Whoever was made after that was born locked, or something is wrong.</param>
internal sealed record BornLockedMemory(DateTimeOffset Since)
{
    /// <summary>To whom they belonged then; null while that is to be learnt.</summary>
    public string? Owner { get; set; }
}
