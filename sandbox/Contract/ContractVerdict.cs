namespace Athena.Sandbox.Contract;

public enum ContractVerdict
{
    /// <summary>Answered as recorded.</summary>
    Same,

    Different,

    /// <summary>Cannot be asked of this server; the reason says why.</summary>
    NotReplayed,
}
