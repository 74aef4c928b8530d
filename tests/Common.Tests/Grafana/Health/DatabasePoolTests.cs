using System.Buffers;
using System.Text;
using Athena.Common.Grafana.Health;

namespace Athena.Common.Tests.Grafana.Health;

/// <summary>Grafana's database pool out of its own metrics.</summary>
internal sealed class DatabasePoolTests
{
    private const string Recorded = """
        # TYPE grafana_database_conn_open gauge
        grafana_database_conn_idle 2
        grafana_database_conn_in_use 1
        grafana_database_conn_max_idle_closed_total 9
        grafana_database_conn_max_open 100
        grafana_database_conn_open 3
        grafana_database_conn_wait_count_total 17

        """;

    [Test]
    public void Four_numbers_are_read() => Assert.That(Parse(Recorded), Is.EqualTo(new DatabasePool(3, 1, 100, 17)));

    [TestCase("grafana_database_conn_max_open 100\n", "")]
    [TestCase("conn_in_use 1", "conn_in_use NaN")]
    [TestCase("conn_in_use 1", "conn_in_use -1")]
    [TestCase("conn_in_use 1", "conn_in_use x")]
    public void What_is_missing_or_no_number_makes_it_unknown_and_not_nought(string was, string now) =>
        Assert.That(Parse(Recorded.Replace(was, now, StringComparison.Ordinal)), Is.Null);

    [Test]
    public void A_page_that_is_something_else_is_nothing() => Assert.That(Parse("<html>\n" + new string('x', 5000) + "\n"), Is.Null);

    private static DatabasePool? Parse(string text) => DatabasePool.Parse(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text)));
}
