using System.Text.Json.Serialization;
using Athena.Common.Text;

namespace Athena.AutoDisable.Evidence;

/// <summary>A service account that a stranger made, or made a token for, or changed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="OrgId">Its organisation.</param>
/// <param name="Login"><c>sa-3-backdoor</c>; empty when Grafana's list was not to be had or no longer holds it. A stranger's text.</param>
/// <param name="Name">The name it was given; a stranger's text.</param>
/// <param name="IsNew">Made after they came, so it may be deleted as a whole; of an older one only what they added is to go.</param>
/// <param name="IsCertain">False when several came in the same time and the log's line does not say which one is theirs.</param>
/// <param name="Tokens">Tokens that they were seen making for it.</param>
internal sealed record TouchedServiceAccount(long Id, long OrgId, string Login, string Name, bool IsNew, bool IsCertain, int Tokens)
{
    /// <summary>Made by that account for certain: nobody else can miss it, so a command may delete it with its tokens.</summary>
    [JsonIgnore]
    public bool IsTheirs => IsNew && IsCertain;

    public string Login { get; init; } = ClaimedText.Cut(Login);

    public string Name { get; init; } = ClaimedText.Cut(Name);
}
