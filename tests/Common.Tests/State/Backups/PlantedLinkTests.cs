using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Backups;

namespace Athena.Common.Tests.State.Backups;

/// <summary>
/// Whoever has got hold of the daemon may write its state directory, and root ends there what looks like a restore that was cut off.
/// </summary>
internal sealed class PlantedLinkTests : BackupScenario
{
    private const string Before = Restoration.BeforePrefix + "20261121T080000Z";

    [SetUp]
    public void A_folder_of_somebody_else()
    {
        Directory.CreateDirectory(Folder["victim"]);
        System.IO.File.WriteAllText(Folder["victim/precious"], "precious");
    }

    [Test]
    public async Task Nothing_is_put_aside_behind_a_link()
    {
        await BackUpAsync();
        Directory.CreateDirectory(Path.Combine(State, Restoration.ReadyFolder, "memory"));
        Directory.CreateSymbolicLink(Path.Combine(State, Restoration.ReadyFolder, Before), Folder["victim"]);
        await RefusedAsync(Restoration.ReadyFolder);
    }

    [TestCase(Restoration.ReadyFolder)]
    [TestCase(Restoration.ClearedFolder)]
    public async Task Nothing_is_fetched_from_behind_a_link(string folder)
    {
        await BackUpAsync();
        Directory.CreateDirectory(Path.Combine(State, folder, Before));
        Directory.CreateSymbolicLink(Path.Combine(State, folder, "memory"), Folder["victim"]);
        await RefusedAsync(folder);
    }

    [Test]
    public async Task What_was_put_aside_is_not_looked_for_behind_a_link()
    {
        await BackUpAsync();
        Directory.CreateDirectory(Path.Combine(State, Restoration.ClearedFolder, "memory"));
        Directory.CreateSymbolicLink(Path.Combine(State, Restoration.ClearedFolder, Before), Folder["victim"]);
        await RefusedAsync(Restoration.ClearedFolder);
    }

    [Test]
    public async Task A_folder_without_a_place_for_what_is_there_is_refused_in_a_sentence()
    {
        await BackUpAsync();
        Directory.CreateDirectory(Path.Combine(State, Restoration.ReadyFolder, "memory"));
        await RefusedAsync(Restoration.ReadyFolder);
    }

    [Test]
    public async Task A_link_among_the_files_is_put_aside_itself()
    {
        await BackUpAsync();
        Directory.CreateSymbolicLink(Path.Combine(State, "link"), Folder["victim"]);
        Assert.That(await InvokeAsync("restore", File, "--replace"), Is.EqualTo(ExitCode.Ok), Error.ToString());
        Assert.That(new DirectoryInfo(Path.Combine(State, Before, "link")).LinkTarget, Is.EqualTo(Folder["victim"]));
        Assert.That(System.IO.File.ReadAllText(Folder["victim/precious"]), Is.EqualTo("precious"));
    }

    /// <summary>By the daemon's start and each command that takes the directory, and by restore itself.</summary>
    private async Task RefusedAsync(string folder)
    {
        var before = Everything();
        var sentence = $"{Path.Combine(State, folder)} is not as this program made it";
        Assert.That(() => StateDirectory.Take(State, "grafana-test"), Throws.InstanceOf<IOException>().With.Message.Contains(sentence)
            .And.Message.Contains($"sudo rm -r {Path.Combine(State, folder)}"));
        Assert.That(await InvokeAsync("restore", File, "--replace"), Is.EqualTo(ExitCode.Fault), Output.ToString());
        Assert.That(Error.ToString(), Does.Contain(sentence));
        Assert.That(Everything(), Is.EqualTo(before));
    }
}
