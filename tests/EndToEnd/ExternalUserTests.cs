using Athena.EndToEnd.Harness;
using Athena.Sandbox;
using Athena.Sandbox.Grafana;
using Athena.Sandbox.SingleSignOn;

namespace Athena.EndToEnd;

/// <summary>
/// Each recorded attempt of an account that Grafana's API cannot lock (docs/grafana.md §5), without access to Grafana's database: they are
/// shown out again at every sign of them, and the admins hear of it.
/// </summary>
internal sealed class ExternalUserTests
{
    private static IEnumerable<TestCaseData> Attempts() =>
        RequestAttempt.All.Select(requestAttempt => new TestCaseData(requestAttempt).SetArgDisplayNames(requestAttempt.Name));

    [TestCaseSource(nameof(Attempts))]
    public async Task Stays_at_the_door_whoever(object attempt)
    {
        var tried = (RequestAttempt)attempt;
        await using var lab = await Lab.OpenAsync(Options);
        await lab.StartDaemonAsync();
        using var outsider = new Outsider(lab, tried.Way, "kagiso");
        Assert.That(await outsider.ComeAsync(), Is.EqualTo(200), "they are inside at once");
        await IsOutAsync(lab, outsider);
        await lab.MailAsync("ACTION NEEDED, could not be locked: ");
        await tried.MakeAsync(lab, outsider);
        await IsOutAsync(lab, outsider);
        for (var i = 0; i < 3; i++)
        {
            await outsider.ComeAsync();
            await IsOutAsync(lab, outsider);
        }

        var pending = await lab.Program.RunAsync("pending");
        Assert.That(pending.Output, Does.Contain("STILL INSIDE").And.Contain(outsider.Email));
        if (!outsider.HasSessions) return; // Nothing is left that could be ended: they are known, and may nothing.
        var mail = await lab.MailAsync("CRITICAL, keeps coming back: ");
        Assert.That(mail.Text, Does.Contain("allow_sign_up").And.Contain("skip_org_role_sync").And.Contain("GRAFANA_DATABASE"));
    }

    [Test]
    public async Task Whoever_was_locked_in_the_database_by_hand_is_left_alone_and_not_reported_again()
    {
        await using var lab = await Lab.OpenAsync(Options, pollInterval: "1s");
        var daemon = await lab.StartDaemonAsync();
        using var outsider = new Outsider(lab, Outside.SingleSignOn, "kagiso");
        await outsider.ComeAsync();
        await IsOutAsync(lab, outsider);
        await lab.MailAsync("ACTION NEEDED, could not be locked: ");
        lab.Grafana.Database.WriteFlag(outsider.Account.Id, outsider.Account.Uid, isDisabled: true);
        await daemon.SaysAsync("Locked Kagiso");
        await lab.MailAsync("Locked, waiting for you: Kagiso");
        Assert.Multiple(async () =>
        {
            Assert.That(await outsider.ComeAsync(), Is.EqualTo(401), "the sign-on ends at the login form");
            Assert.That(lab.Mail.Mails.Count(m => m.Subject.StartsWith("ACTION NEEDED", StringComparison.Ordinal)), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task With_the_e_mail_of_a_colleague_nobody_comes_in_and_nobody_is_locked()
    {
        await using var lab = await Lab.OpenAsync(Options);
        await lab.StartDaemonAsync();
        lab.Grafana.Provider!.Know(new ProviderPerson("id-thief", "colleague1", "colleague1@athena.example", "Thief"));
        using var thief = await lab.Grafana.SignOnAsync(new ProviderPerson("id-thief", "colleague1", "colleague1@athena.example", "Thief"));
        Assert.That((thief.Landing, await thief.AskAsync()), Is.EqualTo(("/login", 401)));

        // Somebody else's lock is the sign that the thief's lines have been read.
        using var stranger = await lab.SignUpAsync("new@example.net");
        await lab.IsLockedAsync("new@example.net");
        Assert.That(lab.Account("colleague1").IsDisabled, Is.False);
    }

    internal static StandInOptions Options { get; } = new() { SingleSignOn = new SingleSignOnOptions(), AuthProxy = true };

    /// <summary>Out is out; whom a proxy vouches for may open nothing.</summary>
    private static Task IsOutAsync(Lab lab, Outsider outsider) => Eventually.TrueAsync(
        async () => outsider.HasSessions ? await outsider.AskAsync() == 401 : IsPowerless(lab.Grafana.Database, outsider.Account),
        $"{outsider.Email} is out", lab.Story);

    private static bool IsPowerless(GrafanaDatabase database, Account account) =>
        database.RolesOf(account).Values.All(role => role == "None");
}
