using Athena.Common.Notify.Documents;

namespace Athena.Compliance.Notify.Mails;

/// <summary>What the words of a report mean: in each of them, because each may be the only one that somebody has.</summary>
internal static class HowWeCount
{
    public static List<(string Name, Phrase Value)> Facts { get; } =
    [
        ("Active", Phrase.Of("somebody who was signed in and loaded a page, opened a dashboard or asked for data in this time")),
        ("Opened", Phrase.Of(
            "the dashboard was loaded in a browser; loading it again counts again. On screen: it was loaded earlier and asked for data")),
        ("Tab left open", Phrase.Of("only what an open page does by itself; whoever did nothing else is not counted as active")),
        ("Visitors", Phrase.Of("whoever looked at something without signing in; nobody knows who they were, so they are named separately")),
        ("Service accounts", Phrase.Of(
            "programs with a key of their own, and no people. Where one is used in a browser, or is new, no report is made")),
        ("Test requests", Phrase.Of(
            "this service asks for a page that does not exist every five minutes. Each must be in the log; one that is not shows that "
            + "lines are missing")),
    ];
}
