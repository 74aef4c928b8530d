using System.Text;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;
using Athena.Common.Notify;
using Athena.Tests.Shared;
using static Athena.AutoDisable.Tests.MailSamples;

namespace Athena.AutoDisable.Tests;

/// <summary>
/// Each mail as it is sent, compared whole with <c>docs/samples</c>. After a change that is meant, <c>make samples</c> writes them
/// anew, with a picture of each; look at them before they are committed.
/// </summary>
internal sealed class MailSampleTests
{
    [TestCaseSource(typeof(MailSamples), nameof(MailSamples.All))]
    public void Reads_as_its_sample(string name, object letter, object accounts)
    {
        var mail = new LetterWriter(Options).Write((Letter)letter, (IReadOnlyList<Account>)accounts)!;
        AssertSame(name, mail);
    }

    [Test]
    public void The_baseline_reads_as_its_sample()
    {
        var users = Enumerable.Range(1, 4)
            .Select(i =>
                new GrafanaUser(i, $"uid{i}", $"user{i}", $"user{i}@example.org", $"User {i}", i == 1, i == 4, [], At.AddDays(-i), null))
                    .ToList();
        var state = new AutoDisableState { GrafanaUrl = "http://127.0.0.1:3000", BaselineAt = At, LastCompleteLook = At };
        state.Accounts.AddRange(users.Take(2).Append(users[3]).Select(u => new Account
        {
            Id = u.Id,
            Uid = u.Uid,
            Status = u.IsDisabled ? AccountStatus.DisabledBefore : AccountStatus.Admitted,
        }));
        AssertSame("baseline", new BaselineMail(Options).Write(state, users, [users[2]], "naledi (sudo)"));
    }

    [Test]
    public void The_review_reads_as_its_sample()
    {
        var old = new GrafanaUser(
            5, "uid5", "palesa", "palesa@example.org", "Palesa Zulu", false, false, [], At.AddYears(-2), At.AddDays(-120));
        var never = old with { Id = 6, Uid = "uid6", Login = "<b>never</b>", Name = "<b>Never</b>", LastSeenAt = At.AddYears(-12) };
        var busy = old with { Id = 7, Uid = "uid7", Name = "Busy Bee", LastSeenAt = At };
        var book = new AccountBook(
        [
            new Account { Id = 5, Uid = "uid5", Status = AccountStatus.Admitted },
            new Account
            {
                Id = 6,
                Uid = "uid6",
                Status = AccountStatus.Admitted,
                Decision = new Decision(At.AddYears(-1), "athena-admin (id 4)", ""),
            },
        ]);
        var rows = Review.Of([busy, old, never, old with { Id = 8, IsDisabled = true }], book, At);
        Assert.That(rows.Select(row => row.User.Id), Is.EqualTo(new[] { 6, 5, 7 }));
        var server = ServerSettings.OfFile("""
            [security]
            cookie_secure = false
            [auth.basic]
            password_policy = true
            [auth.anonymous]
            enabled = true
            """);
        AssertSame("review", new LetterWriter(Options).WriteReview("2026-Q4", rows, server));
    }

    [Test]
    public void The_summary_of_a_week_reads_as_its_sample()
    {
        var user = new GrafanaUser(
            5, "uid5", "palesa", "palesa@example.org", "Palesa Zulu", false, true, [], At.AddYears(-2), At.AddDays(-12));
        AdminDisableRow[] rows =
        [
            new(new AdminDisable("uid5", At.AddDays(-2), "athena-admin (id 4)"), user),
            new(
                new AdminDisable("uid6", At.AddDays(-1), "naledi (id 3)"),
                user with { Id = 6, Uid = "uid6", Name = "<b>Back</b>", Email = "back@example.org", IsDisabled = false }),
            new(new AdminDisable("uid7", At.AddDays(-1), "naledi (id 3)"), null),
        ];
        AssertSame("admin-disables", new LetterWriter(Options).WriteAdminDisables("2026-W48", rows, 3));
    }

    [TestCaseSource(typeof(MailSamples), nameof(MailSamples.All))]
    public void Nothing_that_a_stranger_typed_acts(string name, object letter, object accounts)
    {
        var mail = new LetterWriter(Options).Write((Letter)letter, (IReadOnlyList<Account>)accounts)!;
        Assert.Multiple(() =>
        {
            Assert.That(mail.Html, Does.Not.Contain("<script>alert"), name);
            Assert.That(mail.Html + mail.Text + mail.Subject, Does.Not.Contain("\u202E"), name);
            Assert.That(mail.Html + mail.Text, Does.Not.Contain("https://evil.example"), name);
            Assert.That(mail.Subject, Does.Not.Contain("\n").And.Not.Contain("\r"), name);
        });
    }

    internal static void AssertSame(string name, Notification mail)
    {
        var text = $"Subject: {mail.Subject}\n\n{mail.Text}";
        Compare(Repository.PathOf($"docs/samples/{name}.txt"), text);
        Compare(Repository.PathOf($"docs/samples/{name}.html"), mail.Html!);
    }

    private static void Compare(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_SAMPLES") == "1") File.WriteAllText(path, actual, new UTF8Encoding(false));
        Assert.That(File.Exists(path), Is.True, $"{path} is missing: make samples writes it");
        Assert.That(actual, Is.EqualTo(File.ReadAllText(path)), $"{path} differs: make samples writes it anew");
    }
}
