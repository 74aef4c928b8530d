using System.Text.RegularExpressions;
using Athena.AutoDisable.CommandLine;
using Athena.Common.Grafana.Api;
using Athena.Common.Time;
using Moq;

namespace Athena.AutoDisable.Tests;

/// <summary>Whoever says which accounts may stay sees who they are.</summary>
internal sealed partial class AccountListTests
{
    private static readonly DateTimeOffset Made = new(2026, 11, 20, 6, 0, 0, TimeSpan.Zero);
    private static readonly ZoneText Zone = new(TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg"));

    private Mock<IGrafana> grafana = null!;

    [SetUp]
    public void AGrafana() => grafana = new Mock<IGrafana>(MockBehavior.Strict);

    [Test]
    public async Task The_youngest_stand_first_with_role_last_seen_and_created()
    {
        Roles(2, "Viewer");
        Roles(3, "Viewer", "Viewer", "Editor");
        Roles(4);
        var table = await WriteAsync(
            20,
            User(1, "boss", Made.AddDays(-3)) with { IsAdmin = true, LastSeenAt = Made.AddHours(1) },
            User(2, "\u202Eyoung", Made) with { LastSeenAt = Made.AddYears(-10) },
            User(3, "mid", Made.AddDays(-1)),
            User(4, "undated", null) with { IsDisabled = true });
        Assert.That(
            table.TrimEnd('\n').Split('\n').Select(line => Columns().Split(line)),
            Is.EqualTo((string[][])
            [
                ["LOGIN", "NAME", "ROLE", "LAST SEEN", "CREATED"],
                ["undated", "Name of 4", "in no organisation, disabled", "never", "not known"],
                ["⟨U+202E⟩young", "Name of 2", "Viewer", "never", "2026-11-20 08:00 SAST"],
                ["mid", "Name of 3", "Viewer in 2 organisations, Editor", "never", "2026-11-19 08:00 SAST"],
                ["boss", "Name of 1", "server admin", "2026-11-20 09:00 SAST", "2026-11-17 08:00 SAST"],
            ]));
    }

    [Test]
    public async Task No_more_are_asked_for_than_are_shown()
    {
        for (var id = 1; id <= 2; id++) Roles(id, "Viewer");
        var table = await WriteAsync(2, [.. Enumerable.Range(1, 9).Select(id => User(id, $"user{id}", Made.AddDays(-id)))]);
        Assert.That(table.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(3));
        Assert.That(table, Does.Contain("user1").And.Contain("user2").And.Not.Contain("user3"));
    }

    [GeneratedRegex(" {2,}")]
    private static partial Regex Columns();

    private static GrafanaUser User(long id, string login, DateTimeOffset? created) =>
        new(id, $"u{id}", login, "", $"Name of {id}", IsAdmin: false, IsDisabled: false, [], created, null);

    private Task<string> WriteAsync(int most, params GrafanaUser[] users) =>
        AccountList.WriteAsync(users, most, grafana.Object, Zone, CancellationToken.None);

    private void Roles(long id, params string[] roles) => grafana.Setup(g => g.OrganisationsOfAsync(id, CancellationToken.None))
        .ReturnsAsync(new GrafanaAnswer<IReadOnlyList<OrganisationMembership>>(
            GrafanaOutcome.Done, [.. roles.Select((role, at) => new OrganisationMembership(at + 1, $"Org {at + 1}", role))], ""));
}
