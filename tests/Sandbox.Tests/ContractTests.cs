using Athena.Sandbox.Contract;
using Athena.Tests.Shared;

namespace Athena.Sandbox.Tests;

/// <summary>The stand-in, and a real Grafana where one is named, against the recordings.</summary>
internal sealed class ContractTests
{
    [TestCase(1)]
    [TestCase(20_261_121)]
    public async Task The_stand_in_answers_as_the_recorded_Grafana_did_whatever_the_order(int seed)
    {
        var results = await ReplayAsync(Everything, seed);
        TestContext.Out.WriteLine(ContractCommand.Summary(results, seed));
        Assert.Multiple(() =>
        {
            Assert.That(Different(results), Is.Empty);
            Assert.That(results.Count(r => r.Verdict == ContractVerdict.Same), Is.EqualTo(663),
                "all 220 exchanges of the API, 61 of the attacks, 47 of single sign-on, 302 of our routes, 24 of the platform, 8 that "
                + "were told");
        });
    }

    [Test]
    public async Task Every_recorded_exchange_is_answered_for_exactly_once()
    {
        var results = await ReplayAsync(new StandInOptions(), 3);
        var recorded = ContractPlan.Recordings.SelectMany(RecordedExchange.Load).Select(e => (e.Recording, e.Number));
        Assert.That(results.Select(r => (r.Exchange.Recording, r.Exchange.Number)), Is.EquivalentTo(recorded));
    }

    [Test]
    public async Task The_contract_says_why_it_does_not_ask_a_server_without_auth_proxy()
    {
        var results = await ReplayAsync(new StandInOptions { AuthProxy = false }, 4);
        var reasons = results.Where(r => r is { Verdict: ContractVerdict.NotReplayed, Exchange.Recording: "grafana-api" }).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(Different(results), Is.Empty);
            Assert.That(reasons, Has.Length.EqualTo(15));
            Assert.That(reasons.Select(r => r.Detail).Distinct(), Is.EqualTo(new[] { "needs [auth.proxy] enabled on the server" }));
        });
    }

    [Test]
    public async Task The_contract_says_what_it_cannot_ask_without_a_provider_or_hands_on_the_database()
    {
        var without = await ReplayAsync(new StandInOptions(), 9);
        await using var grafana = await StandInGrafana.StartAsync(Everything);
        using var replay = new ContractReplay(grafana.Url, "admin", "admin", 9);
        var handless = await replay.RunAsync();
        Assert.Multiple(() =>
        {
            Assert.That(NotAsked(without), Is.EqualTo(
                new[] { "needs [auth.generic_oauth] on the server with the sandbox's provider (athena-sandbox provider)" }));
            Assert.That(NotAsked(handless), Is.EqualTo(new[] { "needs hands on the server's database" }));
            Assert.That(Different(without).Concat(Different(handless)), Is.Empty);
        });

        static IEnumerable<string> NotAsked(IReadOnlyList<ContractResult> results) => results
            .Where(r => r is { Verdict: ContractVerdict.NotReplayed, Exchange.Recording: "single-sign-on" })
                .Select(r => r.Detail).Distinct();
    }

    [Test]
    public async Task The_contract_leaves_a_server_as_it_found_it()
    {
        await using var grafana = await StandInGrafana.StartAsync(Everything);
        using var replay = new ContractReplay(grafana.Url, "admin", "admin", 5, Hand(grafana));
        await replay.RunAsync();
        Assert.That(grafana.Database.Users.Select(u => u.Login), Is.EqualTo(new[] { "admin" }));
    }

    [TestCase("another message", "/api/admin/users/:id/disable", "User disabled", "User is disabled", ExpectedResult = "message")]
    [TestCase("a key less", "/api/users/", "\"isDisabled\":", "\"disabled\":", ExpectedResult = "isDisabled is missing")]
    [TestCase("another type", "/api/users/:id/orgs", "\"orgId\":1", "\"orgId\":\"1\"", ExpectedResult = "orgId is String")]
    [TestCase("another message id", "/login", "identity.disabled", "user.disabled", ExpectedResult = "messageId")]
    [TestCase(
        "an external user who can be disabled",
        "/api/admin/users/:id/disable",
        "Could not disable external user",
        "User disabled",
        ExpectedResult = "message")]
    [TestCase(
        "still enabled after the disable",
        "/api/users/:id",
        "\"isDisabled\":true",
        "\"isDisabled\":false",
        ExpectedResult = "isDisabled is false")]
    public async Task<string> A_server_that_answers_otherwise_fails_the_contract(string how, string handler, string from, string to)
    {
        var results = await ReplayAsync(Spoilt(handler, from, to), 6);
        var details = string.Join(Environment.NewLine, Different(results));
        TestContext.Out.WriteLine($"{how}: {Different(results).Length} exchanges differ");
        string[] signs = ["isDisabled is missing", "orgId is String", "messageId", "isDisabled is false", "message"];
        return signs.First(details.Contains);
    }

    [Test]
    public async Task A_server_with_another_status_fails_the_contract()
    {
        var options = new StandInOptions
        {
            AuthProxy = true,
            Distortion = (handler, answer) => handler == "/api/admin/users/:id/enable" && answer.Status == 500
                ? answer with { Status = 409 }
                : answer,
        };
        Assert.That(Different(await ReplayAsync(options, 7)), Has.Some.Contains("status 409, recorded 500"));
    }

    [Test]
    public async Task A_real_Grafana_answers_as_the_recorded_one_did()
    {
        var url = Environment.GetEnvironmentVariable("GRAFANA_TEST_URL");
        if (string.IsNullOrEmpty(url))
        {
            TestContext.Out.WriteLine("NOT RUN against a real Grafana: GRAFANA_TEST_URL is not set.");
            NotRun.Because("GRAFANA_TEST_URL is not set: the contract was not compared with a real Grafana.");
        }

        var seed = Random.Shared.Next(100_000);
        using var replay = new ContractReplay(
            new Uri(url), Environment.GetEnvironmentVariable("GRAFANA_TEST_ADMIN_USER") ?? "admin",
            Environment.GetEnvironmentVariable("GRAFANA_TEST_ADMIN_PASSWORD") ?? "", seed);
        var results = await replay.RunAsync();
        foreach (var result in results) TestContext.Out.WriteLine(result);
        TestContext.Out.WriteLine(ContractCommand.Summary(results, seed));
        Assert.That(Different(results), Is.Empty);
    }

    private static StandInOptions Everything => new() { AuthProxy = true, SingleSignOn = new() };

    private static Func<long, bool, Task> Hand(StandInGrafana grafana) => (id, isDisabled) =>
    {
        var account = grafana.Database.Find($"{id}")!;
        Assert.That(grafana.Database.WriteFlag(id, account.Uid, isDisabled), Is.True);
        return Task.CompletedTask;
    };

    private static StandInOptions Spoilt(string handler, string from, string to) => Everything with
    {
        Distortion = (at, answer) => at == handler
            ? answer with
            {
                Body = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(answer.Body)
                    .Replace(from, to, StringComparison.Ordinal)),
            }
            : answer,
    };

    private static string[] Different(IReadOnlyList<ContractResult> results) =>
        [.. results.Where(r => r.Verdict == ContractVerdict.Different).Select(r => r.ToString())];

    private static async Task<IReadOnlyList<ContractResult>> ReplayAsync(StandInOptions options, int seed)
    {
        await using var grafana = await StandInGrafana.StartAsync(options);
        using var replay = new ContractReplay(grafana.Url, options.AdminUser, options.AdminPassword, seed, Hand(grafana));
        return await replay.RunAsync();
    }
}
