using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Notify.Documents;
using Athena.Common.Text;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>What the page behind a link says: the mail's words, as one reads them a moment before one decides.</summary>
internal sealed class DecisionPageText(MailOptions options, Wording wording)
{
    /// <param name="account">With a case or, to take something back, with a decision.</param>
    /// <param name="user">Whose it is.</param>
    /// <param name="choice">What the link does.</param>
    public DecisionPage Write(Account account, Person user, DecisionChoice choice)
    {
        var name = UntrustedText.Visible(user.Called, 60);
        return new DecisionPage(DecisionStatus.Open, choice switch
        {
            DecisionChoice.Approve => $"Let {name} in?",
            DecisionChoice.Reject => $"Reject {name}?",
            DecisionChoice.Undo => $"Take back what was decided about {name}?",
        })
        {
            Choice = choice,
            Lead = choice switch
            {
                DecisionChoice.Approve =>
                    $"{wording.CameAndLocked(account, Phrase.Of(name)).Text}. Approved, the account is enabled at once"
                    + $"{(options.TellsTheApproved ? ", and they get an e-mail" : "")}.",
                DecisionChoice.Reject => $"{wording.CameAndLocked(account, Phrase.Of(name)).Text}. Rejected, the account stays locked, and "
                    + "nobody is asked about it again.",
                DecisionChoice.Undo => $"It was {(account.Status == AccountStatus.Admitted ? "approved" : "rejected")} on "
                    + $"{wording.Time(account.Decision!.At)} by {UntrustedText.Visible(account.Decision.By, 80)}. Taken back, the account "
                    + "is locked and waits for a decision.",
            },
            Warnings = [.. Warnings(account)],
            Facts = choice == DecisionChoice.Undo
                ? [new DecisionFact("E-mail", UntrustedText.Visible(user.Email, 80))]
                : [.. Wording.FourFacts(account).Concat(wording.Details(account)).Select(Fact), .. Activity(account)],
            Site = options.Brand.SiteOwner ?? "",
            Brand = options.Brand.Name,
            Colour = options.Brand.Accent,
        };
    }

    private IEnumerable<string> Warnings(Account account)
    {
        if (account.Case is not { } open) yield break;
        if (Wording.ServerAdmin(open) is { } admin)
            yield return $"Look twice: approved, this account may do everything in Grafana. It {admin.Text}";
        if (open.HasUnusualRole)
            yield return $"Unusual role: {UntrustedText.Visible(string.Join(", ", open.Roles), 120)} (sign-up gives {options.DefaultRole})";
    }

    private static IEnumerable<DecisionFact> Activity(Account account)
    {
        if (account.Case?.Exposure is not { } exposure) yield break;
        yield return new DecisionFact("Activity before the lock", ExposureText.Summary(exposure).Text);
        if (ExposureText.Blindness(exposure) is { } blindness) yield return new DecisionFact("Not known", blindness.Text);
    }

    private static DecisionFact Fact((string Name, Phrase Value) fact) => new(fact.Name, fact.Value.Text);
}
