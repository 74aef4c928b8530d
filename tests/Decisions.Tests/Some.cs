using Athena.Common.Daemon.Decisions;

namespace Athena.Decisions.Tests;

/// <summary>What the daemon might say.</summary>
internal static class Some
{
    public const string Form = "one-time-value-of-the-page";
    public const string Pin = "482913";

    public static string Token { get; } = TokenOf('k');

    public static string Undo { get; } = TokenOf('u');

    /// <summary>A link to approve, which takes a PIN.</summary>
    public static DecisionPage Approve { get; } = new(DecisionStatus.Open, "Nomsa Dlamini waits for access")
    {
        Choice = DecisionChoice.Approve,
        Proof = DecisionProof.Pin,
        Lead = "They signed up at 10:04 and were locked 27 ms later.",
        Warnings = ["Somebody of the same name is here already."],
        Facts = [new("Login", "nomsa.dlamini"), new("E-mail", "nomsa.dlamini@clinic.example"), new("From", "102.65.0.17")],
        Form = Form,
        Site = "North Wing, Clinic South",
        Brand = "Athena",
        Colour = "#2f5f8f",
    };

    /// <summary>A link to reject, for which the link is enough.</summary>
    public static DecisionPage Reject { get; } = Approve with { Choice = DecisionChoice.Reject, Proof = DecisionProof.None };

    public static DecisionPage TakeBack { get; } = Approve with
    {
        Title = "Take back that Nomsa Dlamini was let in",
        Choice = DecisionChoice.Undo,
        Proof = DecisionProof.None,
        Warnings = [],
    };

    public static DecisionAnswer Done { get; } =
        new(DecisionOutcome.Done, "Nomsa Dlamini is let in", "The account is enabled in Grafana.") { Undo = Undo };

    public static DecisionAnswer WrongPin { get; } = new(DecisionOutcome.Refused, "Not decided", "This PIN is not right.")
    {
        Page = Approve with { Form = "next-value" },
    };

    public static string TokenOf(char sign) => new(sign, 43);
}
