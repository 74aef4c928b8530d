using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Athena.Common.Grafana;

namespace Athena.Common.Tests.Grafana;

public sealed partial class OwnCallsTests
{
    /// <summary>A path that the client learns and this list does not would make the daemon count itself.</summary>
    [Test]
    public void Every_path_in_the_client_is_known()
    {
        var paths = Directory.EnumerateFiles(SourceFolder(), "*.cs").SelectMany(File.ReadLines)
            .SelectMany(line => Path().Matches(line).Select(match => match.Groups[1].Value)).Select(path => "/" + Hole().Replace(path.Split('?')[0], "17"))
            .Where(path => path != "/api/health").Distinct().ToList();
        Assert.That(paths, Has.Count.GreaterThan(15));
        Assert.That(paths.Where(path => !new[] { "GET", "POST", "PATCH", "DELETE" }.Any(method => IsOne(method, path))), Is.Empty);
    }

    [TestCase("GET", "/api/dashboards/uid/ward-occupancy", true)]
    [TestCase("GET", "/api/users", true)]
    [TestCase("GET", "/api/users/", false)]
    [TestCase("GET", "/api/users/4/orgs/1", false)]
    [TestCase("POST", "/api/ds/query", false)]
    [TestCase("GET", "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/ward-occupancy/dto", false)]
    [TestCase("POST", "/api/dashboards/db", false)]
    [TestCase("DELETE", "/api/dashboards/uid/ward-occupancy", false)]
    [TestCase("GET", "/", false)]
    [TestCase("GET", "", false)]
    public void What_a_person_does_in_a_browser_is_none_of_them(string method, string path, bool expected) => Assert.That(IsOne(method, path), Is.EqualTo(expected));

    private static bool IsOne(string method, string path) => OwnCalls.IsOne(Encoding.UTF8.GetBytes(method), Encoding.UTF8.GetBytes(path));

    private static string SourceFolder([CallerFilePath] string source = "") => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(source)!, "../../../src/Common/Grafana");

    [GeneratedRegex(@"(?:(?:Get|Post)\(|HttpMethod\.\w+, )\$?""([^""]+)""")]
    private static partial Regex Path();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Hole();
}
