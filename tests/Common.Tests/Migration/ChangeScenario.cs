using Athena.Common.Daemon.Units;
using Athena.Migration;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Migration;

/// <summary>
/// activate and revert on a machine on paper, which itself asserts behind each single change that somebody guards now and that
/// somebody would guard after a power cut.
/// </summary>
internal abstract class ChangeScenario
{
    private readonly ManualTime time = new();

    /// <summary>How often our daemon took over what was there.</summary>
    protected int Adoptions { get; private set; }

    /// <summary>Who guarded, each time that it was said that the old guard runs once more.</summary>
    protected List<(bool Ours, string Active)> LastRounds { get; } = [];

    [SetUp]
    public void Forget()
    {
        Adoptions = 0;
        LastRounds.Clear();
    }

    protected async Task TakeOverAsync(PaperMachine machine, bool mayRun = true)
    {
        var book = Book(machine);
        var old = book.Open?.Old ?? OldUnits.Find(PaperMachine.Daemon, machine, machine.Show);
        var record = book.Open
            ?? new MigrationRecord(
                PaperMachine.Daemon, time.GetUtcNow(), "tester", old, null, book.NewFolder(time.GetLocalNow()), false, false);
        await RunAsync(Change(machine, record, mayRun).TakeOverAsync(_ =>
        {
            Assert.That(machine.OursGuards, Is.False, "ours does not run while its state is written by somebody else");
            Adoptions++;
            return Task.CompletedTask;
        }, _ =>
        {
            LastRounds.Add((machine.OursGuards, string.Join(' ', machine.Active.Order(StringComparer.Ordinal))));
            return Task.CompletedTask;
        }, CancellationToken.None));
    }

    protected Task HandBackAsync(PaperMachine machine, bool mayRun = true)
    {
        var book = Book(machine);
        return RunAsync(Change(machine, (book.Open ?? book.Last)!, mayRun).HandBackAsync(CancellationToken.None));
    }

    private Task RunAsync(Task work) => time.PassPausesAsync(Done(work));

    private static async Task<bool> Done(Task work)
    {
        await work.ConfigureAwait(false);
        return true;
    }

    protected static MigrationStore Book(PaperMachine machine) => new(PaperMachine.Daemon, machine);

    private MigrationRunner Change(PaperMachine machine, MigrationRecord record, bool mayRun)
    {
        var nature = new MigrationTarget(
            PaperMachine.Daemon, mayRun, _ => Task.FromResult(machine.OursGuards ? null : "it has not looked yet"));
        return new MigrationRunner(new Cutover(nature, record, machine, machine, _ => { }, time), Book(machine), record, _ => { });
    }

    protected static async Task<bool> IsKilledAsync(Func<Task> act)
    {
        try
        {
            await act();
            return false;
        }
        catch (KilledException)
        {
            return true;
        }
    }

    protected static async Task<MigrationFailedException?> FailureAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (MigrationFailedException e)
        {
            return e;
        }
    }

    protected static void AssertTakenOver(PaperMachine machine)
    {
        Assert.That(machine.OursGuards, "ours guards");
        Assert.That(machine.Active, Is.EquivalentTo(new[] { "grafana-test.service" }));
        Assert.That(machine.LinkTarget(PaperMachine.Etc + "multi-user.target.wants/grafana-test.service"), Is.EqualTo(PaperMachine.Ours));
        Assert.That(machine.Paths.Where(path => path.Contains("-before", StringComparison.Ordinal)), Is.Empty);
        Assert.That(machine.Exists(PaperMachine.Etc + "grafana-test.timer"), Is.False);
        Assert.That(machine.Masked, Is.Empty);
        Assert.That(Book(machine).Open, Is.Null);
        machine.Boot();
        Assert.That(machine.OursGuards, "ours guards after a reboot");
    }

    protected static void AssertOldGuards(PaperMachine machine, string before)
    {
        Assert.That(machine.Units, Is.EqualTo(before));
        Assert.That(machine.OldGuards, "the old timer guards");
        Assert.That(machine.Active, Is.EquivalentTo(new[] { "grafana-test.timer" }));
        Assert.That(machine.Masked, Is.Empty);
        Assert.That(Book(machine).Open, Is.Null);
    }
}
