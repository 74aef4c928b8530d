using System.Diagnostics;
using Athena.Common.State;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.State;

internal sealed class OwnershipTests
{
    private const string Daemon = "61234:61234";

    [Test]
    public void All_in_the_directory_is_handed_over_and_nothing_behind_a_link()
    {
        if (!Environment.IsPrivilegedProcess) Assert.Ignore("Only root can give files away.");
        using var folder = new TemporaryDirectory();
        Directory.CreateDirectory(folder["state/outbox"]);
        Directory.CreateDirectory(folder["victim/inner"]);
        foreach (var path in (string[])["state/state.json", "state/outbox/a.json", "victim/precious", "victim/inner/precious"]) File.WriteAllText(folder[path], "");
        Directory.CreateSymbolicLink(folder["state/link"], folder["victim"]);
        File.CreateSymbolicLink(folder["state/file"], folder["victim/precious"]);
        Run("chown", Daemon, folder["state"]);

        Ownership.HandOver(folder["state"]);

        string OwnerOf(string path) => Run("stat", "-c", "%u:%g", folder[path]);
        Assert.Multiple(() =>
        {
            foreach (var ours in (string[])["state/state.json", "state/outbox", "state/outbox/a.json", "state/link"]) Assert.That(OwnerOf(ours), Is.EqualTo(Daemon), ours);
            foreach (var others in (string[])["victim", "victim/precious", "victim/inner", "victim/inner/precious"]) Assert.That(OwnerOf(others), Is.EqualTo("0:0"), others);
        });
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return output;
    }
}
