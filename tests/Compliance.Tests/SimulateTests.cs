using System.Globalization;
using System.Text.Json;
using Athena.Compliance.CommandLine;
using Athena.Compliance.Evidence;
using Athena.Compliance.Tests.Mails;

namespace Athena.Compliance.Tests;

/// <summary>What <c>rehearse</c> says of a long time: hour by hour, and not the whole of it at the end.</summary>
internal sealed class SimulateTests
{
    private readonly StringWriter said = new(CultureInfo.InvariantCulture);

    [SetUp]
    public void NothingIsSaid() => said.GetStringBuilder().Clear();

    [TearDown]
    public void Close() => said.Flush();

    [Test]
    public async Task Each_hour_is_said_before_the_next_but_one_is_looked_at_and_the_mails_come_at_the_end([Values] bool isWhole)
    {
        await SimulateCommand.WriteTextAsync(
            said, Hours(50, done => Assert.That(Lines(), Is.EqualTo(Math.Max(0, done - 1)))), Some.Options, isWhole, default);
        var text = said.ToString();
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("\n50 windows. Would have mailed First2Lead 25 times; here they are.\n"));
            Assert.That(text, Does.Contain("25 times it could not have been said who was active"));
            Assert.That(text.Split(new string('-', 78)), Has.Length.EqualTo(26));
            Assert.That(text.Split("To put right: "), Has.Length.EqualTo(2), "once, however many hours it was so");
        });
    }

    [TestCase(false, 1)]
    [TestCase(true, 48)]
    public async Task Hours_with_the_same_outcome_for_the_same_reason_are_one_line(bool isWhole, int lines)
    {
        await SimulateCommand.WriteTextAsync(said, Silent(48), Some.Options, isWhole, default);
        var text = said.ToString().Split("\n\n")[0];
        Assert.Multiple(() =>
        {
            Assert.That(text.Split('\n'), Has.Length.EqualTo(lines));
            Assert.That(text.Contains("  48 hours  ", StringComparison.Ordinal), Is.Not.EqualTo(isWhole));
            Assert.That(text, Does.Contain(Some.NotSeen.Finding!.Reason));
        });
    }

    [Test]
    public async Task The_same_as_JSON_is_one_list()
    {
        var before = 0;
        await SimulateCommand.WriteJsonAsync(said, Hours(50, done =>
        {
            Assert.That(said.GetStringBuilder().Length, done == 0 ? Is.Zero : Is.GreaterThan(before));
            before = said.GetStringBuilder().Length;
        }), TimeZoneInfo.Utc, default);
        Assert.That(JsonSerializer.Deserialize<JsonElement>(said.ToString()).GetArrayLength(), Is.EqualTo(50));
    }

    private int Lines() => said.ToString().Count(sign => sign == '\n');

    private static async IAsyncEnumerable<WindowEvidence> Silent(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return Some.NotSeen;
        }
    }

    /// <param name="asked">Told how many there were before the next one.</param>
    private static async IAsyncEnumerable<WindowEvidence> Hours(int count, Action<int> asked)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            asked(i);
            yield return (i % 2 == 0 ? Some.OnlyAdmins(Some.Lindiwe) : Some.NotSeen) with
            {
                Warnings = ["ADMIN_USER_IDS has 5, but Grafana has no user with that id."],
            };
        }
    }
}
