using Athena.Common.Settings;
using Athena.Tests.Shared;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Settings;

internal sealed class SettingsEditTests
{
    private TemporaryDirectory directory = null!;

    [SetUp]
    public void Prepare() => directory = new TemporaryDirectory();

    [TearDown]
    public void Clean() => directory.Dispose();

    [Test]
    public void A_key_takes_the_place_where_it_stands_or_is_shown_and_the_rest_stays() =>
        Assert.That(
            SettingsEdit.Set(
                "# Ours\nexport A=1\nSMTP_HOST=old\n#SMTP_USER=\n\nMAIL_TO=x\n",
                [new("SMTP_HOST", "new"), new("SMTP_USER", "a b"), new("MAIL_FROM", "f@example.org")],
                "From there"),
            Is.EqualTo("# Ours\nexport A=1\nSMTP_HOST=new\nSMTP_USER='a b'\n\nMAIL_TO=x\n\n# From there\nMAIL_FROM=f@example.org\n"));

    [Test]
    public void Of_two_lines_with_one_key_the_one_that_holds_is_changed() =>
        Assert.That(SettingsEdit.Set("A=1\nA=2\n", [new("A", "3")], ""), Is.EqualTo("A=1\nA=3\n"));

    [Test]
    public void Any_password_is_written_so_that_systemd_reads_it_back() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonEmptyString>().Filter(text => !text.Get.Any(char.IsControl) && !text.Get.Any(char.IsSurrogate)),
        (NonEmptyString password) =>
        {
            var text = SettingsEdit.Set("OTHER=1\n", [new("SMTP_PASSWORD", password.Get)], "From there");
            return EnvironmentFile.Parse(text).Entries.Single(entry => entry.Key == "SMTP_PASSWORD").Value == password.Get;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void What_would_be_taken_for_something_else_is_refused() =>
        Assert.That(() => SettingsEdit.Set("A='open\n", [new("B", "1")], ""), Throws.InstanceOf<IOException>()
            .With.Message.Contains("B cannot be written"));

    [Test]
    public void What_was_written_can_be_taken_back_byte_for_byte_by_the_next_process()
    {
        File.WriteAllText(directory["settings"], "A=1\r\n\r\n");
        Settings().Replace("A=2\n");

        Assert.That(File.ReadAllText(directory["settings"]), Is.EqualTo("A=2\n"));
        foreach (var path in Directory.EnumerateFiles(directory.Path))
            Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite), path);

        Assert.That(Settings().TakeBack());
        Assert.That(File.ReadAllText(directory["settings"]), Is.EqualTo("A=1\r\n\r\n"));
        Assert.That(Settings().TakeBack(), Is.False);
        Assert.That(Directory.EnumerateFiles(directory.Path).Count(), Is.EqualTo(1));
    }

    [Test]
    public void What_somebody_else_wrote_since_is_never_taken_back()
    {
        File.WriteAllText(directory["settings"], "A=1\n");
        Settings().Replace("A=2\n");
        File.WriteAllText(directory["settings"], "A=3\n");

        Assert.That(Settings().TakeBack(), Is.False);
        Assert.That(File.ReadAllText(directory["settings"]), Is.EqualTo("A=3\n"));
    }

    [Test]
    public void A_settings_file_that_lies_elsewhere_is_written_there()
    {
        File.WriteAllText(directory["real"], "A=1\n");
        File.CreateSymbolicLink(directory["settings"], directory["real"]);

        Settings().Replace("A=2\n");

        Assert.That(new FileInfo(directory["settings"]).LinkTarget, Is.EqualTo(directory["real"]));
        Assert.That(File.ReadAllText(directory["real"]), Is.EqualTo("A=2\n"));
    }

    [Test]
    public void After_the_change_there_is_nothing_to_take_back()
    {
        Settings().Replace("A=2\n");
        Settings().Settle();

        Assert.That(Settings().TakeBack(), Is.False);
        Assert.That(File.ReadAllText(directory["settings"]), Is.EqualTo("A=2\n"));
    }

    private SettingsFile Settings() => new(directory["settings"], directory["note"]);
}
