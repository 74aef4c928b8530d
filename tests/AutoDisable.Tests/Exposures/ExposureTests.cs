using System.Text.Json;
using Athena.AutoDisable.Evidence;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Tests.Exposures;

internal sealed class ExposureTests
{
    private static readonly string[] Plain = [Some.Line(second: 1)];

    [Test]
    public void Nothing_is_said_only_where_it_could_have_been_seen() => Assert.Multiple(() =>
    {
        // The line of somebody else's 200 proves that answers with 200 are logged; in life it is that of our own lock.
        string[] other = [Some.Line(id: 5, second: 2)];
        AssertSight(other, facts => facts, CoverageLimits.None, "Inside for 2.00 s: no request.");
        AssertSight(other, facts => facts with { RouterLogging = false }, CoverageLimits.None, "Inside for 2.00 s: no request.");
        AssertSight([], facts => facts, CoverageLimits.NoEcho);
        AssertSight([], facts => facts with { RouterLogging = null }, CoverageLimits.RouterLoggingUnknown);
        AssertSight([], facts => facts with { RouterLogging = false }, CoverageLimits.RouterLoggingOff);
        AssertSight(other, facts => facts with { HadGap = true }, CoverageLimits.Gap);
        AssertSight(other, facts => facts with { WasUnreadable = true }, CoverageLimits.LogUnreadable);
        AssertSight(other, facts => facts with { HasActed = true }, CoverageLimits.LinesMissing);
        AssertSight(
            other,
            facts => facts with { ArrivedAt = Some.Noon.AddYears(-1) },
            CoverageLimits.BeganLate,
            "Inside for 8760 h 0 min. What they did could not be seen.");
        AssertSight(
            [Some.Line(id: 5, second: 0).Replace("T12:00", "T11:59", StringComparison.Ordinal)],
            facts => facts,
            CoverageLimits.NoEcho,
            what: "a 200 from before they came proves nothing");
        AssertSight([Some.Line(id: 5, second: 0)], facts => facts, CoverageLimits.NoEcho,
            what: "nor does one from before the lock: the log may have stopped");
    });

    [Test]
    public void A_flood_before_an_arrival_does_not_spoil_the_sight_of_it()
    {
        var trace = Recorded.Recorder(Plain).Look(77);
        Assert.Multiple(() =>
        {
            Assert.That(
                Exposure.Of(trace with { CrowdedOutAt = Some.Noon.AddMinutes(-1) }, Some.Facts()).Limits, Is.EqualTo(CoverageLimits.None));
            Assert.That(
                Exposure.Of(trace with { CrowdedOutAt = Some.Noon.AddSeconds(1) }, Some.Facts()).Limits,
                Is.EqualTo(CoverageLimits.Crowded));
        });
    }

    [Test]
    public void Somebody_is_inside_from_the_arrival_or_the_first_request_whichever_is_earlier() => Assert.Multiple(() =>
    {
        Assert.That(Some.Exposure(Plain).Since, Is.EqualTo(Some.Noon));
        Assert.That(Some.Exposure([Some.Line(second: 1, ms: 3000)]).Since, Is.EqualTo(Some.Noon.AddSeconds(-2)));
        Assert.That(
            Some.Exposure([], Some.Facts() with { ArrivedAt = null, FirstSeenAt = Some.Noon.AddSeconds(1) }).Inside,
            Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(
            Some.Exposure([], Some.Facts() with { LockedAt = Some.Noon.AddSeconds(-1) }).Inside,
            Is.EqualTo(TimeSpan.Zero),
            "clocks differ");
        Assert.That(Some.Exposure([], Some.Facts() with { LockedAt = null }).Inside, Is.Null);
    });

    [Test]
    public void Who_begins_a_request_after_the_lock_was_still_inside()
    {
        var exposure = Some.Exposure([Some.Line(second: 9)]);
        Assert.That(ExposureText.Details(exposure).Single().Text, Does.StartWith("They went on making requests after the lock"));
    }

    [TestCase(200, true)]
    [TestCase(201, true)]
    [TestCase(403, false)]
    [TestCase(404, false)]
    [TestCase(499, true)]
    [TestCase(500, true)]
    public void What_may_have_had_an_effect_is_critical(int status, bool isCritical)
    {
        var exposure = Some.Exposure([Some.Line(method: "POST", path: "/api/org/invites", status: status), .. Plain]);
        Assert.That(exposure.IsCritical, Is.EqualTo(isCritical));
    }

    [Test]
    public void What_reads_is_no_deed([Values("GET", "HEAD", "OPTIONS")] string method) =>
        Assert.That(Some.Exposure([Some.Line(method: method, path: "/api/serviceaccounts")]).Deeds, Is.Empty);

    [Test]
    public void Of_several_that_are_new_the_log_does_not_say_who_made_which()
    {
        var facts = Some.Facts() with
        {
            ServiceAccounts = [Account(80), Account(81), Account(82, org: 2), Account(60), Account(90)],
            ServiceAccountsBefore = new HashSet<long> { 90 },
        };
        var found = Some.Exposure([Some.Line(method: "POST", path: "/api/serviceaccounts", status: 201)], facts).ServiceAccounts;
        Assert.That(
            found.Select(account => (account.Id, account.IsNew, account.IsCertain)),
            Is.EqualTo(new[] { (80L, true, false), (81L, true, false) }));
    }

    [Test]
    public void A_token_for_an_older_service_account_leaves_the_account_alone()
    {
        var facts = Some.Facts() with { ServiceAccounts = [Account(60)] };
        var exposure = Some.Exposure([Some.Line(method: "POST", path: "/api/serviceaccounts/60/tokens")], facts);
        var remedy = new RemedyText(new Uri("http://127.0.0.1:3000/")).For(exposure).Single();
        Assert.Multiple(() =>
        {
            Assert.That(exposure.ServiceAccounts.Single(), Is.EqualTo(new TouchedServiceAccount(
                60, 1, "sa-1-x60", "x60", IsNew: false, IsCertain: true, Tokens: 1)));
            Assert.That(remedy.Commands.Select(command => command.Line), Is.EqualTo(new[]
            {
                "curl -u ADMIN -H 'X-Grafana-Org-Id: 1' 'http://127.0.0.1:3000/api/serviceaccounts/60/tokens'",
                "curl -u ADMIN -X DELETE -H 'X-Grafana-Org-Id: 1' 'http://127.0.0.1:3000/api/serviceaccounts/60/tokens/TOKEN_ID'",
            }));
        });
    }

    [Test]
    public void A_service_account_that_was_made_and_deleted_again_is_told_without_a_command()
    {
        var facts = Some.Facts() with { ServiceAccounts = [] };
        var exposure = Some.Exposure([Some.Line(method: "DELETE", path: "/api/serviceaccounts/80")], facts);
        var remedy = new RemedyText(new Uri("http://127.0.0.1:3000/")).For(exposure).Single();
        Assert.That(
            (remedy.What.Text.Replace("\u200B", "", StringComparison.Ordinal), remedy.Commands.Count),
            Is.EqualTo(("They deleted something: DELETE /api/serviceaccounts/80 in organisation 1.", 0)));
    }

    [Test]
    public void Survives_being_kept_with_the_case()
    {
        var exposure = Some.Exposure(
        [
            Some.Line(method: "POST", path: "/api/serviceaccounts", status: 201),
            Some.Line(path: "/api/dashboards/uid/abc"),
        ]);
        var kept = JsonSerializer.Deserialize<Exposure>(JsonSerializer.Serialize(exposure))!;
        Assert.That(kept, Is.EqualTo(exposure).UsingPropertiesComparer());
    }

    private static void AssertSight(
        string[] lines,
        Func<ExposureFacts, ExposureFacts> facts,
        CoverageLimits limits,
        string says = "Inside for 2.00 s. What they did could not be seen.",
        string what = "")
    {
        var exposure = Some.Exposure(lines, facts(Some.Facts()));
        Assert.That(exposure.Limits, Is.EqualTo(limits), what);
        Assert.That(ExposureText.Summary(exposure).Text, Is.EqualTo(says), $"{limits}");
        Assert.That(ExposureText.Blindness(exposure) is null, Is.EqualTo(limits == CoverageLimits.None), $"{limits}");
    }

    private static ServiceAccount Account(long id, long org = 1) => new(id, $"sa-{org}-x{id}", $"x{id}", org, "Viewer", false);
}
