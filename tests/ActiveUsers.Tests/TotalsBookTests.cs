using Athena.ActiveUsers.History;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

internal sealed class TotalsBookTests
{
    private readonly ManualTime time = new(Some.Six);
    private DirectoryInfo directory = null!;
    private TotalsBook book = null!;

    private string File => Path.Combine(directory.FullName, TotalsBook.FileName);

    [SetUp]
    public void Open()
    {
        directory = Directory.CreateTempSubdirectory("athena-totals-");
        book = new TotalsBook(directory.FullName, time);
    }

    [TearDown]
    public void Remove() => directory.Delete(recursive: true);

    [Test]
    public void What_was_written_is_read_in_order_and_only_of_the_span()
    {
        book.Append(Totals(15, 2));
        book.Append(Totals(0, 1));
        book.Append(Totals(30, 3));
        Assert.That(book.Read(Some.Six, Some.Six.AddMinutes(30)).Select(totals => totals.Users), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void A_window_that_was_written_twice_counts_once_the_later_line()
    {
        book.Append(Totals(0, 1));
        book.Append(Totals(0, 2));
        Assert.That(book.Read(Some.Six, Some.Six.AddDays(1)).Single().Users, Is.EqualTo(2));
    }

    [Test]
    public void A_torn_last_line_is_passed_over_and_swallows_nothing()
    {
        book.Append(Totals(0, 1));
        book.Append(Totals(15, 2));
        using (var file = System.IO.File.Open(File, FileMode.Open)) file.SetLength(file.Length - 10);
        Assert.That(book.Read(Some.Six, Some.Six.AddDays(1)).Select(totals => totals.Users), Is.EqualTo(new[] { 1 }));
        book.Append(Totals(30, 3));
        Assert.That(book.Read(Some.Six, Some.Six.AddDays(1)).Select(totals => totals.Users), Is.EqualTo(new[] { 1, 3 }));
    }

    [Test]
    public void Thirteen_months_are_kept_and_no_more()
    {
        book.Append(Totals(0, 1));
        book.TrimIfDue();
        time.Advance(TotalsBook.Kept - TimeSpan.FromHours(1));
        book.Append(Totals((int)TotalsBook.Kept.TotalMinutes, 2));
        book.TrimIfDue();
        Assert.That(System.IO.File.ReadAllLines(File), Has.Length.EqualTo(2));
        time.Advance(TimeSpan.FromDays(1));
        book.TrimIfDue();
        Assert.That(book.Read(DateTimeOffset.MinValue, DateTimeOffset.MaxValue).Single().Users, Is.EqualTo(2));
    }

    [Test]
    public void Only_its_owner_may_read_the_file_and_no_name_is_in_it()
    {
        book.Append(WindowTotals.Of(Some.Pulse(Some.Activity(Some.User(2, "naledi", 4))), (0, 0), 1, 1));
        Assert.That(System.IO.File.GetUnixFileMode(File), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(System.IO.File.ReadAllText(File), Does.Not.Contain("naledi").And.Contain("\"users\":1"));
    }

    [Test]
    public void A_disk_that_refuses_is_a_sentence()
    {
        Directory.CreateDirectory(File);
        Assert.That(book.Append(Totals(0, 1)), Does.Contain("could not be written"));
        Directory.Delete(File);
    }

    internal static WindowTotals Totals(
        int minute,
        int users,
        long signUps = 0,
        long? locked = 0,
        long? strayed = 0,
        long logins = 0,
        long failed = 0,
        long loads = 0,
        long? p95 = null,
        int checks = 0,
        int up = 0) => new(
        Some.Six.AddMinutes(minute), Some.Six.AddMinutes(minute + 15), true, users, users * 10, 0, logins, failed, 0, signUps, locked,
        strayed, loads, p95, 100, 0, checks, up);
}
