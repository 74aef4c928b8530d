using System.Text.Json;
using Athena.Common.Grafana.Api;
using Athena.Sandbox.Contract;
using Route = Athena.Common.Grafana.Api.Route;

namespace Athena.Sandbox.Tests;

/// <summary>What our programs ask of Grafana, the plan of the contract, and the stand-in hang together by one table.</summary>
internal sealed class RouteContractTests
{
    private static readonly string[] OddNumbers = ["-1", "0", "2147483647", "2147483648", "9223372036854775807"];

    [TestCaseSource(nameof(Rows))]
    public void Each_answer_that_our_programs_understand_is_in_the_contract(Route row)
    {
        var exchanges = ContractPlan.Of(row);
        var missing = row.Answers.Where(answer =>
            !exchanges.Any(exchange => exchange.Status == answer.Status && Says(exchange, answer.Says))).ToList();
        Assert.That(missing, Is.Empty, $"{row}: {exchanges.Count} exchanges");
    }

    [TestCaseSource(nameof(Rows))]
    public void Each_id_in_a_path_is_asked_with_the_edges_of_its_range_and_as_a_word(Route row)
    {
        var holes = row.Path.Split('/').Select((segment, at) => (segment, at))
            .Where(part => part.segment is "{id}" or "{userId}" or "{serviceAccountId}" or "{uid}").ToList();
        foreach (var (_, at) in holes)
        {
            var asked = ContractPlan.Of(row).Select(exchange => exchange.Path.Split('?')[0].Split('/')[at])
                .ToHashSet(StringComparer.Ordinal);
            Assert.That(asked, Is.SupersetOf(OddNumbers.Append("abc").Append("%20").Append("..%2F1").Append("1.5")), row.ToString());
        }
    }

    [TestCase("perpage")]
    [TestCase("page")]
    public void Each_number_in_the_query_of_the_list_is_asked_with_the_edges_of_its_range_and_as_a_word(string name)
    {
        var asked = ContractPlan.Of(Route.Users)
            .SelectMany(exchange => exchange.Path.Split('?', '&').Where(part => part.StartsWith(name + "=", StringComparison.Ordinal)));
        Assert.That(asked, Is.SupersetOf(OddNumbers.Append("abc").Append("%20").Select(value => $"{name}={value}")));
    }

    /// <summary>The stand-in's own words are the recorded ones: a row that it does not know is answered "Not found" by it.</summary>
    [Test]
    public async Task The_stand_in_knows_every_row()
    {
        await using var grafana = await StandInGrafana.StartAsync();
        using var http = new HttpClient { BaseAddress = grafana.Url };
        foreach (var row in RouteTable.Rows)
        {
            using var request = new HttpRequestMessage(
                row.Method, new Uri(grafana.Url, System.Text.RegularExpressions.Regex.Replace(row.Path, @"\{\w+\}", "7")));
            using var answer = await http.SendAsync(request);
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("Not found"), row.ToString());
        }
    }

    /// <summary>
    /// The client's own "may I?" against a Grafana whose ids are 32 bits wide: as many answers as the check of a real one gets.
    /// </summary>
    [Test]
    public async Task The_largest_id_that_fits_shows_what_we_may_and_a_larger_one_shows_nothing()
    {
        await using var grafana = await StandInGrafana.StartAsync();
        await using var client = new GrafanaClient(
            new GrafanaClientOptions { Url = grafana.Url.ToString(), User = "admin", Password = "admin", Daemon = "auto-disable" },
            TimeProvider.System);
        foreach (var call in new Func<long, Task<GrafanaAnswer<Acknowledgement>>>[] { Disable, Enable, Logout, Delete })
        {
            Assert.That((await call(int.MaxValue)).Outcome, Is.EqualTo(GrafanaOutcome.Gone));
            Assert.That((await call(int.MaxValue + 1L)).Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        }

        Task<GrafanaAnswer<Acknowledgement>> Disable(long id) => client.DisableAsync(id, CancellationToken.None);
        Task<GrafanaAnswer<Acknowledgement>> Enable(long id) => client.EnableAsync(id, CancellationToken.None);
        Task<GrafanaAnswer<Acknowledgement>> Logout(long id) => client.LogoutAsync(id, CancellationToken.None);
        Task<GrafanaAnswer<Acknowledgement>> Delete(long id) => client.DeleteUserAsync(id, CancellationToken.None);
    }

    [Test]
    public async Task How_a_data_source_is_says_Grafana_with_a_status_of_its_own_and_nobodys_name_comes_with_it()
    {
        await using var grafana = await StandInGrafana.StartAsync();
        foreach (var (uid, type) in new[] { ("test", "grafana-testdata-datasource"), ("down", "prometheus"), ("none", "redis-datasource") })
            grafana.Database.DataSources.Add(new Grafana.DataSource(1, uid, 1, uid, type, "proxy", "http://127.0.0.1:9"));
        await using var client = new GrafanaClient(
            new GrafanaClientOptions { Url = grafana.Url.ToString(), User = "admin", Password = "admin", Daemon = "active-users" },
            TimeProvider.System);
        var listed = await client.DataSourcesAsync(1, CancellationToken.None);
        Assert.That(listed.Value?.Select(one => (one.OrgId, one.Uid)), Is.EqualTo(new[] { (1L, "down"), (1L, "none"), (1L, "test") }));
        foreach (var (uid, outcome, isWell) in ((string, GrafanaOutcome, bool?)[])
            [
                ("test", GrafanaOutcome.Done, true), ("down", GrafanaOutcome.Done, false), ("none", GrafanaOutcome.Unavailable, null),
                ("nope", GrafanaOutcome.Unavailable, null),
            ])
        {
            var answer = await client.DataSourceHealthAsync(1, uid, CancellationToken.None);
            Assert.That((answer.Outcome, answer.Value?.IsWell), Is.EqualTo((outcome, isWell)), $"{uid}: {answer.Detail}");
        }
    }

    [Test]
    public async Task A_client_that_keeps_no_session_leaves_none_and_ends_nobody_elses()
    {
        await using var grafana = await StandInGrafana.StartAsync();
        var options = new GrafanaClientOptions { Url = grafana.Url.ToString(), User = "admin", Password = "admin", Daemon = "compliance" };
        await using var other = new GrafanaClient(options, TimeProvider.System);
        Assert.That((await other.WhoAmIAsync(CancellationToken.None)).IsDone);
        await using (var command = new GrafanaClient(options, TimeProvider.System))
        {
            Assert.That((await command.WhoAmIAsync(CancellationToken.None)).IsDone);
            Assert.That(grafana.Database.Sessions, Has.Count.EqualTo(2));
        }

        Assert.That(grafana.Database.Sessions, Has.Count.EqualTo(1));
        Assert.That((await other.StatisticsAsync(CancellationToken.None)).IsDone, "with its own session, which nobody ended");
        Assert.That(grafana.Database.Sessions, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Whether_an_annotation_may_be_written_is_found_out_without_one_and_none_is_sent_twice()
    {
        await using var grafana = await StandInGrafana.StartAsync();
        await using var client = new GrafanaClient(
            new GrafanaClientOptions { Url = grafana.Url.ToString(), User = "admin", Password = "admin", Daemon = "auto-disable" },
            TimeProvider.System);
        var written = grafana.Database.Annotations;
        var may = await client.MayAnnotateAsync(CancellationToken.None);
        Assert.That((may.Outcome, written.Count), Is.EqualTo((GrafanaOutcome.Done, 0)), may.Detail);

        var span = new GrafanaAnnotation(DateTimeOffset.UnixEpoch.AddHours(1), DateTimeOffset.UnixEpoch.AddHours(2), ["athena"], "&lt;b");
        var answer = await client.AnnotateAsync(span, CancellationToken.None);
        Assert.That((answer.Outcome, answer.Value?.IsKept), Is.EqualTo((GrafanaOutcome.Done, true)), answer.Detail);
        Assert.That(
            (written[0].Time, written[0].TimeEnd, written[0].Text, written[0].Tags[0]),
            Is.EqualTo((3_600_000L, 7_200_000L, "&lt;b", "athena")));

        grafana.Faults.LoseAnswer("POST /api/annotations/");
        var lost = await client.AnnotateAsync(span with { End = null }, CancellationToken.None);
        Assert.That((lost.Outcome, written.Count), Is.EqualTo((GrafanaOutcome.Unavailable, 2)), lost.Detail);
        Assert.That(written[1].TimeEnd, Is.EqualTo(written[1].Time));

        grafana.Faults.Forbid("annotations:create");
        foreach (var refused in new[] { await client.MayAnnotateAsync(default), await client.AnnotateAsync(span, default) })
        {
            Assert.That(refused.Outcome, Is.EqualTo(GrafanaOutcome.Refused));
            Assert.That(refused.Detail, Does.StartWith("May not write annotations: our account lacks the permission annotations:create."));
        }
    }

    [Test]
    public async Task The_client_works_on_a_Grafana_whose_form_lets_nobody_in()
    {
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions { DisableLoginForm = true });
        var stranger = grafana.Database.AddUser("stranger", "stranger@example.org");
        await using var client = new GrafanaClient(
            new GrafanaClientOptions { Url = grafana.Url.ToString(), User = "admin", Password = "admin", Daemon = "auto-disable" },
            TimeProvider.System);
        var answer = await client.DisableAsync(stranger.Id, CancellationToken.None);
        Assert.That((answer.Outcome, stranger.IsDisabled), Is.EqualTo((GrafanaOutcome.Done, true)), answer.Detail);
    }

    /// <summary>
    /// As a database may see them: without case, up to a NUL, without blanks at the end. Of all recordings at once, as one replay makes
    /// them.
    /// </summary>
    [Test]
    public void No_two_people_of_a_replay_have_one_name_and_none_is_longer_than_the_columns()
    {
        var names = new List<(string Where, string Name)>();
        foreach (var (recording, index) in ContractPlan.Recordings.Select((recording, index) => (recording, index)))
        {
            var renaming = new Renaming($"ct01234567{index}");
            var recorded = RecordedExchange.Load(recording).Where(exchange => exchange is { Method: "POST", Status: 200, Body: not null }
                && (exchange.Path is "/api/user/signup/step2" or "/api/admin/users"
                    || exchange.Path.EndsWith("invite/complete", StringComparison.Ordinal)));
            names.AddRange(recorded.SelectMany(exchange => new[] { "login", "username", "email" }
                .Select(key => exchange.Body!.Value.TryGetProperty(key, out var value) ? value.GetString()! : "")
                .Where(name => name.Length > 0).Distinct()
                    .Select(name => ($"{recording}:{exchange.Number} {name}", renaming.Of(name)))));
        }

        // The same person, recorded twice: deleted and come back, or a login that imitates another's e-mail, as it was meant.
        var twice = names.GroupBy(name => name.Name.Split('\0')[0].Trim().ToLowerInvariant())
            .Where(group => group.Select(name => name.Where[(name.Where.IndexOf(' ') + 1)..]).Distinct().Count() > 1)
            .Select(group => string.Join(" = ", group));
        Assert.Multiple(() =>
        {
            Assert.That(names, Has.Count.GreaterThan(60));
            Assert.That(names.Where(name => name.Name.Length > 190), Is.Empty);
            Assert.That(
                names.Where(name => !name.Name.Split('\0')[0].Contains("ct01234567")),
                Is.Empty,
                "found again by their tag when the replay cleans up");
            Assert.That(twice, Is.Empty);
        });
    }

    [Test]
    public async Task A_replay_waits_until_viewers_may_read_what_was_made_and_says_so()
    {
        var left = 2;
        var options = new StandInOptions
        {
            AuthProxy = true,
            Distortion = (handler, answer) => handler == "/api/dashboards/uid/:uid" && Interlocked.Decrement(ref left) >= 0
                ? Grafana.Answer.Message("Access denied to this dashboard", 403)
                : answer,
        };
        await using var grafana = await StandInGrafana.StartAsync(options);
        using var replay = new ContractReplay(grafana.Url, "admin", "admin", 11);
        var results = await replay.RunAsync();
        Assert.Multiple(() =>
        {
            Assert.That(results.Where(result => result.Verdict == ContractVerdict.Different).Select(result => result.ToString()), Is.Empty);
            Assert.That(
                replay.Notes, Has.Count.EqualTo(1).And.Some.Match("^Viewers were refused the dashboard .* for [0-9]+ s after it was made"));
        });
    }

    private static IEnumerable<TestCaseData> Rows =>
        RouteTable.Rows.Select(row => new TestCaseData(row).SetArgDisplayNames(row.ToString()));

    private static bool Says(RecordedExchange exchange, string says)
    {
        if (says.Length == 0) return true;
        if (exchange.Json is not { ValueKind: JsonValueKind.Object } json) return false;
        return new[] { "message", "messageId" }
            .Any(key => json.TryGetProperty(key, out var value) && value.GetString()!.StartsWith(says, StringComparison.Ordinal));
    }
}
