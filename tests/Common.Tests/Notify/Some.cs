using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Text;

namespace Athena.Common.Tests.Notify;

/// <summary>Data that a test needs and does not care about.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Morning = new(2026, 11, 21, 6, 30, 15, TimeSpan.FromHours(2));

    public static readonly SmtpSettings Settings = new("127.0.0.1", EmailAddress.Parse("grafana@hospital.example"))
    {
        FromName = "Athena Grafana",
        HeloName = "worker.test",
        Security = SmtpSecurity.None,
    };

    public static OutgoingMessage Mail(string key = "locked/eg4xf3128fz7kd/1", params string[] recipients) => new(
        key,
        recipients.Length > 0 ? recipients : ["admin@hospital.example"],
        "Locked, waiting for you",
        "The account is locked.\nNothing happens until you decide.\n",
        "<p>The account is <b>locked</b>.</p>");

    public static string TemporaryFolder() => Directory.CreateTempSubdirectory("athena-mail-").FullName;

    /// <summary>A file below <c>tests/Fixtures/mail</c> of this repository.</summary>
    public static string Fixture(string name) => Path.Combine(RepositoryRoot(), "tests", "Fixtures", "mail", name);

    public static string RepositoryRoot()
    {
        string? folder = TestContext.CurrentContext.TestDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Athena.Workers.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("The tests run inside the repository.");
    }
}
