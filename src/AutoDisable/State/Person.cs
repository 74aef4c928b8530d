using System.Text.Json.Serialization;
using Athena.Common.Grafana.Api;
using Athena.Common.Text;

namespace Athena.AutoDisable.State;

/// <summary>
/// What somebody typed about themselves, as far as it is kept (<see cref="ClaimedText"/>). Kept only while the case is open: of people who
/// are admitted or rejected the state holds ids alone, once everybody was told.
/// </summary>
internal sealed record Person(string Login, string Email, string Name)
{
    public string Login { get; init; } = ClaimedText.Cut(Login);

    public string Email { get; init; } = ClaimedText.Cut(Email);

    public string Name { get; init; } = ClaimedText.Cut(Name);

    /// <summary>In the place of what is not kept any more.</summary>
    public static Person Forgotten { get; } = new("", "", "");

    /// <summary>It is not kept any more.</summary>
    [JsonIgnore]
    public bool IsForgotten => this == Forgotten;

    /// <summary>As Grafana's list would show this account, as far as that is remembered.</summary>
    public GrafanaUser As(Account account) => new(
        account.Id,
        account.Uid,
        Login,
        Email,
        Name,
        IsAdmin: false,
        account.Status == AccountStatus.Locked,
        [],
        account.Case?.Created,
        null);

    public static Person Of(GrafanaUser user) => new(user.Login, user.Email, user.Name);

    /// <summary>What to call them where only one word fits: name, else e-mail, else login.</summary>
    [JsonIgnore]
    public string Called => Name.Trim() is { Length: > 0 } name ? name : Email.Trim() is { Length: > 0 } email ? email : Login;
}
