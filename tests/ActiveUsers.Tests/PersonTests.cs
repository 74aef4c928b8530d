using System.Runtime.Versioning;
using Athena.ActiveUsers.CommandLine;
using Athena.ActiveUsers.State;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary><c>person</c>: what waits for the chat loses the login, and goes out.</summary>
[SupportedOSPlatform("linux")]
internal sealed class PersonTests
{
    [Test]
    public async Task Erased_a_message_that_waits_says_so_in_the_place_of_the_login()
    {
        using var folder = new TemporaryDirectory();
        var state = new ActiveUsersState();
        state.Messages.Add(new PendingMessage(
            "alert/1", MessageKind.Alert, new TelegramText([new TelegramRow([new TelegramSpan("naledi.d tried 50 passwords")])]), default,
            IsSilent: false));
        Assert.That(ActiveUsersState.In(folder.Path).TryCompact(state, out var problem), Is.True, problem);

        var source = new SettingsSource(
            new Dictionary<string, string> { ["STATE_DIR"] = folder.Path, ["CONTROL_DIR"] = folder.Path }, null, []);
        await using var output = new StringWriter();
        var code = await ActiveUsersProgram.Create(_ => source)
            .InvokeAsync(["person", "naledi.d", "--erase", "--yes"], output, output);
        Assert.That(code, Is.Zero, output.ToString());
        var after = (StateLoad<ActiveUsersState>.Loaded)ActiveUsersState.In(folder.Path).Load();
        Assert.That(after.Value.Messages.Single().Text.Rows[0].Spans[0].Text, Is.EqualTo("(erased) tried 50 passwords"));
        Assert.That(
            Directory.EnumerateFiles(folder.Path).Where(path => File.ReadAllText(path).Contains("naledi", StringComparison.Ordinal)),
            Is.Empty);
    }
}
