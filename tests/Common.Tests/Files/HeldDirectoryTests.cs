using Athena.Common.Files;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Files;

internal sealed class HeldDirectoryTests
{
    private TemporaryDirectory folder = null!;

    [SetUp]
    public void Prepare()
    {
        if (!Environment.IsPrivilegedProcess) NotRun.Missing("only root can give files away: run the tests as root to see this one");
        folder = new TemporaryDirectory();
    }

    [TearDown]
    public void Clean() => folder?.Dispose();

    [Test]
    public void The_owner_is_that_of_the_directory_behind_systemds_link()
    {
        Directory.CreateDirectory(folder["private/name"]);
        OwnProgram.Chown(folder["private/name"], 61234);
        Directory.CreateSymbolicLink(folder["name"], "private/name");
        using var held = HeldDirectory.Open(folder["name"]);
        Assert.That(held!.Owner.User, Is.EqualTo(61234));
        File.WriteAllText(Path.Combine(held.AccessPath, "file"), "");
        Assert.That(File.Exists(folder["private/name/file"]));
    }

    [Test]
    public void What_is_held_stays_the_same_when_its_name_leads_elsewhere()
    {
        Directory.CreateDirectory(folder["state"]);
        using var held = HeldDirectory.Open(folder["state"]);
        Directory.Move(folder["state"], folder["moved"]);
        Directory.CreateSymbolicLink(folder["state"], "/etc");
        File.WriteAllText(Path.Combine(held!.AccessPath, "file"), "");
        Assert.That(File.Exists(folder["moved/file"]));
    }

    [Test]
    public void Roots_directory_below_somebodys_is_in_the_hands_of_that_somebody()
    {
        Directory.CreateDirectory(folder["theirs/state"]);
        OwnProgram.Chown(folder["theirs"], 61234);
        using var held = HeldDirectory.Open(folder["theirs/state"]);
        Assert.That(held!.Owner.User, Is.EqualTo(61234));
    }

    [TestCase("state", true, TestName = "A link that somebody made is not followed")]
    [TestCase("theirs/state", false, TestName = "A link that root made where somebody can exchange it is not followed")]
    public void A_link_of_others_is_refused(string path, bool isTheirs)
    {
        Directory.CreateDirectory(folder["theirs"]);
        OwnProgram.Chown(folder["theirs"], 61234);
        Directory.CreateSymbolicLink(folder[path], "/etc");
        if (isTheirs) OwnProgram.Chown(folder[path], 61234);
        Assert.That(() => HeldDirectory.Open(folder[path]), Throws.InstanceOf<NotPermittedException>()
            .With.Message.Contains("is a link that root did not make"));
    }

    [Test]
    public void Roots_directory_that_others_may_write_is_refused_with_the_command_that_shuts_it()
    {
        Directory.CreateDirectory(folder["state"]);
        File.SetUnixFileMode(folder["state"], File.GetUnixFileMode(folder["state"]) | UnixFileMode.OtherWrite);
        Assert.That(() => HeldDirectory.Open(folder["state"]), Throws.InstanceOf<NotPermittedException>()
            .With.Message.Contains($"sudo chmod go-w {folder["state"]}"));
    }

    [Test]
    public void What_is_not_there_is_null_also_behind_a_link()
    {
        Directory.CreateSymbolicLink(folder["name"], "private/name");
        Assert.That(HeldDirectory.Open(folder["name"]), Is.Null);
        Assert.That(HeldDirectory.Open(folder["nothing/at/all"]), Is.Null);
    }

    [Test]
    public void Links_in_a_circle_end_in_a_sentence()
    {
        Directory.CreateSymbolicLink(folder["a"], "b");
        Directory.CreateSymbolicLink(folder["b"], "a");
        Assert.That(() => HeldDirectory.Open(folder["a"]), Throws.InstanceOf<IOException>().With.Message.Contains("too many links"));
    }

    [Test]
    public void A_handle_in_a_text_is_shown_as_the_name_and_no_other_number_is()
    {
        Directory.CreateDirectory(folder["state"]);
        using var held = HeldDirectory.Open(folder["state"]);
        ShownPaths.Add(held!);
        Assert.That(
            ShownPaths.In($"{held!.AccessPath}/a and {held.AccessPath}0/b, {held.AccessPath}"),
            Is.EqualTo($"{folder["state"]}/a and {held.AccessPath}0/b, {folder["state"]}"));
    }
}
