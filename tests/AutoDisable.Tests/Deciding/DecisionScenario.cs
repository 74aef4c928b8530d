using System.Text.RegularExpressions;
using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.Deciding;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Gates;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Daemon.Control;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Notify.Channels;

namespace Athena.AutoDisable.Tests.Deciding;

/// <summary>The gate, with two admins who decide from their mails and one who has no PIN; the web page is played by the tests.</summary>
internal abstract class DecisionScenario : GateScenario
{
    protected const string One = "one@example.org";
    protected const string Two = "two@example.org";
    protected const string Pin = "493027";

    /// <summary>It takes a while, as it should.</summary>
    private static readonly string Hash = PinHash.Of(Pin);

    private DecisionRequests? requests;
    private string directory = "";

    protected AutoDisableOptions Options { get; set; } =
        new("http://127.0.0.1:3000", ApplicantRejected: true, UndoFor: TimeSpan.FromMinutes(10));

    protected DecisionOptions Decisions { get; set; } = null!;

    protected DecisionBook Book { get; private set; } = null!;

    protected string Folder => Path.Combine(directory, "decisions");

    [SetUp]
    public void OpenBook()
    {
        directory = Directory.CreateTempSubdirectory("athena-decisions-").FullName;
        Decisions = new DecisionOptions(new Uri("https://grafana.example"), [One, Two], ApprovalProof.Pin) { Socket = "-" };
        Restart();
        Assert.That(Book.SetPin(One, Hash));
    }

    [TearDown]
    public void CloseBook()
    {
        requests?.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>The daemon, begun anew on what is on disk.</summary>
    protected void Restart(AccessAssertion? access = null)
    {
        requests?.Dispose();
        Book = new DecisionBook(DecisionBookState.MakeIn(directory), Time);
        Build(Options, writer: new LetterWriter(MailOptions, new PersonalLinks(Book, Decisions, Options, Time)), book: Book);
        requests = new DecisionRequests(
            Book,
            Decisions,
            access,
            (link, command, more, cancel) => Daemon.Commands.ExecuteAsync(
                new ControlRequest(command, LinkDecisions.Arguments(link).Concat(more).ToDictionary()), cancel),
            TimeZoneInfo.Utc,
            Options.UndoFor,
            Time);
    }

    protected OutgoingMessage Mail(SimulatedUser user) =>
        Disk.Waiting.Values.Last(mail => mail.Subject.StartsWith("Locked, waiting", StringComparison.Ordinal)
            && mail.Text.Contains(user.Uid, StringComparison.Ordinal));

    /// <summary>The token behind a button of somebody's mail; null where there is no such button.</summary>
    protected string? Token(SimulatedUser user, string address, string button) =>
        Mail(user).Bodies?.GetValueOrDefault(address) is { Html: var page }
        && Regex.Match(page, $"""<a href="https://grafana\.example/athena/decide/([^"]*)"[^>]*>{button}</a>""") is { Success: true } link
            ? link.Groups[1].Value
            : null;

    protected async Task<DecisionPage> DescribeAsync(string token, params (string Name, string Value)[] more) =>
        DecisionDesk.ReadPage(await AskAsync(DecisionDesk.Describe, token, more))!;

    protected async Task IsClosedAsync(string token) => Assert.That(
        (await AskAsync(DecisionDesk.Describe, token)).Json, Is.EqualTo(DecisionDesk.Reply(DecisionPage.Closed).Json), token);

    protected async Task<DecisionAnswer> DecideAsync(string token, params (string Name, string Value)[] more)
    {
        var page = await DescribeAsync(token, more);
        return await PostAsync(token, [(DecisionDesk.Form, page.Form), .. more]);
    }

    protected async Task<DecisionAnswer> PostAsync(string token, params (string Name, string Value)[] more) =>
        DecisionDesk.ReadAnswer(await AskAsync(DecisionDesk.Decide, token, more))!;

    protected Task<ControlReply> AskAsync(string verb, string token, params (string Name, string Value)[] more) => requests!.AnswerAsync(
        new ControlRequest(
            verb, more.Append((DecisionDesk.Token, token)).ToDictionary(one => one.Item1, one => one.Item2)), CancellationToken.None);
}
