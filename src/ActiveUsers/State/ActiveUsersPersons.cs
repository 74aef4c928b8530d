using Athena.ActiveUsers.Access;
using Athena.Common.State.Persons;

namespace Athena.ActiveUsers.State;

/// <summary>
/// What the daemon keeps of people beside its audit: logins in messages that the chat does not have yet, and, where that is wanted, who did
/// what.
/// </summary>
internal static class ActiveUsersPersons
{
    private static readonly PersonFields Fields =
        PersonFields.Of(PersonIdentity.Erased, ["text", "detail", "trouble", "by", "reason", "note"]);

    /// <param name="directory">The state directory.</param>
    public static IReadOnlyList<IPersonShelf> In(string directory) =>
    [
        new StateShelf<ActiveUsersState>(ActiveUsersState.In(directory), ActiveUsersStateJson.Default.ActiveUsersState, Fields),
        new AccessShelf(AccessBook.Beside(directory)),
    ];
}
