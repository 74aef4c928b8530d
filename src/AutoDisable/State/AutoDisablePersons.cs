using Athena.Common.State;
using Athena.Common.State.Persons;

namespace Athena.AutoDisable.State;

/// <summary>What the daemon keeps of people beside its messages and its audit.</summary>
internal static class AutoDisablePersons
{
    /// <summary>Blank as <see cref="Person.Forgotten"/> is.</summary>
    private static readonly PersonFields Fields = PersonFields.Of(
        "",
        [
            "by", "invitedBy", "email", "reason", "problem", "detail", "text", "path", "lockProblem", "mailProblem", "deleteProblem",
            "address",
        ],
        "address", "addresses");

    /// <param name="directory">The state directory.</param>
    public static IReadOnlyList<IPersonShelf> In(string directory) =>
    [
        new Accounts(AutoDisableState.In(directory)), new Decisions(DecisionBookState.In(directory)),
        new Cards(ChatDecisionState.In(directory)),
    ];

    private sealed class Accounts(IStateStore<AutoDisableState> store)
        : StateShelf<AutoDisableState>(store, AutoDisableStateJson.Default.AutoDisableState, Fields)
    {
        /// <inheritdoc/>
        public override string? Obstacle(PersonIdentity who) => Find(who) is { } account && IsOpen(account)
            ? $"{Selector(account)} still waits for a decision. Decide first: sudo grafana-auto-disable reject "
                + $"{Selector(account)} --delete, or approve; then repeat this."
            : null;

        /// <inheritdoc/>
        public override string? Remark(PersonIdentity who) => Find(who) is { } account && !IsOpen(account)
            ? "When Grafana was last looked at it had this account, and as long as it does the daemons will meet it again. To delete it "
                + $"there as well, before: sudo grafana-auto-disable reject {Selector(account)} --delete"
            : null;

        private Account? Find(PersonIdentity who) =>
            Read()?.Accounts.FirstOrDefault(account => who.Owns(new PersonTrace(account.Uid, account.Id)));

        private static bool IsOpen(Account account) => account.Approving is not null || account.Found is not null || account.Status switch
        {
            AccountStatus.Locking or AccountStatus.Locked or AccountStatus.AtDoor => true,
            AccountStatus.Admitted or AccountStatus.DisabledBefore or AccountStatus.Rejected => false,
        };

        private static string Selector(Account account) => account.Uid is { } uid ? $"uid:{uid}" : account.Ref;
    }

    /// <summary>Links and PINs of somebody who decides, and links about somebody's account: they go whole.</summary>
    private sealed class Decisions(IStateStore<DecisionBookState> store)
        : StateShelf<DecisionBookState>(store, DecisionBookJson.Default.DecisionBookState, PersonFields.Of("", ["address"]))
    {
        /// <inheritdoc/>
        public override string Name => "decisions";

        /// <inheritdoc/>
        protected override int Change(DecisionBookState state, PersonIdentity who) =>
            state.Links.RemoveAll(link => who.IsTheirs(link.Address) || who.IsReference(link.Account))
            + state.Pins.RemoveAll(pin => who.IsTheirs(pin.Address))
            + state.Tries.RemoveAll(tried => who.IsTheirs(tried.Address) || who.IsReference(tried.Account));
    }
    /// <summary>Messages in the chat by which somebody decides; what stands there already is Telegram's.</summary>
    private sealed class Cards(IStateStore<ChatDecisionState> store)
        : StateShelf<ChatDecisionState>(store, ChatDecisionJson.Default.ChatDecisionState, PersonFields.Of("", ["who"]))
    {
        /// <inheritdoc/>
        public override string Name => "decisions-chat";

        /// <inheritdoc/>
        protected override int Change(ChatDecisionState state, PersonIdentity who) =>
            state.Cards.RemoveAll(card => who.IsReference(card.Account));
    }
}
