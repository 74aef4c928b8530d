using Athena.Common.State;
using Athena.Common.State.Backups;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.State;

internal sealed class InstallationTests
{
    private TemporaryDirectory directory = null!;
    private string state = null!;

    [SetUp]
    public void Open()
    {
        directory = new TemporaryDirectory();
        state = directory.Path;
    }

    [TearDown]
    public void Close() => directory.Dispose();

    [Test]
    public void The_id_is_the_same_after_a_restart_and_for_commands()
    {
        var first = Installation.Open(state, TimeProvider.System);
        Assert.Multiple(() =>
        {
            Assert.That(first.Id, Does.Match("^[0-9a-f]{12}$"));
            Assert.That(Installation.Open(state, TimeProvider.System).Id, Is.EqualTo(first.Id));
            Assert.That(Installation.Peek(state).Id, Is.EqualTo(first.Id));
        });
    }

    [Test]
    public void A_state_directory_that_was_carried_to_another_host_gets_an_id_of_its_own()
    {
        var here = Installation.Open(state, TimeProvider.System, host: "here");
        here.NoteProved(DateTimeOffset.UnixEpoch);
        var there = Installation.Open(state, TimeProvider.System, host: "there");
        Assert.Multiple(() =>
        {
            Assert.That(there.Id, Is.Not.EqualTo(here.Id));
            Assert.That(there.IsOlderThanProof, Is.False, "what was proved once is demanded from then on");
        });
    }

    [Test]
    public void No_backup_brings_it_along() =>
        Assert.That(new BackupContents([], []).Holds(Installation.FileName), Is.False);

    [TestCase("")]
    [TestCase("{")]
    [TestCase("{\"id\":\"../../../etc\",\"host\":\"x\"}")]
    [TestCase("{\"id\":\"<script>alert\",\"host\":\"x\"}")]
    [TestCase("{\"host\":\"x\"}")]
    [TestCase("null")]
    public void A_damaged_file_is_replaced(string content)
    {
        File.WriteAllText(Path.Combine(state, Installation.FileName), content);
        var id = Installation.Open(state, TimeProvider.System).Id;
        Assert.That((id, Installation.Open(state, TimeProvider.System).Id), Is.EqualTo((id, id)));
    }

    [Test]
    public void A_command_that_finds_none_makes_none()
    {
        Assert.That(Installation.Peek(state).Id, Is.EqualTo(Installation.CommandId));
        Assert.That(Directory.EnumerateFileSystemEntries(state), Is.Empty);
    }

    [Test]
    public void A_link_is_not_followed()
    {
        var other = Path.Combine(state, "other");
        Directory.CreateDirectory(other);
        Installation.Open(other, TimeProvider.System);
        File.CreateSymbolicLink(Path.Combine(state, Installation.FileName), Path.Combine(other, Installation.FileName));
        Assert.That(Installation.Peek(state).Id, Is.EqualTo(Installation.CommandId));
    }

    [Test]
    public void Memory_of_an_older_version_is_told_from_a_new_one_until_Grafana_was_proved()
    {
        File.WriteAllText(Path.Combine(state, BackupContents.StateName), "{}");
        var older = Installation.Open(state, TimeProvider.System);
        Assert.That(older.IsOlderThanProof, Is.True);
        older.NoteProved(DateTimeOffset.UnixEpoch);
        Assert.That((older.IsOlderThanProof, Installation.Open(state, TimeProvider.System).IsOlderThanProof), Is.EqualTo((false, false)));
    }
}
