using Athena.Common.Settings;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests;

/// <summary>The fresh <c>/etc/default/athena-workers</c>: what the daemons share, in the words of the code.</summary>
internal sealed class SharedTemplateTests
{
    private const string Path = "packaging/deb/athena-workers.default";

    /// <summary>Each daemon's own: one place for all of them would be wrong, or of no use.</summary>
    private static readonly string[] NotShared = ["STATE_DIR", "CONTROL_DIR", "METRICS_DIR", "DRY_RUN", "LOG_LEVEL", "HEARTBEAT_URL"];

    private static readonly string[] Lines = File.ReadAllLines(Repository.PathOf(Path));

    [Test]
    public void It_sets_nothing() => Assert.That(Lines, Is.All.Empty.Or.StartsWith("#"));

    [Test]
    public async Task It_names_what_all_daemons_have()
    {
        var everybodys = (await Task.WhenAll(Dispatch.Daemons.Select(SettingsOfAsync))).Select(settings => settings.Keys)
            .Aggregate((one, other) => [.. one.Intersect(other)]);
        Assert.That(Named().Select(setting => setting.Key), Is.SupersetOf(everybodys.Except(NotShared)));
    }

    [Test]
    public async Task What_it_names_is_a_setting_with_the_default_that_it_says()
    {
        var daemons = await Task.WhenAll(Dispatch.Daemons.Select(SettingsOfAsync));
        foreach (var (key, value) in Named().Where(setting => setting.Key != "OPS_MAIL_TO"))
        {
            var defaults = daemons.Where(settings => settings.ContainsKey(key)).Select(settings => settings[key]).Distinct().ToList();
            Assert.That(defaults, Is.EqualTo(new[] { value }), key);
        }
    }

    private static IEnumerable<(string Key, string Value)> Named() => Read(Lines);

    private static async Task<IReadOnlyDictionary<string, string>> SettingsOfAsync(DaemonProgram daemon)
    {
        var output = new StringWriter();
        Assert.That(await daemon.RunAsync(["print", "settings"], output, output), Is.EqualTo(ExitCode.Ok));
        return Read(output.ToString().Split('\n')).ToDictionary(setting => setting.Key, setting => setting.Value);
    }

    private static IEnumerable<(string Key, string Value)> Read(IEnumerable<string> lines) =>
        lines.Where(line => line.StartsWith('#') && line.Length > 1 && char.IsAsciiLetterUpper(line[1]))
            .Select(line => line[1..].Split('=', 2)).Select(parts => (parts[0], parts[1]));
}
