using System.Net;
using Athena.Common.Grafana.Api.Listener;
using Athena.Common.Network;

namespace Athena.Common.Tests.Grafana.Api.Listener;

internal sealed class ListenerPolicyTests
{
    private const uint Grafana = 472;

    [TestCase("127.0.0.1", "[::1]:3000", ExpectedResult = "127.0.0.1", Description = "a literal address is taken as it is")]
    [TestCase("[::1]", "127.0.0.1:3000", ExpectedResult = "::1")]
    [TestCase("localhost", "127.0.0.1:3000", ExpectedResult = "127.0.0.1")]
    [TestCase("localhost", "[::1]:3000", ExpectedResult = "::1")]
    [TestCase("localhost", "[::]:3000", ExpectedResult = "127.0.0.1", Description = "all addresses are Grafana's")]
    [TestCase("localhost", "10.0.0.5:3000", ExpectedResult = "127.0.0.1")]
    [TestCase("localhost", "[::1]:3001", ExpectedResult = "127.0.0.1", Description = "another port: a proxy's")]
    [TestCase("localhost", null, ExpectedResult = "127.0.0.1")]
    public string A_name_is_the_address_that_the_log_names(string host, string? named) =>
        ListenerPolicy.Choose(host, 3000, named is null ? null : IPEndPoint.Parse(named), null).ToString();

    [TestCase("::1", ExpectedResult = "::1")]
    [TestCase("::1 127.0.0.1", ExpectedResult = "127.0.0.1")]
    [TestCase("::", ExpectedResult = "127.0.0.1")]
    [TestCase("", ExpectedResult = "127.0.0.1")]
    public string Where_no_log_names_it_a_name_is_the_family_in_which_somebody_listens(string listeners)
    {
        var rows = listeners.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(address => new SocketRow(new(IPAddress.Parse(address), 3000), new(IPAddress.Any, 0), true, Grafana)).ToList();
        return ListenerPolicy.Choose("localhost", 3000, null, new SocketTable(rows)).ToString();
    }

    [TestCase("127.0.0.1:3000", "127.0.0.1:3000", 472u)]
    [TestCase("127.0.0.1:3000", "[::]:3000", 472u)]
    [TestCase("127.0.0.1:3000", "0.0.0.0:3000", 472u)]
    [TestCase("[::1]:3000", "[::]:3000", 472u)]
    [TestCase("127.0.0.1:3000", null, 472u)]
    [TestCase("127.0.0.1:80", "127.0.0.1:3000", 0u, Description = "a proxy of root's in front")]
    [TestCase("127.0.0.1:8080", "[::]:3000", 0u, Description = "a published port of a container")]
    [TestCase("127.0.0.1:3000", "[::]:3000", SocketTable.Overflow, Description = "in a unit with PrivateUsers=yes")]
    public void Grafana_s_own_listener_is_believed(string dialled, string? named, uint peer) =>
        Assert.That(Objection(dialled, named, peer), Is.Null);

    [TestCase("[::1]:3000", "127.0.0.1:3000", 472u, "listens at 127.0.0.1:3000")]
    [TestCase("[::1]:3000", "127.0.0.1:3000", 0u, "listens at 127.0.0.1:3000")]
    [TestCase("127.0.0.1:3000", "[::1]:3000", 0u, "listens at [::1]:3000")]
    [TestCase("127.0.0.1:3000", "10.0.0.5:3000", 0u, "listens at 10.0.0.5:3000")]
    [TestCase("127.0.0.1:3001", "127.0.0.1:3000", 472u, "does not belong to root")]
    [TestCase("127.0.0.1:3001", "127.0.0.1:3000", SocketTable.Overflow, "does not belong to root")]
    [TestCase("127.0.0.1:3000", "127.0.0.1:3000", 65533u, "belongs to the user 65533")]
    [TestCase("127.0.0.1:3000", null, 1000u, "belongs to the user 1000")]
    public void Whoever_sits_between_is_not(string dialled, string? named, uint peer, string why) =>
        Assert.That(Objection(dialled, named, peer), Does.Contain(why));

    private static string? Objection(string dialled, string? named, uint peer) =>
        ListenerPolicy.Objection(IPEndPoint.Parse(dialled), named is null ? null : IPEndPoint.Parse(named), peer, Grafana);
}
