using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.Decisions;

namespace Athena.AutoDisable.Deciding;

/// <summary>The links of mails about accounts that wait.</summary>
internal sealed class PersonalLinks(DecisionBook book, DecisionOptions options, AutoDisableOptions gate, TimeProvider time) : IPersonalLinks
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Recipients => options.MailTo;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, AccountLinks>> Issue(IReadOnlyList<Account> accounts)
    {
        var until = time.GetUtcNow() + DecisionOptions.Lifetime;
        List<DecisionLink> asked = [];
        foreach (var address in options.MailTo)
        {
            foreach (var account in accounts.Where(DecisionRules.IsOpenToLinks))
            {
                asked.Add(Link(account, DecisionChoice.Reject, address, until));
                if (DecisionRules.MayApproveByLink(account.Case!, gate) && HasProof(address))
                    asked.Add(Link(account, DecisionChoice.Approve, address, until));
            }
        }

        if (asked.Count == 0 || book.Issue(asked) is not { } tokens)
            return new Dictionary<string, IReadOnlyDictionary<string, AccountLinks>>();
        var pages = asked.Zip(tokens, (link, token) => (Link: link, Page: options.Page(token))).ToList();
        return pages.GroupBy(one => one.Link.Address).ToDictionary(
            mine => mine.Key,
            mine => (IReadOnlyDictionary<string, AccountLinks>)mine.GroupBy(one => one.Link.Account).ToDictionary(
                both => both.Key,
                both => new AccountLinks(
                    both.FirstOrDefault(one => one.Link.Choice == DecisionChoice.Approve).Page,
                    both.First(one => one.Link.Choice == DecisionChoice.Reject).Page,
                    until,
                    options.Proof)));
    }

    private bool HasProof(string address) => options.Proof != ApprovalProof.Pin || book.HasPin(address);

    private static DecisionLink Link(Account account, DecisionChoice choice, string address, DateTimeOffset until) =>
        new("", choice, account.Ref, account.Case!.OpenedAt, address, until);
}
