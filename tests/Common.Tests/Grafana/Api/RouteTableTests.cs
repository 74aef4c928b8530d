using System.Buffers;
using System.IO.Pipelines;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Athena.Common.Grafana.Api;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Grafana.Api;

public sealed partial class RouteTableTests
{
    private static readonly Uri Base = new("http://127.0.0.1:3000/grafana/");

    [Test]
    public void The_table_holds_every_route_there_is() => Assert.That(
        RouteTable.Rows,
        Is.EquivalentTo(typeof(Route).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType == typeof(Route)).Select(property => property.GetValue(null)))
            .And.Count.GreaterThan(20));

    /// <summary>
    /// Whoever holds an HTTP client could send anything with it: for Grafana that is the transport alone, which takes routes only.
    /// </summary>
    [Test]
    public void Only_the_transport_can_send_to_Grafana()
    {
        var senders = Sources("src").Where(source => HttpClientType().IsMatch(source.Code)).Select(source => source.Name);
        Assert.That(
            senders,
            Is.EquivalentTo(new[]
            {
                "GrafanaTransport.cs", "BotConnection.cs", "PublishedText.cs", "HeartbeatAddress.cs", "OutsideClient.cs",
                "AlertmanagerApi.cs", "WebhookConnection.cs", "LokiClient.cs",
            }),
            "the second speaks to Telegram, the third reads what anybody may read, the fourth is a sign of life, the fifth makes "
            + "clients for addresses that are secrets, the sixth rings, the seventh posts events, the last asks for lines; none signs in");
    }

    [Test]
    public void No_path_of_Grafanas_stands_in_a_string_outside_the_table()
    {
        // What Usage knows of paths is how Grafana logs the requests of others.
        var literals = Sources("src/Common/Grafana").Where(source => !source.Path.Contains("/Grafana/Usage/", StringComparison.Ordinal))
            .SelectMany(source => PathLiteral().Matches(source.Code).Select(match => (source.Name, match.Value)))
            // This host's files.
            .Where(literal =>
                !literal.Value.StartsWith("\"/etc/", StringComparison.Ordinal)
                    && !literal.Value.StartsWith("\"/usr/", StringComparison.Ordinal)).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(
                literals.Count(literal => literal.Name == "Route.Rows.cs"), Is.EqualTo(RouteTable.Rows.Count), "the pattern finds them");
            Assert.That(literals.Where(literal => literal.Name != "Route.Rows.cs"), Is.Empty);
        });
    }

    [Test]
    public void What_is_asked_under_our_account_is_told_from_what_is_asked_without_it()
    {
        foreach (var route in RouteTable.Rows)
        {
            var path = Hole().Replace(route.Path, "17");
            Assert.That(Matches(route.Method.Method, path), Is.EqualTo(route.IsOurs), route.ToString());
            Assert.That(Matches("OPTIONS", path), Is.False, route.ToString());
            Assert.That(Matches(route.Method.Method, path + "/and/more"), Is.False, route.ToString());
        }
    }

    [TestCase("GET", "/api/dashboards/uid/ward-occupancy", true)]
    [TestCase("PUT", "/api/admin/users/17/permissions", false, Description = "whoever has our account makes nobody a server admin by it")]
    [TestCase("GET", "/api/users/%2F..", true)]
    [TestCase("GET", "/api/users", true)]
    [TestCase("GET", "/api/users/", false)]
    [TestCase("GET", "/api/users/search", false)]
    [TestCase("GET", "/api/users/lookup", true)]
    [TestCase("GET", "/api/users//orgs", false)]
    [TestCase("GET", "/api/users/4/orgs/1", false)]
    [TestCase("GET", "/grafana/api/users", false)]
    [TestCase("get", "/api/users", false)]
    [TestCase("POST", "/api/ds/query", false)]
    [TestCase("GET", "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/ward-occupancy/dto", false)]
    [TestCase("POST", "/api/annotations", true)]
    [TestCase("GET", "/api/annotations", false)]
    [TestCase("POST", "/api/annotations/graphite", false)]
    [TestCase("POST", "/api/dashboards/db", false)]
    [TestCase("DELETE", "/api/dashboards/uid/ward-occupancy", false)]
    [TestCase("GET", "/d/athena-probe-17", false)]
    [TestCase("GET", "/login", false)]
    [TestCase("GET", "/", false)]
    [TestCase("GET", "", false)]
    [TestCase("", "", false)]
    public void What_a_person_does_in_a_browser_is_none_of_them(string method, string path, bool expected) =>
        Assert.That(Matches(method, path), Is.EqualTo(expected));

    /// <summary>A name comes out of a log line: it must neither climb out of its place nor open a query.</summary>
    [Test]
    public void Whatever_fills_a_hole_stays_in_it([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        var pieces = new[]
        {
            "..", "/", "\\", "?", "#", "%2F", "%2e%2e", "&", "+", " ", ";", "\0", "\n", "é", "😀", "\ud800", "a", "1", "://", "@",
        };
        for (var n = 0; n < 2000; n++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => pieces[random.Next(pieces.Length)]));
            foreach (var route in new[] { Route.User, Route.Dashboard, Route.UserByName, Route.ProbePage })
            {
                if (GrafanaRequest.To(route, text) is not { } request)
                {
                    Assert.That((text, route), Is.EqualTo(("..", Route.User)).Or.EqualTo(("..", Route.Dashboard))
                        .Or.EqualTo(("..", Route.ProbePage)));
                    continue;
                }

                var sent = new Uri(Base, request.Path);
                var parts = sent.PathAndQuery.Split('?');
                Assert.That(parts[0].Split('/'), Has.Length.EqualTo(("/grafana" + route.Path).Split('/').Length), sent.AbsoluteUri);
                Assert.That(parts[0], Does.StartWith("/grafana" + Encoding.ASCII.GetString(route.Beginning)));
                Assert.That(parts, Has.Length.EqualTo(route.Template.Split('?').Length), sent.AbsoluteUri);
                Assert.That(sent.Fragment, Is.Empty);
                if (parts.Length == 2)
                    Assert.That(parts[1].Split('&'), Has.Length.EqualTo(1), sent.AbsoluteUri);
            }
        }
    }

    [TestCase("")]
    [TestCase(".")]
    [TestCase("..")]
    public void What_nothing_can_be_called_is_no_request(string text) => Assert.That(GrafanaRequest.To(Route.User, text), Is.Null);

    [Test]
    public void A_name_without_end_is_no_request() => Assert.That(GrafanaRequest.To(Route.User, new string('x', 2001)), Is.Null);

    [Test]
    public void A_route_is_sent_with_all_of_its_holes_filled_or_not_at_all()
    {
        Assert.Multiple(() =>
        {
            Assert.That(GrafanaRequest.To(Route.SetRole, 1, -2).Path, Is.EqualTo("api/orgs/1/users/-2"));
            Assert.That(GrafanaRequest.To(Route.Users, 5000, 1).Path, Is.EqualTo("api/users?perpage=5000&page=1"));
            Assert.That(() => GrafanaRequest.To(Route.SetRole, 1), Throws.ArgumentException);
            Assert.That(() => GrafanaRequest.To(Route.WhoAmI, 1), Throws.ArgumentException);
            Assert.That(() => GrafanaRequest.To(Route.SetRole, 1, 2, 3), Throws.ArgumentException);
        });
    }

    [Test]
    public void Each_answer_of_the_table_is_taken_for_what_the_table_says()
    {
        foreach (var route in RouteTable.Rows)
        {
            Assert.That(route.Answers[0].Meaning, Is.EqualTo(GrafanaOutcome.Done), route.ToString());
            foreach (var answer in route.Answers.Where(answer => answer.Meaning != GrafanaOutcome.Done))
            {
                var isId = answer.Says.Contains('.') && !answer.Says.Contains(' ');
                var reply = new GrafanaReply(answer.Status, PipeReader.Create(ReadOnlySequence<byte>.Empty), ReadOnlySequence<byte>.Empty)
                {
                    Message = isId ? "" : answer.Says,
                    MessageId = isId ? answer.Says : "",
                };
                var request = GrafanaRequest.To(route, [.. Hole().Matches(route.Template).Select(_ => 17L)]);
                var verdict = AnswerClassifier.Of(request, reply, Base);
                Assert.That(
                    verdict.ClaimsExternal ? GrafanaOutcome.ExternalUser : verdict.Outcome,
                    Is.EqualTo(answer.Meaning),
                    $"{route}: {answer}");
            }
        }
    }

    private static bool Matches(string method, string path) =>
        RouteTable.Matches(Encoding.UTF8.GetBytes(method), Encoding.UTF8.GetBytes(path));

    private static IEnumerable<(string Name, string Path, string Code)> Sources(string folder) =>
        Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Select(file => (Path.GetFileName(file), file, Comment().Replace(File.ReadAllText(file), "")));

    [GeneratedRegex(@"(?m)^\s*//.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"""(?:/[a-z][^"" ]*|(?:api|apis|login|logout|d|d-solo|public|avatar|render|signup|user|admin)[/?][^"" ]*)""(?!u8)")]
    private static partial Regex PathLiteral();

    [GeneratedRegex(@"\b(?:HttpClient|HttpMessageInvoker|HttpRequestMessage|HttpWebRequest|WebClient)\b")]
    private static partial Regex HttpClientType();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Hole();
}
