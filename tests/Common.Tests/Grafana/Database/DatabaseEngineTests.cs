using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Database;

namespace Athena.Common.Tests.Grafana.Database;

/// <summary>Which database Grafana has, by its settings as they may be written.</summary>
internal sealed class DatabaseEngineTests
{
    [TestCase("type", "postgres", ExpectedResult = "PostgreSQL")]
    [TestCase("type", "mysql", ExpectedResult = "MySQL")]
    [TestCase("type", "sqlite3", ExpectedResult = "SQLite")]
    [TestCase("type", " MySQL ", ExpectedResult = "MySQL")]
    [TestCase("type", "oracle", ExpectedResult = null)]
    [TestCase("type", "", ExpectedResult = null)]
    [TestCase("host", "127.0.0.1", ExpectedResult = null)]
    public string? By_its_type(string key, string value) => DatabaseEngine.Of(Settings((key, value)));

    [TestCase("postgres://grafana:xxxxx@db/grafana", ExpectedResult = "PostgreSQL")]
    [TestCase("mysql://grafana:xxxxx@db:3306/grafana", ExpectedResult = "MySQL")]
    [TestCase("*********", ExpectedResult = null, Description = "hidden whole: the default type beside it says nothing")]
    [TestCase("", ExpectedResult = "SQLite")]
    public string? By_its_url_which_goes_before_the_default_type(string url) =>
        DatabaseEngine.Of(Settings(("url", url), ("type", "sqlite3")));

    [Test]
    public void Unknown_where_Grafana_does_not_show_the_section() =>
        Assert.That(DatabaseEngine.Of(new ServerSettings(new Dictionary<string, IReadOnlyDictionary<string, string>>())), Is.Null);

    private static ServerSettings Settings(params (string Key, string Value)[] values) => new(
        new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            ["database"] = values.ToDictionary(pair => pair.Key, pair => pair.Value),
        });
}
