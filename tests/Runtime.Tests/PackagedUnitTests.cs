using Athena.Tests.Shared;

namespace Athena.Runtime.Tests;

/// <summary>The units in <c>packaging/systemd</c>.</summary>
internal sealed class PackagedUnitTests
{
    /// <summary>
    /// systemd fails to start a unit whose file is missing, again and again and with neither OnFailure= nor ExecStopPost=: nobody would be
    /// told. With the dash the daemon says itself what is not set, ends with 78, and that is told (systemd.exec(5), EnvironmentFile=).
    /// </summary>
    [Test]
    public void A_settings_file_that_is_missing_is_left_to_the_daemon_to_tell()
    {
        var files = Directory.GetFiles(Repository.PathOf("packaging/systemd"), "*.service")
            .SelectMany(unit => File.ReadLines(unit).Where(line => line.StartsWith("EnvironmentFile=", StringComparison.Ordinal)).Select(line => $"{Path.GetFileName(unit)}: {line}")).ToList();
        Assert.That(files, Has.Count.GreaterThan(6).And.All.Contains("EnvironmentFile=-/etc/default/"));
    }
}
