using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>
/// The recorded attack (docs/grafana.md §5): somebody types the e-mail of an invitation that waits for another, is an organisation Admin at
/// once, and makes a service account with a token, which outlives their account.
/// </summary>
internal sealed class HijackedInvitationTests
{
    private const string Disable = "POST /api/admin/users/:id/disable";

    [Test]
    public async Task The_mail_says_whose_invitation_was_taken_and_names_the_service_account_of_the_token()
    {
        await using var lab = await Lab.OpenAsync();
        var organisation = await MakeLaboratoryAsync(lab);
        await lab.StartDaemonAsync();
        await InviteAsync(lab, organisation);

        lab.Grafana.Faults.Fail(Disable, times: int.MaxValue); // They are quick, and the daemon comes late.
        using var thief = await lab.SignUpAsync("chief3@example.net", "Somebody else", "chief3");
        await thief.AskAsync("POST", $"/api/user/using/{organisation}");
        var (made, serviceAccount) = await thief.AskAsync("POST", "/api/serviceaccounts", new { name = "backdoor", role = "Admin" });
        Assert.That(made, Is.EqualTo(201), "the invitation made them an Admin of the organisation");
        var id = serviceAccount.GetProperty("id").GetInt64();
        await thief.AskAsync("POST", $"/api/serviceaccounts/{id}/tokens", new { name = "token" });
        lab.Grafana.Faults.Clear();

        var mail = await lab.MailAsync("CRITICAL, locked, but created a service account: Somebody else <chief3@example.net>");
        var text = System.Text.RegularExpressions.Regex.Replace(Lab.Read(mail), @"\s+", " ");
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain(
                "the e-mail of an invitation that was waiting for somebody: lindiwe invited chief3@example.net as Admin of the "
                + $"organisation {organisation}"));
            Assert.That(text, Does.Contain(
                $"They made the service account sa-{organisation}-backdoor (id {id}, organisation {organisation}) and a token for it."));
            Assert.That(text, Does.Contain(
                $"-X DELETE -H 'X-Grafana-Org-Id: {organisation}' '{lab.Grafana.Url.AbsoluteUri.TrimEnd('/')}/api/serviceaccounts/{id}'"));
            Assert.That(lab.IsLocked(lab.Account("chief3")), Is.True);
        });
    }

    private static async Task<long> MakeLaboratoryAsync(Lab lab)
    {
        var (_, made) = await lab.Admin.AskAsync("POST", "/api/orgs", new { name = "Laboratory" });
        var organisation = made.GetProperty("orgId").GetInt64();
        await lab.Admin.AskAsync("POST", $"/api/orgs/{organisation}/users", new { loginOrEmail = Lab.WorkerLogin, role = "Admin" });
        return organisation;
    }

    /// <summary>
    /// Invites, and waits until the daemon has read the list that holds the invitation: it has looked before, and looks again.
    /// </summary>
    private static async Task InviteAsync(Lab lab, long organisation)
    {
        int Looks() => File.ReadLines(Path.Combine(lab.Logs.FullName, "grafana.log"))
            .Count(line =>
                line.Contains($"orgId={organisation} ", StringComparison.Ordinal)
                    && line.Contains("method=GET path=/api/org/invites ", StringComparison.Ordinal));
        await Eventually.TrueAsync(() => Looks() > 0, "the daemon looks at the pending invitations", lab.Story);

        // In their own page: the organisation is the one that they work in.
        await lab.Admin.AskAsync("POST", $"/api/user/using/{organisation}");
        var before = Looks();
        var (status, _) = await lab.Admin.AskAsync(
            "POST", "/api/org/invites", new { loginOrEmail = "chief3@example.net", name = "Chief", role = "Admin", sendEmail = false });
        Assert.That(status, Is.EqualTo(200));
        await Eventually.TrueAsync(() => Looks() > before, "the daemon looks at the pending invitations again", lab.Story);
    }
}
