using System.Runtime.Versioning;

namespace Athena.Common.Tests.Grafana.Api;

[SupportedOSPlatform("linux")]
public sealed class SessionFileTests : GrafanaTestBase
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Test]
    public async Task Is_readable_by_us_alone_also_after_a_renewal_and_leaves_nothing_beside_it()
    {
        await using var grafana = new SessionGrafana();
        var client = Client(WithPassword(grafana.Peer.Url));
        await client.WhoAmIAsync(Never);
        Assert.That(File.GetUnixFileMode(SessionPath), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        await File.WriteAllTextAsync(SessionPath + ".new", "left over by a crash, for all to read");
        Time.Advance(TimeSpan.FromMinutes(8));
        await client.WhoAmIAsync(Never);
        Assert.That(File.GetUnixFileMode(SessionPath), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(Directory.GetFiles(Folder), Is.EqualTo(new[] { SessionPath }));
        Assert.That(await File.ReadAllTextAsync(SessionPath), Does.Not.Contain(SessionGrafana.Password));
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{\"url\":7}")]
    [TestCase("\0\0\0\0")]
    public async Task A_damaged_file_is_replaced_with_the_help_of_the_password(string content)
    {
        await using var grafana = new SessionGrafana();
        await File.WriteAllTextAsync(SessionPath, content);
        Assert.That((await Client(WithPassword(grafana.Peer.Url)).WhoAmIAsync(Never)).IsDone, Is.True);
        Assert.That((await Client(WithPassword(grafana.Peer.Url)).WhoAmIAsync(Never)).IsDone, Is.True);
        Assert.That(grafana.SignIns, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_session_is_not_used_for_another_account_or_another_Grafana()
    {
        await using var grafana = new SessionGrafana();
        await using var other = new SessionGrafana();
        await Client(WithPassword(grafana.Peer.Url)).WhoAmIAsync(Never);

        await Client(WithPassword(other.Peer.Url)).WhoAmIAsync(Never);
        Assert.That(other.Peer.Requests.First().Line, Is.EqualTo("POST /login"));
        Assert.That(other.Peer.Requests.First().Header("Cookie"), Is.Null);

        await Client(WithPassword(other.Peer.Url) with { User = SessionGrafana.Email }).WhoAmIAsync(Never);
        Assert.That(other.SignIns, Is.EqualTo(new[] { SessionGrafana.Login, SessionGrafana.Email }));
    }

    [Test]
    public async Task A_file_that_others_could_read_is_shut_and_used()
    {
        await using var grafana = new SessionGrafana();
        await Client(WithPassword(grafana.Peer.Url)).WhoAmIAsync(Never);
        File.SetUnixFileMode(SessionPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Assert.That((await Client(WithPassword(grafana.Peer.Url)).WhoAmIAsync(Never)).IsDone, Is.True);
        Assert.That(File.GetUnixFileMode(SessionPath), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(grafana.SignIns, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Without_a_place_to_write_the_session_lives_in_memory()
    {
        await using var grafana = new SessionGrafana();
        await File.WriteAllTextAsync(Path.Combine(Folder, "no-folder"), "");
        var client = Client(WithPassword(grafana.Peer.Url) with { SessionFile = Path.Combine(Folder, "no-folder", "session.json") });
        Assert.That((await client.WhoAmIAsync(Never)).IsDone, Is.True);
        Assert.That((await client.WhoAmIAsync(Never)).IsDone, Is.True);
        Assert.That(grafana.SignIns, Has.Count.EqualTo(1));
    }
}
