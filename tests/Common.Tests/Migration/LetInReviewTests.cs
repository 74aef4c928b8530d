using Athena.Common.Daemon.CommandLine;
using Athena.Migration;

namespace Athena.Common.Tests.Migration;

/// <summary>Two guards with two memories: what revert and activate say and do about those whom the other one does not know.</summary>
internal sealed class LetInReviewTests
{
    private readonly List<IReadOnlyList<string>> asked = [];
    private List<LetIn> people = [];
    private StringWriter output = new();

    [SetUp]
    public void Open()
    {
        asked.Clear();
        output = new StringWriter();
        people =
        [
            new("uid:old", "colleague", false, false),
            new("uid:new", "doctor", false, true),
            new("uid:gone", "intern", true, false),
        ];
    }

    [TearDown]
    public void Close() => output.Dispose();

    [Test]
    public async Task Says_beforehand_whom_the_other_guard_does_not_know()
    {
        await Review().BeginAsync(CancellationToken.None);
        Assert.That(
            output.ToString(), Does.Contain("1 person was let in since").And.Contain("doctor (uid:new)").And.Not.Contain("colleague"));
    }

    [Test]
    public async Task Names_whom_it_disabled_and_enables_them_again_when_that_is_wanted()
    {
        var review = Review();
        await review.BeginAsync(CancellationToken.None);
        Disable("uid:old", "uid:new");
        await review.EndAsync(new Terminal(_ => "yes"), isWanted: false, onlyOurs: false, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(asked[^1], Is.EqualTo(new[] { "--enable", "uid:old,uid:new" }));
            Assert.That(output.ToString(), Does.Contain("2 people were let in and disabled by the old timer")
                .And.Contain("2 people were enabled again"));
            Assert.That(people.Single(person => person.Selector == "uid:gone").IsDisabled, Is.True, "was disabled before");
        });
    }

    [Test]
    public async Task Asks_first_and_leaves_them_when_that_is_not_wanted_or_nobody_is_there([Values("no", null)] string? answer)
    {
        var review = Review();
        await review.BeginAsync(CancellationToken.None);
        Disable("uid:new");
        await review.EndAsync(
            answer is null ? new Terminal(null) : new Terminal(_ => answer), isWanted: false, onlyOurs: false, CancellationToken.None);
        Assert.That(asked, Has.None.Contains("--enable"));
        Assert.That(output.ToString(), Does.Contain("sudo grafana-test approve uid:new"));
    }

    [Test]
    public async Task After_the_last_round_of_take_over_only_those_count_whom_an_admin_let_in_meanwhile()
    {
        var review = Review();
        await review.NoteAsync(hasMemory: true, CancellationToken.None);
        await review.BeginAsync(CancellationToken.None);
        Disable("uid:old", "uid:new");
        await review.EndAsync(new Terminal(null), isWanted: true, onlyOurs: true, CancellationToken.None);
        Assert.That(output.ToString(), Does.Contain("1 person was let in since grafana-test is in force"), "said before the last round");
        Assert.That(asked[^1], Is.EqualTo(new[] { "--enable", "uid:new" }));
    }

    [Test]
    public async Task Who_was_disabled_before_the_change_began_is_not_enabled_by_it()
    {
        people.Add(new LetIn("uid:left", "left", true, true)); // Let in by us once, and disabled in Grafana since.
        var review = Review();
        await review.NoteAsync(hasMemory: true, CancellationToken.None);
        people.Add(new LetIn("uid:just", "just", false, true));
        Disable("uid:just"); // Let in while guards change, and disabled by a round of the other guard before its last one.
        await review.BeginAsync(CancellationToken.None);
        await review.EndAsync(new Terminal(null), isWanted: true, onlyOurs: true, CancellationToken.None);
        Assert.That(asked[^1], Is.EqualTo(new[] { "--enable", "uid:just" }));
    }

    [Test]
    public async Task Of_a_daemon_that_never_worked_here_nobody_was_disabled_before()
    {
        people = [new("uid:just", "just", true, true)];
        var review = Review();
        await review.NoteAsync(hasMemory: false, CancellationToken.None);
        Assert.That(asked, Is.Empty, "there is nobody to ask");
        await review.BeginAsync(CancellationToken.None);
        await review.EndAsync(new Terminal(null), isWanted: true, onlyOurs: true, CancellationToken.None);
        Assert.That(asked[^1], Is.EqualTo(new[] { "--enable", "uid:just" }));
    }

    [Test]
    public async Task Where_nobody_could_be_listed_before_nobody_is_enabled()
    {
        var isAway = true;
        var review = new LetInReview("grafana-test", (arguments, _) =>
        {
            asked.Add(arguments);
            return Task.FromResult(isAway ? new LetInReply([], "Grafana does not answer") : new LetInReply([.. people]));
        }, Report());
        await review.NoteAsync(hasMemory: true, CancellationToken.None);
        await review.BeginAsync(CancellationToken.None);
        isAway = false;
        Disable("uid:new");
        await review.EndAsync(new Terminal(null), isWanted: true, onlyOurs: true, CancellationToken.None);
        Assert.That(asked, Has.None.Contains("--enable"));
        Assert.That(output.ToString(), Does.Contain("cannot be told: Grafana does not answer"));
    }

    [Test]
    public async Task Nothing_is_said_where_nobody_was_disabled()
    {
        var review = Review();
        people.RemoveAll(person => person.IsOurs);
        await review.BeginAsync(CancellationToken.None);
        await review.EndAsync(new Terminal(_ => "yes"), isWanted: true, onlyOurs: false, CancellationToken.None);
        Assert.That(output.ToString(), Is.Empty);
    }

    [Test]
    public async Task What_cannot_be_told_is_said_and_hinders_nothing()
    {
        var review = new LetInReview("grafana-test", (_, _) => Task.FromResult(new LetInReply([], "Grafana does not answer")), Report());
        await review.BeginAsync(CancellationToken.None);
        await review.EndAsync(new Terminal(null), isWanted: true, onlyOurs: false, CancellationToken.None);
        Assert.That(output.ToString(), Does.Contain("Grafana does not answer"));
    }

    private void Disable(params string[] selectors) =>
        people = [.. people.Select(person => selectors.Contains(person.Selector) ? person with { IsDisabled = true } : person)];

    private ChangeReport Report() => new(output, isJson: false, isColoured: false);

    private LetInReview Review() => new("grafana-test", (arguments, _) =>
    {
        asked.Add(arguments);
        if (arguments is ["--enable", var selectors])
            people =
            [
                .. people.Select(person => selectors.Split(',').Contains(person.Selector) ? person with { IsDisabled = false } : person),
            ];
        return Task.FromResult(new LetInReply([.. people]));
    }, Report());
}
