using Athena.Common.Checks;
using Athena.Common.Daemon.CommandLine;

namespace Athena.Common.Tests.Daemon.CommandLine;

internal sealed class RoomCheckTests
{
    [TestCase(0L, "FAILED  State: no room on the disk of /var/lib/x → Make room there (df -h /var/lib/x); nothing has to be restarted.\n")]
    [TestCase(
        3L << 20, "warning State: 3 MiB are left on the disk of /var/lib/x → Make room there (df -h /var/lib/x) before it is full.\n")]
    [TestCase(64L << 20, "")]
    public void Too_little_room_is_told_with_what_to_do(long free, string told)
    {
        var report = new CheckReport();
        RoomCheck.Judge(report, "/var/lib/x", free);
        Assert.That(report.ToText(colour: false), Is.EqualTo(told));
    }

    [Test]
    public void A_directory_that_is_not_there_is_not_told_of()
    {
        var report = new CheckReport();
        RoomCheck.Look(report, "/no such directory");
        Assert.That(report.Findings, Is.Empty);
    }
}
