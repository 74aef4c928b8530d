using System.Text;
using Athena.Common.Daemon.OwnAccount;
using Athena.Common.Settings;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Daemon.OwnAccount;

public sealed class SharedSettingsTests
{
    private TemporaryDirectory folder = null!;

    private string File => folder["athena-workers"];

    [SetUp]
    public void Open() => folder = new TemporaryDirectory();

    [TearDown]
    public void Close() => folder.Dispose();

    [Test]
    public void The_account_takes_its_place_and_all_else_stays_byte_for_byte()
    {
        byte[] odd = [0xff, 0xfe, (byte)'\r', (byte)'\n'];
        System.IO.File.WriteAllBytes(File, [.. "# ours: Krankenh\u00e4user\n"u8, .. odd, .. "#GRAFANA_USER=\nSMTP_HOST='x y'\n"u8]);
        new SharedSettings(folder.Path).Write("athena-workers-0123456789ab", "s3cret_-x");

        var bytes = System.IO.File.ReadAllBytes(File);
        Assert.That(
            bytes.AsSpan().IndexOf(
            [
                .. "# ours: Krankenh\u00e4user\n"u8,
                .. odd,
                .. "GRAFANA_USER=athena-workers-0123456789ab\nSMTP_HOST='x y'\n"u8,
            ]),
            Is.Zero,
            Encoding.Latin1.GetString(bytes));
        Assert.That(Encoding.Latin1.GetString(bytes), Does.EndWith("\nGRAFANA_PASSWORD=s3cret_-x\n"));
        Assert.That(System.IO.File.GetUnixFileMode(File), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void A_file_that_was_open_to_others_is_closed_and_one_that_is_not_there_is_made()
    {
        System.IO.File.WriteAllText(File, "A=1\n");
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        new SharedSettings(folder.Path).Probe();
        Assert.That(System.IO.File.GetUnixFileMode(File), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(System.IO.File.ReadAllText(File), Is.EqualTo("A=1\n"));

        System.IO.File.Delete(File);
        new SharedSettings(folder.Path).Write("u", "p");
        Assert.That(
            EnvironmentFile.Parse(System.IO.File.ReadAllText(File)).Entries.Select(entry => $"{entry.Key}={entry.Value}"),
            Is.EqualTo(new[] { "GRAFANA_USER=u", "GRAFANA_PASSWORD=p" }));
    }

    [Test]
    public void A_link_to_a_file_that_is_kept_elsewhere_stays_one()
    {
        var elsewhere = folder["kept"];
        System.IO.File.WriteAllText(elsewhere, "A=1\n");
        System.IO.File.CreateSymbolicLink(File, elsewhere);
        new SharedSettings(folder.Path).Write("u", "p");
        Assert.That(new FileInfo(File).LinkTarget, Is.EqualTo(elsewhere));
        Assert.That(System.IO.File.ReadAllText(elsewhere), Does.Contain("GRAFANA_USER=u"));
    }

    [Test]
    public void What_a_daemon_of_its_own_names_wins_and_is_said()
    {
        System.IO.File.WriteAllText(folder["grafana-compliance"], "REPORT_TO=x\nGRAFANA_TOKEN=glsa_x\n#GRAFANA_USER=y\n");
        Assert.That(new SharedSettings(folder.Path).Shadowing(), Is.EqualTo(new[] { $"{folder["grafana-compliance"]}:2 GRAFANA_TOKEN" }));
    }
}
