using System.Text;
using System.Text.Json;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.Tests.GrafanaLog;
using Athena.Common.Time;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Grafana.Usage;

/// <summary>A log that is read and counted in parts, wherever it is cut, gives the answer that it gives line by line.</summary>
public sealed class PartsAgreementTests
{
    private LogDirectory log = null!;
    private int joined;
    private int refused;
    private int begun;

    [SetUp]
    public void MakeDirectory() => (log, joined, refused) = (new LogDirectory(), 0, 0);

    [TearDown]
    public void RemoveDirectory() => log.Dispose();

    [Test]
    public void On_logs_in_which_everything_happens()
    {
        Gen<(string, int, int, PartSizes)> cases =
            from text in StrangeLog.Texts
            from begin in Gen.Frequency((3, Gen.Constant(-86_400)), (1, Gen.Choose(-10, 300)))
            from length in Gen.Frequency((3, Gen.Constant(200_000)), (1, Gen.Choose(1, 600)))
            from most in Gen.Choose(2, 7)
            from least in Gen.Choose(1, 4_000)
            select (text, begin, length, new PartSizes(most, least));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(cases.ToArbitrary(), plan =>
        {
            (string text, int begin, int length, PartSizes sizes) = plan;
            File.WriteAllText(log.Path, text);
            DateTimeOffset from = StrangeLog.Begin.AddSeconds(begin);
            AssertAgreement(new Window(from, from.AddSeconds(length)), sizes);
        }));
        TestContext.Out.WriteLine($"{joined} parts joined, {refused} refused");
        Assert.That(joined, Is.GreaterThan(200), "or nothing was tested");
    }

    [TestCase("2 naledi 06:00:00+02:00", "2 naledi 06:00:00+02:00", TestName = "Where_nothing_happens_all_parts_are_joined")]
    [TestCase("2 naledi 06:10:00+02:00", "2 naledi 06:09:49+02:00", TestName = "A_clock_that_went_back_between_two_parts_is_told")]
    [TestCase("2 naledi 06:00:00+02:00", "2 naledi 05:00:00+01:00", TestName = "A_zone_that_changed_between_two_parts_is_told")]
    [TestCase("7 old.name 06:10:00+02:00", "7 new.name 06:10:00+02:00",
        TestName = "The_later_of_two_logins_at_the_same_moment_wins_across_parts")]
    public void Between_two_lines_wherever_the_cut_falls(string before, string after)
    {
        for (int middle = 120; middle < 240; middle++)
        {
            WriteLines(400, i =>
                i == 0 ? Line.Request() : Of(i < middle || i > middle + 20 ? before : after, isNamed: i == middle - 1 || i == middle));
            begun = 0;
            AssertAgreement(AnyTime, new PartSizes(2, 1));
            Assert.That(begun, Is.EqualTo(2));
        }

        static string Of(string line, bool isNamed)
        {
            string[] words = line.Split(' ');
            string text = isNamed ? Line.Request(long.Parse(words[0]), login: words[1]) : Line.Request();
            return text.Replace("06:00:00+02:00", words[2], StringComparison.Ordinal);
        }
    }

    [Test]
    public void On_the_recorded_day_with_its_rotated_files()
    {
        foreach (string name in RecordedLogs.Day)
            File.Copy(RecordedLogs.Path(name), Path.Combine(log.Folder, Path.GetFileName(name)));
        var day = new Window(
            new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero));
        for (int most = 2; most < 9; most++)
            AssertAgreement(day, new PartSizes(most, 1_000));
        Assert.That(joined, Is.GreaterThan(200));
    }

    [Test]
    public void Lists_that_are_cut_at_their_bound_hold_the_first_of_the_whole_log()
    {
        WriteLines(6_000, i => (i % 3) switch
        {
            0 => Line.Request(2 + (i % 4), method: "POST", path: $"/api/admin/users/{i}/disable"),
            1 => Line.Request(0, path: $"/d/athena-probe-{i}"),
            _ => $"logger=http.server t=2026-11-21T06:00:00+02:00 level=info msg=\"Successful Login\" User=u{i}@example.net\n",
        });
        Activity activity = AssertAgreement(AnyTime, new PartSizes(5, 1));
        Assert.That((activity.IsCut, joined, refused), Is.EqualTo((true, 5, 0)));
        Assert.That(activity.Changes, Has.Count.EqualTo(ActivityBounds.Changes));
    }

    [Test]
    public void Nearly_too_many_dashboards_of_one_user_are_not_joined_but_read_line_by_line()
    {
        WriteLines(3_000, i => Line.Query($"https://g/d/uid-{i * 7919 % 1_400}"));
        Assert.That(
            AssertAgreement(AnyTime, new PartSizes(3, 1)).Users.Single().Dashboards, Has.Count.EqualTo(ActivityBounds.DashboardsOfRow));
        Assert.That(refused, Is.GreaterThan(0));
    }

    [Test]
    public void The_same_many_dashboards_in_each_part_are_not_too_many()
    {
        WriteLines(3_000, i => Line.Query($"https://g/d/uid-{i % 900}"));
        AssertAgreement(AnyTime, new PartSizes(3, 1));
        Assert.That((joined, refused), Is.EqualTo((3, 0)));
    }

    [Test]
    public void Too_many_users_for_one_counter_are_not_joined_but_read_line_by_line()
    {
        WriteLines(ActivityBounds.Rows + 2_000, i => Line.Request(i + 10, path: "/login"));
        Activity activity = AssertAgreement(AnyTime, new PartSizes(2, 1));
        Assert.That(
            (activity.IsCut, activity.AreUsersCut, activity.Users.Count, joined, refused),
            Is.EqualTo((true, true, ActivityBounds.Rows, 1, 1)));
    }

    /// <summary>Three outages, of which the midst of the second lies where the parts meet.</summary>
    [Test]
    public void Outages_are_told_apart_by_their_times_and_one_goes_on_in_the_next_part()
    {
        int[] minutes = [.. Enumerable.Repeat(0, 300), .. Enumerable.Repeat(20, 300), .. Enumerable.Repeat(40, 300)];
        WriteLines(minutes.Length, i => Line.Request(5, path: "/api/search", time: $"06:{minutes[i]:00}:{i % 300 / 6:00}")
            + Line.Refusal("auth.client.session", "dial tcp 127.0.0.1:5432: connect: connection refused")
                .Replace("06:00:00", $"06:{minutes[i]:00}:{i % 300 / 6:00}", StringComparison.Ordinal)
            + Line.Refusal("auth.client.anonymous", "dial tcp 127.0.0.1:5432: connect: connection refused")
                .Replace("06:00:00", $"06:{minutes[i]:00}:59", StringComparison.Ordinal));
        Activity activity = AssertAgreement(AnyTime, new PartSizes(2, 1));
        Assert.That(
            activity.Unidentified.Select(span => ((span.From - StrangeLog.Begin).TotalMinutes, span.Length)),
            Is.EqualTo(new[] { 0d, 20, 40 }.Select(at => (at, TimeSpan.FromSeconds(49)))));
        Assert.That(joined, Is.GreaterThan(0));
    }

    private static Window AnyTime => new(StrangeLog.Begin.AddDays(-1), StrangeLog.Begin.AddDays(1));

    private void WriteLines(int count, Func<int, string> line)
    {
        using var writer = new StreamWriter(log.Path, append: false, new UTF8Encoding(false));
        for (int i = 0; i < count; i++)
            writer.Write(line(i));
    }

    private Activity AssertAgreement(Window window, PartSizes sizes)
    {
        ActivityCounterOptions options = new()
        {
            Window = window with { To = window.From.AddHours(5) },
            IsAccessKept = true,
            OwnIds = [1],
            IgnoredIds = [4],
            OpensOf = "ward",
        };
        ILogSource source = new FileLogSource(log.Path) { PartSizes = sizes };
        var one = new ActivityCounter(options);
        Coverage coverage = source.ReadWindow(window, one.Take);

        var many = new ActivityCounter(options);
        Coverage coverageOfParts = source.ReadWindowInParts(window, many.Take, () => Watched(many.BeginPart()));
        Activity activity = many.Snapshot();
        Assert.That(Facts(activity, coverageOfParts), Is.EqualTo(Facts(one.Snapshot(), coverage)));
        return activity;
    }

    private LinePart Watched(LinePart part)
    {
        begun++;
        return part with
        {
            TryJoin = () =>
            {
                bool isJoined = part.TryJoin();
                joined += isJoined ? 1 : 0;
                refused += isJoined ? 0 : 1;
                return isJoined;
            },
        };
    }

    /// <summary>All that there is in the answer, in its order.</summary>
    private static string Facts(Activity activity, Coverage coverage) =>
        JsonSerializer.Serialize(activity) + JsonSerializer.Serialize(coverage);
}
