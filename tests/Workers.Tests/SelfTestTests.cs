using Athena.Common.Daemon.Units;
using Athena.Common.Settings;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests;

/// <summary>
/// What <c>packaging/deb/selftest</c> refuses before it does anything. What it tries is seen on a booted system (tests/deb).
/// </summary>
internal sealed class SelfTestTests
{
    private static readonly string Script = Repository.PathOf("packaging/deb/selftest");

    [Test]
    public void A_stand_in_that_is_not_there_is_a_wrong_argument([Values("", "no-such-file", "/")] string standIn) => Refuses(standIn);

    [Test]
    public void So_is_one_that_is_no_program() => Refuses(Repository.PathOf("global.json"));

    [Test]
    public void Whoever_may_not_start_units_is_refused_before_anything_is_done()
    {
        if (Directory.Exists("/run/systemd/system")) NotRun.Because("systemd runs here, where it would begin; tests/deb tries it there.");
        var result = Tool.Run(Script, ["/bin/true"], TimeSpan.FromMinutes(1));
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(Environment.IsPrivilegedProcess ? ExitCode.Fault : ExitCode.NotPermitted));
            Assert.That(result.Error, Does.StartWith("athena-workers selftest: "));
            Assert.That(result.Output, Is.Empty);
        });
    }

    private static void Refuses(string standIn)
    {
        var result = Tool.Run(Script, [standIn], TimeSpan.FromMinutes(1));
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Usage));
            Assert.That(result.Error, Does.Contain("make contract"));
            Assert.That(result.Output, Is.Empty);
        });
    }
}
