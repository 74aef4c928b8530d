using Athena.Common.Settings;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests;

/// <summary>
/// The example for a cluster. That the program runs as it says is tried by <c>tests/container/check.sh</c>; here is what must agree.
/// </summary>
internal sealed class KubernetesTests
{
    private const string Folder = "packaging/kubernetes/";
    private const string Rules = "packaging/prometheus/athena.rules.yml";
    private const string RulesThere = Folder + "prometheus/prometheus-rule.yaml";

    private static string Made => """
        # Made from packaging/prometheus/athena.rules.yml. Change that one.
        apiVersion: monitoring.coreos.com/v1
        kind: PrometheusRule
        metadata:
          name: athena-workers
        spec:

        """ + string.Concat(
            Read(Rules).Split('\n').SkipWhile(line => line != "groups:").Select(line => line.Length > 0 ? $"  {line}\n" : ""));

    [Test]
    public void The_daemons_are_alike_there_but_for_their_name()
    {
        var alike = Dispatch.Daemons.Select(daemon =>
            Read($"{Folder}{daemon.Name}.yaml").Replace(daemon.Name, "NAME", StringComparison.Ordinal));
        Assert.That(alike.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Each_setting_of_the_example_is_one_of_a_daemon_and_no_secret()
    {
        HashSet<string> known = [];
        foreach (var daemon in Dispatch.Daemons)
        {
            var output = new StringWriter();
            Assert.That(await daemon.RunAsync(["print", "settings"], output, output), Is.EqualTo(ExitCode.Ok));
            known.UnionWith(
                output.ToString().Split('\n').Where(line => line.Contains('=')).Select(line => line.TrimStart('#').Split('=')[0]));
        }

        var set = Read(Folder + "settings.env").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=')[0]).ToList();
        Assert.That(set, Is.SubsetOf(known).And.Unique.And.Not.Empty);
        Assert.That(set.Where(key => key.Contains("PASSWORD") || key.Contains("TOKEN") || key.Contains("SECRET")), Is.Empty);
    }

    /// <summary>After a change of the rules: UPDATE_SAMPLES=1 writes it anew.</summary>
    [Test]
    public void The_rules_for_Prometheus_operator_are_the_rules()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_SAMPLES") == "1") File.WriteAllText(Repository.PathOf(RulesThere), Made);
        Assert.That(Read(RulesThere), Is.EqualTo(Made));
    }

    private static string Read(string path) => File.ReadAllText(Repository.PathOf(path));
}
