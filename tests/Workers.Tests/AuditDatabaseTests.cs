using Athena.Common.Daemon.Units;
using Athena.Common.Settings;

namespace Athena.Workers.Tests;

/// <summary>
/// <c>athena-workers audit-database</c>: what it asks of whom, and its exit codes. With a real PostgreSQL: <c>AuditMigrationTests</c>.
/// </summary>
internal sealed class AuditDatabaseTests
{
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private readonly List<string> asked = [];

    [TearDown]
    public void Clear()
    {
        output.GetStringBuilder().Clear();
        error.GetStringBuilder().Clear();
        asked.Clear();
    }

    [TestCase(new[] { 0, 0, 0 }, 0)]
    [TestCase(new[] { 0, 2, 0 }, 2)]
    [TestCase(new[] { 2, 1, 2 }, 1)]
    [TestCase(new[] { 0, 78, 0 }, 0)]
    [TestCase(new[] { 2, 77, 0 }, 77)]
    [TestCase(new[] { 78, 78, 78 }, 78)]
    public async Task Each_daemon_compares_its_own_and_the_worst_counts(int[] codes, int code)
    {
        Assert.That(await Command(codes).VerifyAsync(output, error, default), Is.EqualTo(code));
        Assert.That(asked, Is.EqualTo(new[] { "a audit compare", "b audit compare", "c audit compare" }));
        Assert.That(
            $"{output}{error}".Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            Is.EqualTo(new[] { $"a: says {codes[0]}", $"b: says {codes[1]}", $"c: says {codes[2]}" }));
    }

    [Test]
    public async Task A_password_is_no_word_of_a_command_line()
    {
        foreach (var owner in new[] { "postgresql://o:s3cret@127.0.0.1/athena", "Host=127.0.0.1;Database=x;Username=o;Password=s3cret" })
            Assert.That(await MigrateAsync(Command(), owner, "writer"), Is.EqualTo(ExitCode.Usage));
        Assert.That(error.ToString(), Does.Contain("leave --as away").And.Not.Contain("s3cret"));
    }

    [Test]
    public async Task Whoever_has_set_no_database_is_told_to()
    {
        Assert.That(await MigrateAsync(Command(), null), Is.EqualTo(ExitCode.Configuration));
        Assert.That(error.ToString(), Does.StartWith("AUDIT_DATABASE is not set in /etc/default/athena-workers"));
        Assert.That(asked, Is.Empty);
    }

    [Test]
    public async Task A_setting_that_cannot_be_read_is_named_without_its_secret()
    {
        Assert.That(await MigrateAsync(Command(setting: "postgresql://u:s3cret@127.0.0.1"), null), Is.EqualTo(ExitCode.Configuration));
        Assert.That(
            error.ToString(),
            Does.StartWith("AUDIT_DATABASE names no database").And.Contain("settings of a").And.Not.Contain("s3cret"));
    }

    [Test]
    public async Task What_is_typed_unseen_is_the_connection_of_the_owner()
    {
        var code = await MigrateAsync(Command(setting: "postgresql://writer:s3cret@127.0.0.1/athena"), null);
        Assert.That((code, asked.Count), Is.EqualTo((ExitCode.Fault, 1)));
        Assert.That(asked[0], Does.StartWith("Connection of the role to which the tables are to belong"));
        Assert.That(
            error.ToString(), Is.EqualTo("No connection to the database at 127.0.0.1:1 (ConnectionRefused): does PostgreSQL run there, "
                + "and is the port right in the connection? Nothing was changed.\n"));
    }

    private Task<int> MigrateAsync(AuditDatabaseCommand command, string? owner, params string[] roles) =>
        command.MigrateAsync(owner, roles, reader: null, isDryRun: false, output, error, default);

    private AuditDatabaseCommand Command(int[]? codes = null, string? setting = null) => new(
        new Fake(asked, codes ?? [0, 0, 0]), _ => new SettingsSource(
            setting is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["AUDIT_DATABASE"] = setting }),
        (question, _, _) =>
        {
            asked.Add(question);
            return Task.FromResult("postgresql://owner:s3cret@127.0.0.1:1/athena");
        });

    private sealed class Fake(List<string> asked, int[] codes) : IDaemons
    {
        public IReadOnlyList<string> Names => ["a", "b", "c"];

        public Task<Tool.Result> AskAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel)
        {
            asked.Add($"{daemon} {string.Join(' ', arguments)}");
            var code = codes[daemon[0] - 'a'];
            return Task.FromResult(new Tool.Result(code, $"says {code}\n", ""));
        }

        public Task<int> RunHereAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel) =>
            throw new NotSupportedException();
    }
}
