namespace Athena.Common.State.Persons;

/// <summary>What one record says of whom it is about; null for what it does not say.</summary>
/// <param name="Uid">Grafana's uid.</param>
/// <param name="Id">Grafana's number, which a restored database may give to somebody else.</param>
/// <param name="Login">As it was when the record was written.</param>
/// <param name="Email">Likewise.</param>
/// <param name="Name">Likewise; many people may have the same.</param>
public sealed record PersonTrace(string? Uid, long? Id, string? Login = null, string? Email = null, string? Name = null)
{
    /// <summary>The account that a reference as in the audit names: its uid, or <c>id:17</c>.</summary>
    public static PersonTrace OfReference(string reference) =>
        reference.StartsWith("id:", StringComparison.Ordinal) && long.TryParse(reference.AsSpan(3), out var id)
            ? new PersonTrace(null, id)
            : new PersonTrace(reference, null);
}
