using System.Text;
using Athena.Common.Daemon.Decisions;
using static Athena.Decisions.Pages.HtmlText;

namespace Athena.Decisions.Pages;

/// <summary>What is filled in to decide, by the names under which it goes to the daemon. Pure.</summary>
internal static class DecisionForm
{
    /// <summary>Ticked by whoever rejects without a PIN: a program that presses every button that it finds does not.</summary>
    public const string Sure = "sure";

    /// <summary>
    /// A box that nobody sees or comes to by keyboard: ticked by a program that also ticks each box that it finds, and by nobody else.
    /// </summary>
    public const string Program = "program";

    /// <summary>Of a box that is ticked.</summary>
    public const string Yes = "yes";

    /// <summary>Whether a box is to be ticked before the button is believed.</summary>
    public static bool AsksWhetherSure(DecisionPage page) => page is { Choice: DecisionChoice.Reject, Proof: DecisionProof.None };

    /// <summary>Whether a PIN must come with it.</summary>
    public static bool AsksForPin(DecisionPage page) => page.Proof == DecisionProof.Pin;

    /// <param name="token">The last part of the page's own address.</param>
    /// <param name="typed">What was filled in before.</param>
    public static string Of(DecisionPage page, DecisionChoice choice, string token, DecisionInput typed)
    {
        if (page.Proof == DecisionProof.Identity)
            return """
                <p>Nothing can be decided yet: sign in at the page in front of this one as the person to whom the mail went, then open the link of the mail again.</p>

                """;
        var form = new StringBuilder($"""
            <form method="post" action="{Encode(token)}" autocomplete="off">
            <input type="hidden" name="{DecisionDesk.Form}" value="{Encode(page.Form)}">

            """);
        switch (choice)
        {
            case DecisionChoice.Approve:
                form.Append($"""
                    <div><label for="until">Last day of access</label> <span class="hint" id="until-hint">(optional; without it the access has no end)</span>
                    <input id="until" name="{DecisionDesk.Until}" type="date" value="{Encode(typed.Until)}" aria-describedby="until-hint"></div>

                    """);
                break;
            case DecisionChoice.Reject:
                form.Append($"""
                    <div><label for="reason">Reason</label> <span class="hint" id="reason-hint">(optional; at most {DecisionDesk.MostReason} characters)</span>
                    <textarea id="reason" name="{DecisionDesk.Reason}" rows="3" maxlength="{DecisionDesk.MostReason}" aria-describedby="reason-hint">{Encode(typed.Reason)}</textarea></div>
                    <div class="box"><input id="tell" name="{DecisionDesk.Tell}" type="checkbox" value="{Yes}"{(typed.Tells ? " checked" : "")}><label for="tell">Mail the reason to the applicant</label></div>

                    """);
                break;
            case DecisionChoice.Undo:
                break;
        }

        if (AsksForPin(page))
            form.Append($"""
                <div><label for="pin">Your PIN</label> <span class="hint" id="pin-hint">(the one of the address to which the mail went; nobody asks you for it by mail or telephone)</span>
                <input id="pin" name="{DecisionDesk.Pin}" type="password" inputmode="numeric" autocomplete="off" required maxlength="64" aria-describedby="pin-hint"></div>

                """);
        if (AsksWhetherSure(page))
            form.Append($"""
                <div class="away" aria-hidden="true"><label for="program">Leave this box empty</label><input id="program" name="{Program}" type="checkbox" value="{Yes}" tabindex="-1"></div>
                <div class="box"><input id="sure" name="{Sure}" type="checkbox" value="{Yes}" required><label for="sure">I have looked who it is, and mean it</label></div>

                """);
        var (label, tone) = Button(choice);
        return form.Append($"""
            <button type="submit"{tone}>{label}</button>
            </form>

            """).ToString();
    }

    private static (string Label, string Tone) Button(DecisionChoice choice) => choice switch
    {
        DecisionChoice.Approve => ("Approve this account", ""),
        DecisionChoice.Reject => ("Reject this account", " class=\"reject\""),
        DecisionChoice.Undo => ("Take the decision back", ""),
    };
}

/// <summary>What somebody filled in, to be shown again beside what was wrong with it. A PIN is typed anew.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Tells">Whether the reason is mailed to the applicant.</param>
/// <param name="Until">The last day of access, as it was typed.</param>
internal sealed record DecisionInput(string Reason = "", bool Tells = false, string Until = "");
