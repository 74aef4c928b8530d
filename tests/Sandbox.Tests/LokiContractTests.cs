using Athena.Sandbox.Loki;

namespace Athena.Sandbox.Tests;

/// <summary>The stand-in answers as the recorded Loki did; a real one is compared by <c>athena-sandbox contract-loki</c>.</summary>
internal sealed class LokiContractTests
{
    [Test]
    public async Task The_stand_in_answers_as_recorded()
    {
        await using var loki = await StandInLoki.StartAsync();
        loki.Faults.NeedsTenant = true;
        using var contract = new LokiContract(loki.Url, "athena-contract", 17);
        var results = await contract.RunAsync();
        Assert.That(results, Has.Count.GreaterThan(9));
        Assert.That(results, Has.All.StartsWith("as recorded"));
    }

    [Test]
    public async Task One_that_answers_differently_is_found_out()
    {
        await using var loki = await StandInLoki.StartAsync();
        var output = new StringWriter();
        var exitCode = await LokiContractCommand.RunAsync(["--url", loki.Url.ToString(), "--seed", "17"], output);
        Assert.That(exitCode, Is.EqualTo(1), output.ToString());
        Assert.That(output.ToString(), Does.Contain("different: no tenant header: recorded 401 no org id, answered 200"));
    }
}
