namespace Athena.AutoDisable.Accounts;

/// <summary>
/// What somebody typed about himself. Kept only while his case is open: of people who are admitted the state holds ids alone.
/// </summary>
internal sealed record Person(string Login, string Email, string Name)
{
    /// <summary>What to call him where only one word fits: name, else e-mail, else login.</summary>
    public string Called => Name.Trim() is { Length: > 0 } name ? name : Email.Trim() is { Length: > 0 } email ? email : Login;
}
