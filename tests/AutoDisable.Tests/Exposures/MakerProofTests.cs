using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Watching;

namespace Athena.AutoDisable.Tests.Exposures;

/// <summary>Which admin made an account, where the log proves it; and that nobody can have themselves counted as made by one.</summary>
internal sealed class MakerProofTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);

    [Test]
    public void An_account_with_the_line_of_an_admin_and_nothing_else_near_is_proved_by_the_admin_s_number() =>
        Assert.That(MakerProof.Of(Made(1, 0), [Made(1, 0)], [Line(0.05, 7)])?.ActorId, Is.EqualTo(7));

    [Test]
    public void Ten_made_by_a_script_one_behind_the_other_are_proved()
    {
        List<Newcomer> all = [.. Enumerable.Range(0, 10).Select(i => Made(i, i * 0.08))];
        List<LogEvent> lines = [.. Enumerable.Range(0, 10).Select(i => Line((i * 0.08) + 0.06, 7))];
        Assert.That(all.Select(one => MakerProof.Of(one, all, lines)?.ActorId), Is.All.EqualTo(7));
        Assert.That(
            all.Select(one => MakerProof.Of(one, all, lines.Skip(1))), Is.All.Null, "one line is missing, and it is not known whose");
    }

    [Test]
    public void Whatever_else_comes_within_seconds_takes_the_proof_away()
    {
        (string What, Newcomer[] Also, LogEvent[] Lines)[] cases =
        [
            ("no line", [], []),
            ("the line is of another minute", [], [Line(60, 7)]),
            ("somebody signs up, and their line is read", [], [Line(0.05, 7), new SignedIn(At(2), "x@example.net")]),
            ("somebody signs up, and their line is not there", [Made(2, 1)], [Line(0.05, 7)]),
            ("an invitation is completed", [], [Line(0.05, 7), new AccountMade(At(1), ArrivalKind.Invitation, "", "")]),
            ("another admin makes one", [Made(2, 1)], [Line(0.05, 7), Line(1.05, 8)]),
            ("a drill makes one", [Made(2, 1)], [Line(0.05, 7), Line(1.05, 0)]),
            ("something was deleted", [], [Line(0.05, 7), new DeletedByAdmin(At(1), "2", "admin")]),
            ("a line without a time", [], [Line(0.05, 7), new SignedIn(null, "x@example.net")]),
        ];
        Assert.Multiple(() =>
        {
            foreach (var (what, also, lines) in cases) Assert.That(MakerProof.Of(Made(1, 0), [Made(1, 0), .. also], lines), Is.Null, what);
            Assert.That(MakerProof.Of(Made(1, 0) with { IsExternal = true }, [Made(1, 0)], [Line(0.05, 7)]), Is.Null, "from outside");
            Assert.That(
                MakerProof.Of(Made(1, 0), [Made(1, 0), Made(2, 1) with { IsExternal = true }], [Line(0.05, 7)])?.ActorId,
                Is.EqualTo(7),
                "who comes from outside is nobody whom an admin made");
        });
    }

    /// <summary>
    /// Admins make accounts and delete some, strangers sign up as they like, clocks differ and lines come late: no stranger is ever counted
    /// as made by an admin, nor an account as made by another admin.
    /// </summary>
    [Test]
    public void No_stranger_is_ever_counted_as_made_by_an_admin([Range(1, 200)] int seed)
    {
        var random = new Random(seed);
        var skew = (random.NextDouble() - 0.5) * 2; // Of the two clocks, up to a second.
        var pace = random.Next(4) switch { 0 => 0.2, 1 => 1.5, 2 => 5, _ => 20 };
        List<(Newcomer Account, long Maker)> all = [];
        List<LogEvent> lines = [];
        var at = 0.0;
        for (var id = 1; id <= 40; id++)
        {
            at += random.NextDouble() * pace * 2;
            var took = 0.02 + (random.NextDouble() * 0.2);
            if (random.Next(3) == 0)
            {
                all.Add((Made(id, at), 0));
                lines.Add(new SignedIn(At(at + took + skew), random.Next(2) == 0 ? "admin7" : $"x{id}@example.net"));
                if (random.Next(2) == 0) lines.Add(new AccountMade(At(at + took + skew), ArrivalKind.SignUpForm, "", "203.0.113.9"));
            }
            else
            {
                var maker = random.Next(5) == 0 ? 8 : 7;
                lines.Add(Line(at + took + skew, maker));
                if (random.Next(6) > 0) all.Add((Made(id, at), maker)); // The others were deleted before anybody met them.
            }
        }

        var newcomers = all.ConvertAll(one => one.Account);
        var proved = all.ConvertAll(one =>
            (one.Maker, Proof: MakerProof.Of(one.Account, newcomers, lines.OrderBy(_ => random.Next()))?.ActorId));
        Assert.That(proved.Where(one => one.Proof is { } id && id != one.Maker), Is.Empty);
        if (pace > 10) Assert.That(proved.Count(one => one.Proof is not null), Is.Positive, "and of some it is proved");
    }

    private static DateTimeOffset At(double seconds) => Begin.AddSeconds(seconds);

    private static Newcomer Made(long id, double seconds) => new(id, At(seconds), At(seconds), false);

    private static AccountMade Line(double seconds, long admin) =>
        new(At(seconds), ArrivalKind.MadeByAdmin, $"admin{admin}", "127.0.0.1", admin);
}
