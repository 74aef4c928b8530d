using Athena.Common.Daemon.CommandLine;
using Athena.Common.Settings;
using Athena.Common.Tests.Daemon;
using Athena.Common.Time;
using Athena.Tests.Shared;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Tests.Settings;

internal sealed class SettingsTests
{
    private TemporaryDirectory directory = null!;

    [SetUp]
    public void MakeDirectory() => directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => directory.Dispose();

    [TestCase("info", LogLevel.Information)]
    [TestCase("INFORMATION", LogLevel.Information)]
    [TestCase("warn", LogLevel.Warning)]
    [TestCase("Warning", LogLevel.Warning)]
    [TestCase("Error", LogLevel.Error)]
    [TestCase("debug", LogLevel.Debug)]
    [TestCase("", LogLevel.Information)]
    public void A_level_may_be_written_short_or_long_in_any_case(string text, LogLevel level)
    {
        var reader = new SettingsReader(new SettingsSource(new Dictionary<string, string> { ["LOG_LEVEL"] = text }));
        var settings = CommonSettings.Read(reader, new WorkerIdentity("grafana-test", "test", "A test."));
        Assert.That((settings.LogLevel, reader.Problems.Count), Is.EqualTo((level, 0)));
    }

    [Test]
    public void A_level_that_is_none_is_told_with_those_that_there_are()
    {
        var reader = new SettingsReader(new SettingsSource(new Dictionary<string, string> { ["LOG_LEVEL"] = "loud" }));
        CommonSettings.Read(reader, new WorkerIdentity("grafana-test", "test", "A test."));
        Assert.That(reader.Problems.Single().Reason, Is.EqualTo("must be debug, info, warn or error"));
    }

    [Test]
    public void The_strongest_place_wins_and_is_named()
    {
        Directory.CreateDirectory(directory["credentials"]);
        File.WriteAllText(directory["credentials/smtp_password"], "from-credential\n");
        File.WriteAllText(
            directory["grafana-test"], "SMTP_PASSWORD=from-daemon-file\nSMTP_HOST=from-daemon-file\nSMTP_USER=from-daemon-file\n");
        File.WriteAllText(directory["athena-workers"], "\nSMTP_HOST=from-shared-file\nSMTP_PORT=2525\n");
        var reader = Reader(("SMTP_PASSWORD", "from-environment"), ("SMTP_USER", "from-environment"));

        Assert.That(reader.Secret("SMTP_PASSWORD", "…"), Is.EqualTo("from-credential"));
        Assert.That(reader.Text("SMTP_USER", "…"), Is.EqualTo("from-environment"));
        Assert.That(reader.Text("SMTP_HOST", "…"), Is.EqualTo("from-daemon-file"));
        Assert.That(reader.Number("SMTP_PORT", 587, "…", 1, 65535), Is.EqualTo(2525));
        Assert.That(reader.Text("MAIL_FROM_NAME", "Athena Grafana", "…"), Is.EqualTo("Athena Grafana"));
        Assert.That(
            reader.Registered.Select(s => s.Origin),
            Is.EqualTo(
                new[]
                {
                    "credential smtp_password", "environment", $"{directory["grafana-test"]}:2", $"{directory["athena-workers"]}:3",
                    "default",
                }));
        Assert.That(reader.Problems, Is.Empty);
    }

    [Test]
    public void An_empty_value_counts_as_not_set_and_hides_no_other()
    {
        File.WriteAllText(directory["grafana-test"], "SMTP_HOST=\nMAIL_TO=\n");
        File.WriteAllText(directory["athena-workers"], "SMTP_HOST=shared\n");
        var reader = Reader(("SMTP_HOST", " "));

        Assert.That(reader.Text("SMTP_HOST", "localhost", "…"), Is.EqualTo("shared"));
        reader.Required("MAIL_TO", "who is told");
        Assert.That(reader.Problems.Single().ToString(), Is.EqualTo(
            $"MAIL_TO: is empty, but needed: who is told (in {directory["grafana-test"]}:2)"));
        Assert.That(
            reader.Remarks.Single().What, Is.EqualTo("Empty lines count as not set, and what the shared file says is taken: SMTP_HOST"));
    }

    [TestCase(
        "SMTP_HOST=smtp.eu.mailgun.org\nSMTP_PORT=587",
        "SMTP_HOST=relay.example\nSMTP_PORT=25\nSMTP_USER=u\nSMTP_PASSWORD=p",
        "relay.example",
        "25",
        "is what an older template said",
        TestName = "A preset of an old template does not take the shared password to another server")]
    [TestCase(
        "SMTP_HOST=smtp.eu.mailgun.org",
        "SMTP_HOST=relay.example",
        "relay.example",
        "587",
        "is what an older template said",
        TestName = "A preset of an old template does not hide a shared server without a login")]
    [TestCase(
        "SMTP_HOST=smtp.eu.mailgun.org\nSMTP_USER=own\nSMTP_PASSWORD=q",
        "SMTP_HOST=relay.example\nSMTP_USER=u\nSMTP_PASSWORD=p",
        "smtp.eu.mailgun.org",
        "587",
        null,
        TestName = "Who has a login there has chosen the server of the template")]
    [TestCase(
        "SMTP_HOST=smtp.eu.mailgun.org",
        "SMTP_USER=u\nSMTP_PASSWORD=p",
        "smtp.eu.mailgun.org",
        "587",
        "stand in two files",
        TestName = "Server and password of two files are told")]
    [TestCase(
        "SMTP_USER=own\nSMTP_PASSWORD=q",
        "SMTP_HOST=relay.example",
        "relay.example",
        "587",
        "stand in two files",
        TestName = "Password and server of two files are told")]
    [TestCase(
        "", "SMTP_HOST=relay.example\nSMTP_USER=u\nSMTP_PASSWORD=p", "relay.example", "587", null, TestName = "All of one file is well")]
    [TestCase(
        "SMTP_HOST=own.example\nSMTP_USER=u\nSMTP_PASSWORD=p",
        "SMTP_HOST=relay.example",
        "own.example",
        "587",
        null,
        TestName = "What somebody wrote into the daemon's own file wins")]
    public void Of_two_files_the_mail_server_is_the_one_that_was_meant(string own, string shared, string host, string port, string? remark)
    {
        File.WriteAllText(directory["grafana-test"], own + "\n");
        File.WriteAllText(directory["athena-workers"], shared + "\n");
        foreach (var isService in (bool[])[false, true])
        {
            // systemd makes an environment of both files, the own one last, and hands the shared one over as a file once more.
            var merged = EnvironmentFile.Parse(shared + "\n" + own + "\n").Entries.GroupBy(entry => entry.Key)
                .ToDictionary(entries => entries.Key, entries => entries.Last().Value);
            var source = isService
                ? new SettingsSource(merged, null, directory["athena-workers"])
                : new SettingsSource(new Dictionary<string, string>(), null, directory["grafana-test"], directory["athena-workers"]);
            var reader = new SettingsReader(source);
            Assert.That(
                (reader.Text("SMTP_HOST", ""), reader.Text("SMTP_PORT", "587", "")), Is.EqualTo((host, port)), $"service: {isService}");
            reader.Text("SMTP_USER", "");
            reader.Secret("SMTP_PASSWORD", "");
            var said = string.Join('\n', reader.Remarks);
            if (remark is null) Assert.That(said, Is.Empty, $"service: {isService}");
            else Assert.That(said, Does.Contain(remark).And.Not.Contain("= p"), $"service: {isService}");
        }
    }

    [Test]
    public void All_faults_are_told_at_once_with_key_reason_and_value()
    {
        var reader = Reader(
            ("POLL_INTERVAL", "15"),
            ("SMTP_PORT", "smtp"),
            ("DRY_RUN", "perhaps"),
            ("GRAFANA_URL", "grafana"),
            ("SMTP_TLS", "maybe"),
            ("MAIL_APPLICANT", "approved,later"));
        reader.Duration("POLL_INTERVAL", "15s", "…");
        reader.Number("SMTP_PORT", 587, "…", 1, 65535);
        reader.YesNo("DRY_RUN", false, "…");
        reader.Uri("GRAFANA_URL", "http://127.0.0.1:3000", "…");
        reader.Choice("SMTP_TLS", "starttls", "…", "starttls", "tls", "none");
        reader.List("MAIL_APPLICANT", "approved", "…", allowed: ["no", "received", "approved", "rejected"]);
        reader.Required("MAIL_TO", "who is told");

        var fault = Assert.Throws<ConfigurationException>(reader.ThrowIfFaulty);
        Assert.That(fault!.Message.Split('\n'), Is.EqualTo(new[]
        {
            "POLL_INTERVAL: has no unit; write for example 15s for seconds or 15m for minutes (got \"15\" in environment)",
            "SMTP_PORT: must be a whole number from 1 to 65535 (got \"smtp\" in environment)",
            "DRY_RUN: must be yes or no (got \"perhaps\" in environment)",
            "GRAFANA_URL: must be an address that begins with http:// or https:// (got \"grafana\" in environment)",
            "SMTP_TLS: must be one of starttls, tls, none (got \"maybe\" in environment)",
            "MAIL_APPLICANT: \"later\" is not one of no, received, approved, rejected (got \"approved,later\" in environment)",
            "MAIL_TO: is needed: who is told",
        }));
    }

    [Test]
    public void A_secret_is_never_shown()
    {
        var reader = Reader(("GRAFANA_PASSWORD", "hunter2"), ("GRAFANA_URL", "http://admin:hunter2@grafana/?x"));
        reader.Secret("GRAFANA_PASSWORD", "…", needed: true);
        reader.Uri("GRAFANA_URL", "http://127.0.0.1:3000", "…");
        reader.Refuse("GRAFANA_PASSWORD", "does not go with GRAFANA_TOKEN");

        var shown = string.Join('\n', reader.Problems) + SettingsCheck.Show(reader);
        Assert.That(reader.Problems, Has.Count.EqualTo(2));
        Assert.That(shown, Does.Not.Contain("hunter2"));
        Assert.That(shown, Does.Contain("GRAFANA_PASSWORD = (secret)"));
    }

    [Test]
    public void Unknown_keys_are_told_with_the_nearest_known_one_but_foreign_ones_are_not()
    {
        Directory.CreateDirectory(directory["credentials"]);
        File.WriteAllText(directory["credentials/smtp_pasword"], "x");
        File.WriteAllText(directory["grafana-test"], "MAIL_FORM=x\nSOMETHING=1\n");
        File.WriteAllText(directory["athena-workers"], "TELEGRAM_CHAT=1\nSMTP_HOTS=x\n");
        var reader = Reader(
            ("PATH", "/bin"), ("LOGNAME", "root"), ("SUDO_USER", "thandi"), ("STATE_DIRECTORY", "/x"), ("SMTP_POTR", "1"), ("LANG", "C"),
            ("GRAFANA_COLOUR", "red"), ("PWD", "/"));
        foreach (var key in new[] { "SMTP_PASSWORD", "SMTP_HOST", "SMTP_PORT", "MAIL_FROM", "LOG", "STATE_DIR", "GRAFANA_URL" })
            reader.Text(key, "…");

        Assert.That(reader.Unknown.Select(u => (u.Key, u.Nearest)), Is.EquivalentTo(new[]
        {
            ("SMTP_PASWORD", (string?)"SMTP_PASSWORD"), ("MAIL_FORM", "MAIL_FROM"), ("SOMETHING", null), ("SMTP_HOTS", "SMTP_HOST"),
            ("SMTP_POTR", "SMTP_PORT"), ("GRAFANA_COLOUR", null),
        }));
    }

    [Test]
    public void A_service_names_the_file_and_the_line_of_what_systemd_made_of_them()
    {
        const string Own = "# a comment\nPOLL_INTERVAL=15\nSMTP_PORT=\nMAIL_TO=\"one two\"\n";
        const string Shared = "SMTP_PORT=smtp\nPOLL_INTERVAL=30s\nMAIL_TOO=x\n";
        Directory.CreateDirectory(directory["credentials"]);
        File.WriteAllText(directory["credentials/grafana-test"], Own);
        File.WriteAllText(directory["credentials/athena-workers"], Shared);
        var environment = EnvironmentFile.Parse(Shared + Own).Entries.GroupBy(entry => entry.Key)
            .ToDictionary(entries => entries.Key, entries => entries.Last().Value);
        environment["DRY_RUN"] = "perhaps";
        var reader = new SettingsReader(SettingsSource.ForService(environment, directory["credentials"], "grafana-test"));
        reader.Duration("POLL_INTERVAL", "15s", "…");
        reader.Number("SMTP_PORT", 587, "…", 1, 65535);
        reader.YesNo("DRY_RUN", false, "…");
        Assert.Multiple(() =>
        {
            Assert.That(reader.Text("MAIL_TO", "…"), Is.EqualTo("one two"));
            Assert.That(reader.Problems.Select(problem => problem.ToString()), Is.EqualTo(new[]
            {
                "POLL_INTERVAL: has no unit; write for example 15s for seconds or 15m for minutes (got \"15\" in "
                + "/etc/default/grafana-test:2)",
                "SMTP_PORT: must be a whole number from 1 to 65535 (got \"smtp\" in /etc/default/athena-workers:1)",
                "DRY_RUN: must be yes or no (got \"perhaps\" in Environment= of the unit or a drop-in)",
            }));
            Assert.That(
                reader.Unknown.Select(unknown => unknown.ToString()),
                Is.EqualTo(new[] { "MAIL_TOO (/etc/default/athena-workers:3) is not a setting of this daemon; did you mean MAIL_TO?" }),
                "the files themselves are no settings");
            Assert.That(reader.PlaceOf("grafana-test", "SMTP_PORT"), Is.EqualTo("/etc/default/athena-workers"));
            Assert.That(SettingsPlace.Of("grafana-test", reader.Problems.Select(problem => problem.Origin)), Is.EqualTo(
                "/etc/default/grafana-test and /etc/default/athena-workers and Environment= of the unit or a drop-in"));
        });
    }

    [TestCase("", "/etc/default/grafana-test", TestName = "What is set nowhere is set in the daemon's own file")]
    [TestCase("SMTP_USER=x", "/etc/default/grafana-test", TestName = "What an older unit does not hand over is not told apart")]
    public void The_place_of_a_setting_that_nobody_gave(string environment, string place)
    {
        var reader = new SettingsReader(SettingsSource.ForService(
            EnvironmentFile.Parse(environment).Entries.ToDictionary(entry => entry.Key, entry => entry.Value), null, "grafana-test"));
        reader.Text("GRAFANA_USER", "…");
        Assert.That(reader.PlaceOf("grafana-test", "GRAFANA_USER", "GRAFANA_TOKEN"), Is.EqualTo(place));
        reader.Text("SMTP_USER", "…");
        Assert.That(
            SettingsPlace.Of("grafana-test", null, reader.Registered.Last().Origin),
            Is.EqualTo(environment.Length == 0 ? place : "/etc/default/grafana-test (or the environment)"));
        Assert.That(reader.Registered.Last().Origin, Is.EqualTo(environment.Length == 0 ? "default" : "environment"));
    }

    [TestCase("")]
    [TestCase("  ")]
    public void An_empty_line_is_shown_as_the_default_that_holds(string value)
    {
        File.WriteAllText(directory["grafana-test"], $"MAIL_APPLICANT=\"{value}\"\n");
        var reader = Reader();
        Assert.That(reader.List("MAIL_APPLICANT", "approved", "…"), Is.EqualTo(new[] { "approved" }));
        Assert.That(reader.IsGiven("MAIL_APPLICANT"), Is.False);
        Assert.That(SettingsCheck.Show(reader), Is.EqualTo(
            $"MAIL_APPLICANT = approved   [default; {directory["grafana-test"]}:1 is empty, which counts as not set]\n"));
    }

    [Test]
    public void A_damaged_file_is_a_finding_and_not_a_crash()
    {
        File.WriteAllBytes(directory["grafana-test"], [(byte)'A', (byte)'=', 0xFF, (byte)'\n']);

        Assert.That(Reader().Source.Findings.Single().Finding.What, Does.Contain("not UTF-8"));
    }

    [Test]
    [NonParallelizable]
    public void A_command_uses_the_proxy_that_the_service_would()
    {
        File.WriteAllText(directory["athena-workers"], "no_proxy=.athena-test.invalid\nSMTP_HOST=mail\n");
        Environment.SetEnvironmentVariable("ATHENA_DEFAULTS_DIR", directory.Path);
        try
        {
            var source = SettingsSource.ForProcess("grafana-test");

            Assert.That(source.Find("SMTP_HOST", out _)?.Origin, Is.EqualTo($"{directory["athena-workers"]}:2"));
            Assert.That(
                Environment.GetEnvironmentVariable("no_proxy"), Is.EqualTo(source.Environmental("no_proxy") ?? ".athena-test.invalid"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("ATHENA_DEFAULTS_DIR", null);
            if (Environment.GetEnvironmentVariable("no_proxy") == ".athena-test.invalid")
                Environment.SetEnvironmentVariable("no_proxy", null);
        }
    }

    [TestCase("500ms", 0.5)]
    [TestCase("60s", 60)]
    [TestCase("15m", 900)]
    [TestCase("2h", 7200)]
    [TestCase("90d", 7776000)]
    [TestCase("1h30m", 5400)]
    [TestCase("7y", 7 * 8766 * 3600.0)]
    public void Durations_have_units(string text, double seconds)
    {
        Assert.That(Duration.TryParse(text, out var duration, out _));
        Assert.That(duration.TotalSeconds, Is.EqualTo(seconds));
    }

    [TestCase("")]
    [TestCase("15")]
    [TestCase("s")]
    [TestCase("-5s")]
    [TestCase("5 s")]
    [TestCase("5S")]
    [TestCase("1.5h")]
    [TestCase("99999999y")]
    [TestCase("١s")]
    public void What_is_no_duration_is_refused_with_a_reason(string text)
    {
        Assert.That(Duration.TryParse(text, out _, out var reason), Is.False);
        Assert.That(reason, Is.Not.Empty);
    }

    [Test]
    public void A_duration_comes_back_as_it_was_written() =>
        Sampled.Hold(Prop.ForAll(
            Gen.Choose(0, int.MaxValue).ToArbitrary(),
            ms => Duration.TryParse(Duration.Write(TimeSpan.FromMilliseconds(ms)), out var back, out _)
                && back == TimeSpan.FromMilliseconds(ms)));

    [Test]
    public void No_text_whatever_makes_a_reader_throw() =>
        Sampled.Hold(Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            var reader = Reader(("K", text ?? ""));
            reader.Duration("K", "15s", "…", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
            reader.Number("K", 1, "…");
            reader.YesNo("K", false, "…");
            reader.Uri("K", "http://localhost", "…");
            reader.List("K", "", "…", needed: true);
            reader.Choice("K", "a", "…", "a", "b");
            return reader.Problems.All(p => !p.ToString().Contains('\n'));
        }));

    [Test]
    public void A_distance_is_how_many_letters_differ()
    {
        Assert.That(Spelling.Distance("kitten", "sitting"), Is.EqualTo(3));
        Assert.That(Spelling.Nearest("MAIL_TOO", ["MAIL_TO", "MAIL_FROM"]), Is.EqualTo("MAIL_TO"));
        Assert.That(Spelling.Nearest("LANG", ["LOG"]), Is.Null);
    }

    [TestCase("SMTP_PASS", "SMTP_PASSWORD")]
    [TestCase("SMTP_SERVER", "SMTP_HOST")]
    [TestCase("SMTP_USERNAME", "SMTP_USER")]
    [TestCase("CHAT_ID", "TELEGRAM_CHAT_ID")]
    [TestCase("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN")]
    [TestCase("MAIL_RECIPIENTS", "MAIL_TO")]
    [TestCase("MAIL_TOO", "MAIL_TO")]
    [TestCase("TOKEN", null)]
    [TestCase("WARD_LIST", null)]
    public void Knows_the_names_that_scripts_use_for_the_same(string key, string? known) => Assert.That(
        Spelling.Kindred(key,
        [
            "SMTP_HOST", "SMTP_USER", "SMTP_PASSWORD", "MAIL_TO", "MAIL_FROM", "TELEGRAM_CHAT_ID", "TELEGRAM_BOT_TOKEN", "GRAFANA_TOKEN",
        ]), Is.EqualTo(known));

    private SettingsReader Reader(params (string Key, string Value)[] environment) =>
        new(new SettingsSource(
            environment.ToDictionary(e => e.Key, e => e.Value), directory["credentials"], directory["grafana-test"],
            directory["athena-workers"]));
}
