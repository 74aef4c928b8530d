using Athena.Common.Text;

namespace Athena.AutoDisable.Accounts;

/// <summary>
/// What somebody typed about themselves, as far as it is kept (<see cref="ClaimedText"/>). Kept only while the case is open: of people who
/// are admitted the state holds ids alone.
/// </summary>
internal sealed record Person(string Login, string Email, string Name)
{
    public string Login { get; init; } = ClaimedText.Cut(Login);

    public string Email { get; init; } = ClaimedText.Cut(Email);

    public string Name { get; init; } = ClaimedText.Cut(Name);

    /// <summary>What to call them where only one word fits: name, else e-mail, else login.</summary>
    public string Called => Name.Trim() is { Length: > 0 } name ? name : Email.Trim() is { Length: > 0 } email ? email : Login;
}
