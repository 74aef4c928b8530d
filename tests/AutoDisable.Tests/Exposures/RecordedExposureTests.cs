using System.Globalization;
using Athena.AutoDisable.Evidence;

namespace Athena.AutoDisable.Tests.Exposures;

/// <summary>What recorded strangers did, by the log alone, against the transcript of what they did.</summary>
internal sealed class RecordedExposureTests
{
    private const long Chief = 23;
    private static readonly Uri Grafana = new("https://athena.example.org/grafana");

    [Test]
    public void A_token_that_outlives_its_maker_is_named_with_the_call_that_removes_it()
    {
        var exposure = OfChief();
        var remedy = new RemedyText(Grafana).For(exposure).Single();
        var made = Recorded.Answer("attacks", "he makes a service account", "\"role\": \"Admin\"");
        Assert.Multiple(() =>
        {
            Assert.That(exposure.IsCritical, Is.True);
            Assert.That(exposure.ServiceAccounts, Is.EqualTo(new[]
            {
                new TouchedServiceAccount(
                    made.GetProperty("id").GetInt64(),
                    3,
                    made.GetProperty("login").GetString()!,
                    "backdoor",
                    IsNew: true,
                    IsCertain: true,
                    Tokens: 1),
            }));
            Assert.That(remedy.What.Text, Is.EqualTo(
                "They made the service account sa-3-backdoor (id 24, organisation 3) and a token for it. A token goes on working although "
                + "the account is locked, and even if it is deleted."));
            Assert.That(remedy.Commands.Single().Line, Is.EqualTo(
                "curl -u ADMIN -X DELETE -H 'X-Grafana-Org-Id: 3' 'https://athena.example.org/grafana/api/serviceaccounts/24'"));
        });
    }

    [Test]
    public void The_time_inside_is_that_of_the_transcript()
    {
        var exposure = OfChief();
        var (signedUp, inside) = Recorded.When("attacks", "step2 with the e-mail of a pending invitation, nothing verified", "chief3");
        Assert.Multiple(() =>
        {
            Assert.That(exposure.Since, Is.InRange(signedUp, inside.AddMilliseconds(1)));
            Assert.That(exposure.Requests, Is.EqualTo(4), "their organisations, a service account, a token, themselves");
            Assert.That(exposure.Limits, Is.EqualTo(CoverageLimits.None));
            Assert.That(ExposureText.Blindness(exposure), Is.Null);
            Assert.That(Shown(ExposureText.Summary(exposure).Text), Is.EqualTo(
                "Inside for 0.07 s: 4 requests, no dashboard, in the organisations 1 and 3, from 127.0.0.1 (claimed)."));
            Assert.That(
                exposure.Deeds.Select(observedAction =>
                    $"{observedAction.Kind} {observedAction.Outcome} {observedAction.Method} {observedAction.Path}"),
                Is.EqualTo(new[]
                {
                    "ServiceAccount Done POST /api/serviceaccounts", "ServiceAccount Done POST /api/serviceaccounts/24/tokens",
                }));
        });
    }

    [Test]
    public void Without_the_list_the_token_s_line_still_gives_the_id()
    {
        var exposure = OfChief(facts => facts with { ServiceAccounts = null });
        var remedies = new RemedyText(Grafana).For(exposure);
        Assert.Multiple(() =>
        {
            Assert.That(exposure.ServiceAccounts.Single(), Is.EqualTo(new TouchedServiceAccount(24, 3, "", "", true, true, 1)));
            Assert.That(remedies.Single().What.Text, Does.StartWith(
                "They made the service account with the id 24 (organisation 3) and a token for it."));
        });
    }

    [Test]
    public void What_a_token_does_is_recorded_under_the_service_account_s_id()
    {
        var trace = Recorded.Recorder(Recorded.Lines("attacks"), 1).Look(24);
        Assert.That((trace.Requests, trace.Refused), Is.EqualTo((2, 0)));
    }

    [Test]
    public void A_viewer_who_tried_and_was_refused_made_nothing()
    {
        var exposure = Of("attacks", 25, At("2026-11-21T02:26:13.618947555Z"), At("2026-11-21T02:26:13.63Z"));
        Assert.Multiple(() =>
        {
            Assert.That(exposure.IsCritical, Is.False);
            Assert.That(exposure.Made, Is.Empty);
            Assert.That(exposure.Refused, Is.EqualTo(2));
            Assert.That(new RemedyText(Grafana).For(exposure), Is.Empty);
            Assert.That(ExposureText.Details(exposure).Select(detail => Shown(detail.Text)), Is.EqualTo(new[]
            {
                "They tried, and were refused: POST /api/serviceaccounts and POST /api/snapshots.",
            }));
        });
    }

    [Test]
    public void Somebody_with_a_new_name_changed_their_own_profile_and_nothing_else()
    {
        var exposure = Of("attacks", 21, At("2026-11-21T02:25:13.732364835Z"), At("2026-11-21T02:25:13.8Z"));
        Assert.Multiple(() =>
        {
            Assert.That(exposure.IsCritical, Is.False);
            Assert.That(
                exposure.Made.Select(observedAction => (observedAction.Kind, observedAction.Method, observedAction.Path)),
                Is.EqualTo(new[] { (ObservedActionKind.OwnProfile, "PUT", "/api/user") }));
            Assert.That(Shown(ExposureText.Details(exposure).Single().Text), Is.EqualTo("They changed their own profile: PUT /api/user."));
        });
    }

    [Test]
    public void Somebody_who_only_signed_up_made_no_request_and_that_may_be_said()
    {
        var exposure = Of("attacks", 11, At("2026-11-21T02:25:13.589118918Z"), At("2026-11-21T02:25:13.62Z"));
        Assert.That(ExposureText.Summary(exposure).Text, Is.EqualTo("Inside for 0.03 s: no request."));
    }

    [Test]
    public void The_dashboard_of_a_browser_is_named_and_what_the_page_sends_by_itself_is_no_deed()
    {
        var lines = Recorded.LinesUntil("day/rotated", "path=/api/admin/users/ag4xa1zd1r6rkb/disable status=200");
        var trace = Recorded.Recorder(lines, 1, 2).Look(60);
        var facts = new ExposureFacts(
            60, At("2026-11-21T01:28:50.65249758Z"), At("2026-11-21T01:28:51Z"), At("2026-11-21T01:29:26.10631417Z"), true);
        var exposure = Exposure.Of(trace, facts);
        Assert.Multiple(() =>
        {
            Assert.That(exposure.Deeds, Is.Empty);
            Assert.That(exposure.Dashboards, Is.EqualTo(new[] { new DashboardView("ward-occupancy", 1, 2) }));
            Assert.That(exposure.LivePages, Is.EqualTo(2));
            Assert.That(ExposureText.Details(exposure).Single().Text, Does.Contain("live connection (2 times)"));
            Assert.That(Shown(ExposureText.Summary(Titled(exposure)).Text), Is.EqualTo(
                "Inside for 35.45 s: 21 requests, dashboard Ward Occupancy, queried data 2 times, from 127.0.0.1 (claimed)."));
        });
    }

    [Test]
    public void No_recorded_browser_session_of_a_viewer_counts_as_a_deed()
    {
        // Naledi and Palesa only looked, by all ways there are to open a dashboard; the admin saved one (docs/grafana.md §4).
        var lines = Recorded.Lines("day/rotated", line => string.CompareOrdinal(Time(line), "2026-11-21T01:27:50") > 0);
        var recorder = Recorded.Recorder(lines);
        Assert.Multiple(() =>
        {
            Assert.That(recorder.Look(2).Deeds, Is.Empty);
            Assert.That(recorder.Look(60).Deeds, Is.Empty);
            Assert.That(
                recorder.Look(1).Deeds.Where(observedAction => observedAction.Kind == ObservedActionKind.Dashboard)
                    .Select(observedAction => observedAction.Path),
                Is.EqualTo(new[]
                {
                    "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/redis-overview",
                }));
            Assert.That(recorder.Look(2).Dashboards.Select(view => (view.Uid, view.Opens)), Is.EquivalentTo(new[]
            {
                ("lab-turnaround", 1), ("ward-occupancy", 3), ("hl7-errors", 1), ("redis-overview", 1),
            }));
        });
    }

    [Test]
    public void A_visitor_by_single_sign_on_is_recorded_from_the_first_line_on()
    {
        // The first of their two accounts was deleted, the second came back three times.
        var recorder = Recorded.Recorder(Recorded.Lines("single-sign-on"), 1);
        var first = Exposure.Of(
            recorder.Look(2), new ExposureFacts(2, null, At("2026-11-21T02:08:04.08Z"), At("2026-11-21T02:08:04.26Z"), true));
        var (sent, answered) = Recorded.When("single-sign-on", "first single sign-on: the account appears, no line says so", "/api/user\"");
        Assert.Multiple(() =>
        {
            Assert.That(first.Requests, Is.EqualTo(3));
            Assert.That(first.Since, Is.InRange(sent.AddMilliseconds(-1), answered));
            Assert.That(first.IsSightWhole, Is.True);
            Assert.That(recorder.Look(3).Requests, Is.EqualTo(3));
        });
    }

    [Test]
    public void A_share_in_public_is_named_with_the_calls_that_end_it()
    {
        var exposure = Of("single-sign-on", 1, null, null);
        var remedy = new RemedyText(Grafana).For(exposure).Single(r => r.What.Text.Contains("in public", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(Shown(remedy.What.Text), Is.EqualTo(
                "They shared a dashboard in public: POST /api/dashboards/uid/pub/public-dashboards in organisation 1. Whoever has its "
                + "address sees it without signing in."));
            Assert.That(remedy.Commands.Select(command => command.Line), Is.EqualTo(new[]
            {
                "curl -u ADMIN -H 'X-Grafana-Org-Id: 1' 'https://athena.example.org/grafana/api/dashboards/uid/pub/public-dashboards'",
                "curl -u ADMIN -X DELETE -H 'X-Grafana-Org-Id: 1' "
                + "'https://athena.example.org/grafana/api/dashboards/uid/pub/public-dashboards/SHARE_UID'",
            }));
        });
    }

    [Test]
    public void With_router_logging_off_a_page_is_seen_but_nothing_is_called_nothing([Values(false, null)] bool? setting)
    {
        // The truth: new.three opened lab-turnaround. Of that the log holds two websockets.
        var trace = Recorded.Recorder(Recorded.Lines("router-logging-off"), 1, 2).Look(62);
        var exposure = Exposure.Of(trace, new ExposureFacts(
            62, At("2026-11-21T03:34:05.609005209+02:00"), At("2026-11-21T01:34:05.62Z"), At("2026-11-21T01:34:15Z"), setting));
        Assert.Multiple(() =>
        {
            Assert.That(
                exposure.Limits, Is.EqualTo(setting is null ? CoverageLimits.RouterLoggingUnknown : CoverageLimits.RouterLoggingOff));
            Assert.That(exposure.LivePages, Is.EqualTo(2));
            Assert.That(Shown(ExposureText.Summary(exposure).Text), Is.EqualTo(
                "Inside for 9.39 s: at least 2 requests, no dashboard that could be seen, from 127.0.0.1 (claimed)."));
            Assert.That(ExposureText.Blindness(exposure)!.Text, Does.Contain("router_logging")
                .And.Contain("new service accounts (201), refusals and open pages are seen"));
        });
    }

    [Test]
    public void With_router_logging_off_the_service_account_is_still_seen_and_found_in_the_list()
    {
        var exposure = OfChief(
            lines: lines => lines.Where(line => !line.Contains("status=200", StringComparison.Ordinal)),
            facts: facts => facts with { RouterLogging = false });
        Assert.Multiple(() =>
        {
            Assert.That(exposure.Limits, Is.EqualTo(CoverageLimits.RouterLoggingOff));
            Assert.That(exposure.ServiceAccounts.Single(), Is.EqualTo(new TouchedServiceAccount(
                24, 3, "sa-3-backdoor", "backdoor", true, true, 0)));
            Assert.That(exposure.IsCritical, Is.True);
        });
    }

    private static Exposure OfChief(
        Func<ExposureFacts, ExposureFacts>? facts = null, Func<IEnumerable<string>, IEnumerable<string>>? lines = null)
    {
        IEnumerable<string> seen = Recorded.LinesUntil("attacks", "path=/api/admin/users/23/disable status=200");
        var list = Recorded.ServiceAccounts(Recorded.Answer("attacks", "service accounts of the organisation"));
        var known = new ExposureFacts(
            Chief, At("2026-11-21T02:26:13.446413003Z"), At("2026-11-21T02:26:13.46Z"), At("2026-11-21T02:26:13.514420023Z"), true)
        {
            ServiceAccounts = list,
        };
        return Exposure.Of(Recorded.Recorder(lines?.Invoke(seen) ?? seen, 1).Look(Chief), facts?.Invoke(known) ?? known);
    }

    private static Exposure Of(string recording, long id, DateTimeOffset? arrived, DateTimeOffset? locked) =>
        Exposure.Of(Recorded.Recorder(Recorded.Lines(recording)).Look(id), new ExposureFacts(
            id, arrived, arrived ?? DateTimeOffset.MinValue, locked, true));

    private static Exposure Titled(Exposure exposure) =>
        exposure with { Dashboards = [exposure.Dashboards.Single() with { Title = "Ward Occupancy" }] };

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);

    /// <summary>Without the zero-width breaks that keep a stranger's text from becoming a link.</summary>
    private static string Shown(string text) => text.Replace("\u200B", "", StringComparison.Ordinal);

    private static string Time(string line) =>
        line.IndexOf(" t=", StringComparison.Ordinal) is > 0 and var at ? line.Substring(at + 3, 19) : "";
}
