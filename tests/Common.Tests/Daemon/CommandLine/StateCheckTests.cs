using Athena.Common.Checks;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.State;
using Moq;

namespace Athena.Common.Tests.Daemon.CommandLine;

/// <summary>On a fresh host no state is there yet: that is a warning only where somebody has to do something.</summary>
internal sealed class StateCheckTests
{
    private const string Nowhere = "/no such directory";

    [Test]
    public void What_the_first_start_makes_is_no_warning()
    {
        Assert.That(Look(StateCheck.MadeAtTheFirstStart), Is.EqualTo($"ok      State: {Nowhere} is made at the first start\n"));
        Assert.That(Look(("does not exist", "Make it.")), Is.EqualTo($"warning State: {Nowhere} does not exist → Make it.\n"));
    }

    private static string Look((string What, string? Remedy) absent)
    {
        var report = new CheckReport();
        Assert.That(StateCheck.Look(report, Nowhere, Mock.Of<IStateStore<object>>(MockBehavior.Strict), absent, ""), Is.Null);
        return report.ToText(colour: false);
    }
}
