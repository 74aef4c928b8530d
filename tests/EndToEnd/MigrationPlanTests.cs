using System.Globalization;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>
/// What activate has the daemon do before it starts it, by the real program: nobody is admitted who came after the old guard's last good
/// run.
/// </summary>
internal sealed class MigrationPlanTests
{
    [Test]
    public async Task A_preview_changes_nothing_and_asks_for_the_time_where_none_is_known()
    {
        await using var lab = await Lab.OpenAsync();

        var preview = await lab.Program.RunAsync("adopt", "--preview");

        Assert.Multiple(() =>
        {
            Assert.That(preview.ExitCode, Is.Zero, preview.Text);
            Assert.That(preview.Output, Does.Contain("\"NeedsTime\":true").And.Contain("Who is enabled, the youngest first"));
            Assert.That(File.Exists(lab.StateFile), Is.False);
        });
    }

    [Test]
    public async Task Who_came_since_the_last_good_run_is_locked_by_the_first_look_and_a_second_take_over_keeps_what_is_known()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        using var young = await lab.SignUpAsync("young@example.net");
        var limit = DateTimeOffset.UtcNow.AddDays(-1).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
        var adopted = await lab.Program.RunAsync("adopt", "--has-old-guard", "--before", limit);
        var noted = await lab.Program.RunAsync("note-change", "taken-over", "this daemon takes over from the timer of before");
        var daemon = lab.RunDaemon();
        await daemon.IsGuardingAsync();
        await lab.IsLockedAsync("young@example.net");
        await daemon.StopAsync();

        var again = await lab.Program.RunAsync("adopt", "--has-old-guard", "--all");
        var verified = await lab.Program.RunAsync("audit", "verify");
        Assert.Multiple(() =>
        {
            Assert.That(adopted.Output, Does.Contain("\"Strangers\":1").And.Contain("young@example.net"), adopted.Text);
            Assert.That(noted.ExitCode, Is.Zero, noted.Text);
            Assert.That(again.Output, Does.Contain("0 enabled may stay, 0 are disabled already, nobody is new"), again.Text);
            Assert.That(verified.ExitCode, Is.Zero, verified.Text);
            Assert.That(lab.Account("young@example.net").IsDisabled, "whoever is locked stays so");
        });
    }

    [TestCase("take-over", "activate")]
    [TestCase("hand-back", "revert")]
    public async Task The_words_of_before_are_understood(string before, string now)
    {
        await using var lab = await Lab.OpenAsync();
        var (old, today) = (await lab.Program.RunAsync(before, "--help"), await lab.Program.RunAsync(now, "--help"));
        Assert.That((old.ExitCode, old.Output), Is.EqualTo((0, today.Output)));
        Assert.That(old.Output, Does.Contain(now).And.Contain("--dry-run"));
    }

    [Test]
    public async Task A_note_can_only_be_one_of_those_that_there_are()
    {
        await using var lab = await Lab.OpenAsync();
        Assert.That((await lab.Program.RunAsync("note-change", "approved", "x")).ExitCode, Is.Not.Zero);
        Assert.That((await lab.Program.RunAsync("--help")).Output, Does.Contain("activate").And.Not.Contain("note-change"));
    }
}
