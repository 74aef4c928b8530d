using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Notify.Channels.Telegram;

namespace Athena.AutoDisable.Deciding;

/// <summary>
/// How a message with buttons looks, and what its buttons send back: a handle that was drawn at random, and a word of ours. Pure, but for
/// the dice.
/// </summary>
internal static class CardLayout
{
    public const string Approve = "approve", Reject = "reject", Undo = "undo", Yes = "yes", No = "no", Back = "back";

    /// <summary>128 bits, 22 signs of base64url.</summary>
    public static string NewHandle() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>A button's data as handle and word; null for what is no button of ours.</summary>
    public static (string Handle, string Word)? Read(string data) => data.Split(':') is [{ Length: 22 } handle, { Length: > 0 } word]
        ? (handle, word)
        : null;

    /// <param name="view">What it says.</param>
    /// <param name="handle">The message's.</param>
    /// <param name="asked">What somebody is asked below it; null when nobody is.</param>
    public static TelegramCard Of(CardView view, string handle, Asked? asked)
    {
        if (asked is not null)
            return new TelegramCard(
                new TelegramText([.. view.Text.Rows, new TelegramRow([new TelegramSpan(Question(asked), TelegramStyle.Bold)])]),
                Answers(asked));
        return new TelegramCard(view.Text, view.Stage switch
        {
            CardStage.Waits when view.MayApprove => [[Button("Approve", handle, Approve), Button("Reject", handle, Reject)]],
            CardStage.Waits => [[Button("Reject", handle, Reject)]],
            CardStage.MayUndo => [[Button("Take it back", handle, Undo)]],
            CardStage.Over => [],
        });
    }

    /// <summary>The one about those who have no message of their own.</summary>
    public static TelegramCard Others(int count) => new(
        new TelegramText(
        [
            new TelegramRow(
            [
                new TelegramSpan(
                    count switch
                    {
                        0 => "Nobody else waits.",
                        1 => "1 more account waits for a decision.",
                        _ => string.Create(CultureInfo.InvariantCulture, $"{count} more accounts wait for a decision."),
                    },
                    TelegramStyle.Bold),
            ]),
            .. count == 0
                ? []
                : (TelegramRow[])
                [
                    new TelegramRow(
                    [
                        new TelegramSpan("They get a message here as others are decided. All of them: "),
                        new TelegramSpan("sudo grafana-auto-disable pending", TelegramStyle.Code),
                    ]),
                ],
        ]),
        [])
    {
        IsSilent = true,
    };

    /// <summary>For a message that was put there twice, or whose matter is forgotten.</summary>
    public static TelegramCard Replaced { get; } = new(
        new TelegramText(
            [new TelegramRow([new TelegramSpan("This message is over. Where the account still waits, a newer one asks.")])]),
        []);

    /// <summary>Tells one look from another.</summary>
    public static string HashOf(TelegramCard card)
    {
        var all = new StringBuilder(TelegramWriter.Html(card.Text));
        foreach (var button in card.Buttons.SelectMany(row => row)) all.Append('\n').Append(button.Label).Append('\t').Append(button.Data);
        return Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString())));
    }

    private static string Question(Asked asked) => asked.Choice switch
    {
        DecisionChoice.Approve => $"{asked.Name}: to approve, type your PIN with these buttons, then OK. It is shown to nobody here.",
        DecisionChoice.Reject => $"{asked.Name}: reject this account? It stays locked.",
        DecisionChoice.Undo => $"{asked.Name}: take the decision back? The account is locked and waits again.",
    };

    private static IReadOnlyList<IReadOnlyList<TelegramButton>> Answers(Asked asked)
    {
        TelegramButton Key(string label, string word) => Button(label, asked.Handle, word);
        return asked.Choice switch
        {
            DecisionChoice.Approve =>
            [
                [Key("1", "1"), Key("2", "2"), Key("3", "3")],
                [Key("4", "4"), Key("5", "5"), Key("6", "6")],
                [Key("7", "7"), Key("8", "8"), Key("9", "9")],
                [Key("⌫", Back), Key("0", "0"), Key("OK", Yes)],
                [Key("Do not approve now", No)],
            ],
            DecisionChoice.Reject => [[Key("Yes, reject", Yes), Key("No", No)]],
            DecisionChoice.Undo => [[Key("Yes, take it back", Yes), Key("No", No)]],
        };
    }

    private static TelegramButton Button(string label, string handle, string word) => new(label, $"{handle}:{word}");
}

/// <summary>Somebody pressed a button, and is asked whether they mean it. Forgotten with the process.</summary>
/// <param name="Card">The message's handle.</param>
/// <param name="Choice">What they want.</param>
/// <param name="Matter">About what: the case, or to take it back the decision, as it was when they pressed.</param>
/// <param name="User">Who.</param>
/// <param name="Name">As they call themselves in the chat.</param>
/// <param name="Handle">Of the buttons that answer it.</param>
/// <param name="At">Since when.</param>
internal sealed record Asked(
    string Card, DecisionChoice Choice, DateTimeOffset Matter, long User, string Name, string Handle, DateTimeOffset At)
{
    /// <summary>They answer within this time, or begin again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The PIN as far as it is typed.</summary>
    public string Digits { get; init; } = "";

    /// <summary>A clock that was put back makes none live longer.</summary>
    public bool IsOver(DateTimeOffset now) => now - At >= Patience || now < At - Patience;

    /// <summary>Never the digits.</summary>
    public override string ToString() => $"{Choice} by {User}";
}
