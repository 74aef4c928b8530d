using System.Runtime.Versioning;
using Athena.Common.State.AuditCopies;

namespace Athena.Common.Tests.State.AuditCopies;

/// <summary>What is said of a file and its copy that are not alike, and of those that are.</summary>
[SupportedOSPlatform("linux")]
internal sealed class AuditComparisonTests : CopyScenario
{
    [SetUp]
    public async Task Copy()
    {
        Assert.That((await MigrateAsync()).Problem, Is.Null);
        Write(1, 5);
        await CopyAsync();
    }

    [TestCase("UPDATE athena_audit.line SET verdict = 'approved' WHERE line = 3",
        "Entry 3 was changed in the database: its content does not fit its hash.")]
    [TestCase("DELETE FROM athena_audit.line WHERE line = 3",
        "Entry 4 does not follow from entry 2 in the database: a line is missing there.")]
    [TestCase("DELETE FROM athena_audit.line WHERE line = 1", "Entry 1 is in the file, and not in the database.")]
    [TestCase("UPDATE athena_audit.fact SET facts = facts || '{\"madeBy\":\"nobody\"}' WHERE line = 3",
        "Entry 3 has other facts in the file than in the database.")]
    [TestCase("UPDATE athena_audit.person SET email = 'other@example.org' WHERE login = 'login3'",
        "Entry 3 has other facts in the file than in the database.")]
    public async Task What_was_changed_in_the_database_is_found(string change, string sentence)
    {
        await Tables.RunAsync(change);
        Assert.That((await CompareAsync()).First, Is.EqualTo(sentence));
    }

    [Test]
    public async Task More_lines_than_are_read_at_once_are_compared_to_the_last_one_and_none_twice()
    {
        Write(6, AuditDatabase.PageLength);
        await CopyAsync();
        var found = await CompareAsync();
        Assert.That(
            (found.First, found.Lines, found.Copied, found.CopyHead.Seq),
            Is.EqualTo((default(string), AuditDatabase.PageLength + 5L, AuditDatabase.PageLength + 5L, AuditDatabase.PageLength + 5L)));
        await Tables.RunAsync("UPDATE athena_audit.line SET verdict = 'approved' WHERE line IN (2000, 2001, 2005)");
        found = await CompareAsync();
        Assert.That((found.First, found.Differences), Is.EqualTo((
            "Entry 2000 was changed in the database: its content does not fit its hash.", 3L)));
        await Tables.RunAsync("DELETE FROM athena_audit.line WHERE line = 2000");
        Assert.That((await CompareAsync()).Copied, Is.EqualTo(AuditDatabase.PageLength + 4L));
    }

    [Test]
    public async Task What_is_not_copied_yet_is_counted_and_no_difference()
    {
        Write(6, 3);
        var found = await CompareAsync();
        Assert.That((found.First, found.Waiting, found.FileHead.Seq, found.CopyHead.Seq), Is.EqualTo((default(string), 3L, 8L, 5L)));
        Assert.That(found.Remarks, Is.EqualTo(new[] { "3 lines wait to be copied." }));
    }

    [Test]
    public async Task An_end_that_is_missing_in_the_file_is_a_difference()
    {
        Close();
        File.WriteAllLines(Options.File, File.ReadAllLines(Options.File)[..4]);
        Assert.That((await CompareAsync()).First, Does.StartWith("Entry 5 is in the database, and not in the file"));
    }

    [Test]
    public async Task Names_and_lines_whose_time_is_over_on_one_side_alone_are_none()
    {
        await Tables.RunAsync("DELETE FROM athena_audit.fact WHERE line = 4");
        Time.Advance(TimeSpan.FromDays(91));
        Log.Trim();
        var found = await CompareAsync();
        Assert.That((found.First, found.Differences), Is.EqualTo((default(string), 0L)));
        Assert.That(found.Remarks, Is.EqualTo(new[]
        {
            "4 lines still have their names in the database; they go within a day, while the daemon runs.",
        }));

        Time.Advance(TimeSpan.FromDays(8 * 365));
        Log.Trim();
        await CopyAsync();
        found = await CompareAsync();
        Assert.That((found.First, found.Copied), Is.EqualTo((default(string), 6L)));
        Assert.That(
            found.Remarks, Has.One.EqualTo("5 lines are in the database alone: VERDICT_KEEP is over, and the file dropped them."));
    }
}
