namespace Athena.EndToEnd.Harness;

/// <summary>Something that was recorded of an external account, or of an admin who tried to keep it out by the API.</summary>
/// <param name="Name">As it stands in the test's name.</param>
/// <param name="Way">How the account comes about.</param>
/// <param name="MakeAsync">The attempt, after the daemon has dealt with their first visit.</param>
internal sealed record RequestAttempt(string Name, Outside Way, Func<Lab, Outsider, Task> MakeAsync)
{
    public static IReadOnlyList<RequestAttempt> All { get; } =
    [
        new("signs on for the first time and no line says so", Outside.SingleSignOn, (_, _) => Task.CompletedTask),
        new("is disabled by an admin, whom the API refuses it", Outside.SingleSignOn, async (lab, outsider) =>
            Assert.That(await AskAdminAsync(lab, "POST", $"/api/admin/users/{outsider.Account.Id}/disable"), Is.EqualTo(500))),
        new("is given the role None, which the API refuses", Outside.SingleSignOn, async (lab, outsider) =>
            Assert.That(
                await AskAdminAsync(lab, "PATCH", $"/api/orgs/1/users/{outsider.Account.Id}", new { role = "None" }), Is.EqualTo(403))),
        new("is logged out and signs on again", Outside.SingleSignOn, async (lab, outsider) =>
        {
            Assert.That(await AskAdminAsync(lab, "POST", $"/api/admin/users/{outsider.Account.Id}/logout"), Is.EqualTo(200));
            await outsider.ComeAsync();
        }),
        new("is removed from the organisation and put back by signing on", Outside.SingleSignOn, async (lab, outsider) =>
        {
            Assert.That(await AskAdminAsync(lab, "DELETE", $"/api/orgs/1/users/{outsider.Account.Id}"), Is.EqualTo(200));
            await outsider.ComeAsync();
            Assert.That(lab.Grafana.Database.RolesOf(outsider.Account), Contains.Key(1), "they are a member again");
        }),
        new("is deleted and comes back with a new id", Outside.SingleSignOn, async (lab, outsider) =>
        {
            var before = outsider.Account.Id;
            Assert.That(await AskAdminAsync(lab, "DELETE", $"/api/admin/users/{before}"), Is.EqualTo(200));
            Assert.That(await outsider.ComeAsync(), Is.EqualTo(200), "nobody knows the new account yet");
            Assert.That(outsider.Account.Id, Is.Not.EqualTo(before));
        }),
        new("is enabled by an admin, whom the API refuses it", Outside.SingleSignOn, async (lab, outsider) =>
            Assert.That(await AskAdminAsync(lab, "POST", $"/api/admin/users/{outsider.Account.Id}/enable"), Is.EqualTo(500))),
        new("comes by an auth proxy", Outside.Proxy, (_, _) => Task.CompletedTask),
        new("comes by an auth proxy and is removed from the organisation", Outside.Proxy, async (lab, outsider) =>
        {
            Assert.That(await AskAdminAsync(lab, "DELETE", $"/api/orgs/1/users/{outsider.Account.Id}"), Is.EqualTo(200));
            await outsider.ComeAsync();
        }),
        new("signs in by LDAP, which clears the flag by itself", Outside.Directory, async (_, outsider) => await outsider.ComeAsync()),
    ];

    public override string ToString() => Name;

    private static async Task<int> AskAdminAsync(Lab lab, string method, string path, object? body = null) =>
        (await lab.Admin.AskAsync(method, path, body)).Status;
}
