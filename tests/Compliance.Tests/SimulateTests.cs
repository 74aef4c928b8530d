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
    public async Task Each_hour_is_said_before_the_next_is_looked_at_and_the_mails_come_at_the_end()
    {
        await SimulateCommand.WriteTextAsync(said, Hours(50, done => Assert.That(Lines(), Is.EqualTo(done))), Some.Options, default);
        var text = said.ToString();
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("\n50 windows. Would have mailed First2Lead 25 times; here they are.\n"));
            Assert.That(text, Does.Contain("25 times it could not have been said who was active"));
            Assert.That(text.Split(new string('-', 78)), Has.Length.EqualTo(26));
            Assert.That(text.Split("To put right: "), Has.Length.EqualTo(2), "once, however many hours it was so");
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
