using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.Deciding;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Gates;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Daemon.Control;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.AutoDisable.Tests.Deciding;

/// <summary>
/// The gate, with a chat in which <see cref="Anna"/> decides with a PIN and <see cref="Ben"/>, whose number has no address, rejects.
/// </summary>
internal abstract class ChatScenario : GateScenario
{
    protected const long Anna = 1111;
    protected const long Ben = 2222;
    protected const string Address = "one@example.org";
    protected const string Pin = "493027";

    /// <summary>It takes a while, as it should.</summary>
    private static readonly string Hash = PinHash.Of(Pin);

    private string directory = "";

    protected AutoDisableOptions Options { get; } =
        new("http://127.0.0.1:3000", ApplicantRejected: true, UndoFor: TimeSpan.FromMinutes(10));

    protected PaperChat Chat { get; private set; } = null!;

    protected DecisionBook Book { get; private set; } = null!;

    protected ChatDesk Desk { get; private set; } = null!;

    [SetUp]
    public void OpenChat()
    {
        directory = Directory.CreateTempSubdirectory("athena-chat-").FullName;
        Chat = new PaperChat();
        Restart();
        Assert.That(Book.SetPin(Address, Hash));
    }

    [TearDown]
    public void CloseChat()
    {
        Desk.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>The daemon, begun anew on what is on disk.</summary>
    protected void Restart()
    {
        Desk?.Dispose();
        var mail = MailOptions with { DecidesInChat = true };
        Book = new DecisionBook(DecisionBookState.MakeIn(directory), Time);
        Build(Options, writer: new LetterWriter(mail), book: Book);
        var notices = new ChatDecisionNotices(mail);
        var deck = new CardDeck(ChatDecisionState.MakeIn(directory), Daemon.Board, Chat, Time);
        var recorder = new ChatRecorder(Disk, Disk, notices, NullLogger<ChatRecorder>.Instance, Time);
        var people = new ChatDecisionOptions(new Dictionary<long, string?> { [Anna] = Address, [Ben] = null });
        var presses = new CardPresses(
            deck, Chat, Book, people, recorder,
            (link, command, more, cancel) => Daemon.Commands.ExecuteAsync(
                new ControlRequest(command, LinkDecisions.Arguments(link).Concat(more).ToDictionary()), cancel),
            Time);
        Desk = new ChatDesk(deck, presses, Chat, recorder, notices, Disk, Time);
    }

    /// <summary>As after a restore: the state's folders of decisions are gone.</summary>
    protected void Forget()
    {
        Desk.Dispose();
        foreach (var folder in Directory.GetDirectories(directory)) Directory.Delete(folder, recursive: true);
        Restart();
    }

    /// <summary>Somebody signs up, is locked, and a message about them stands in the chat.</summary>
    protected async Task<(SimulatedUser User, long Message)> AskAboutAsync(string name = "Thabo Mokoena")
    {
        var user = await SignUpAsync(name);
        await LookAsync();
        return (user, Chat.LastMessage);
    }

    /// <summary>Looks until nothing changes any more.</summary>
    protected async Task LookAsync()
    {
        for (var before = -1; before != Chat.Calls;)
        {
            before = Chat.Calls;
            await Desk.RefreshAsync(CancellationToken.None);
        }
    }

    /// <summary>One presses, and is told this.</summary>
    protected async Task<string> PressAsync(long message, string label, long user = Anna, bool isOurs = true)
    {
        Chat.Press(message, label, user, user == Anna ? "Anna" : "Ben", isOurs);
        return await HearAsync();
    }

    protected async Task<string> HearAsync()
    {
        await Desk.HearAsync(CancellationToken.None);
        return Chat.Told.Count == 0 ? "" : Chat.Told[^1];
    }

    protected async Task<string> TypeAsync(long message, string pin, long user = Anna)
    {
        foreach (var digit in pin) await PressAsync(message, $"{digit}", user);
        return await PressAsync(message, "OK", user);
    }
}
