using System.Net;
using Athena.Common.Settings;
using Athena.Decisions.CommandLine;
using Athena.Decisions.Desk;
using Athena.Decisions.Web;
using Athena.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Decisions.Tests;

/// <summary>Where it may listen, and whose word about who somebody is goes on.</summary>
internal sealed class SettingsTests
{
    [TestCase("127.0.0.1:8377")]
    [TestCase("127.3.2.1:8377")]
    [TestCase("[::1]:8377")]
    [TestCase("unix:/run/athena-workers-decisions.sock")]
    public void It_listens_for_this_host_alone(string address)
    {
        var settings = Read(out var reader, ("DECISION_LISTEN", address));
        Assert.That(reader.Problems, Is.Empty);
        Assert.That(settings.Listen!.ToString(), Is.EqualTo(address));
    }

    [TestCase("0.0.0.0:8377", "this host alone")]
    [TestCase("10.0.0.5:8377", "this host alone")]
    [TestCase("[::]:8377", "this host alone")]
    [TestCase("8377", "127.0.0.1:PORT")]
    [TestCase("127.0.0.1", "127.0.0.1:PORT")]
    [TestCase("localhost:8377", "127.0.0.1:PORT")]
    [TestCase("unix:relative", "absolute path")]
    public void Anywhere_else_is_refused_with_what_would_be_right(string address, string what)
    {
        Read(out var reader, ("DECISION_LISTEN", address));
        Assert.That(reader.Problems.Single().ToString(), Does.StartWith("DECISION_LISTEN: ").And.Contain(what));
    }

    [TestCase("127.0.0.1:9469", null)]
    [TestCase("[::1]:9469", null)]
    [TestCase("10.0.0.5:9469", null)]
    [TestCase("9469", "must be ADDRESS:PORT")]
    [TestCase("localhost:9469", "must be ADDRESS:PORT")]
    [TestCase("127.0.0.1:8377", "is where the page is")]
    public void Prometheus_is_answered_where_the_site_says_and_never_where_the_page_is(string address, string? problem)
    {
        var settings = Read(out var reader, ("METRICS_LISTEN", address));
        Assert.That(reader.Problems.Count, Is.EqualTo(problem is null ? 0 : 1));
        if (problem is null) Assert.That(settings.Metrics!.ToString(), Is.EqualTo(address));
        else Assert.That(reader.Problems.Single().ToString(), Does.StartWith("METRICS_LISTEN: ").And.Contain(problem));
    }

    [Test]
    public void Without_a_page_nobody_s_word_is_believed_and_nothing_of_it_is_asked_for()
    {
        var settings = Read(out var reader, ("DECISION_LISTEN", "no"), ("DECISION_IDENTITY", "oauth2-proxy"));
        Assert.That((settings.Listen, settings.Metrics, reader.Problems.Count), Is.EqualTo(((ListenAddress?)null, (IPEndPoint?)null, 0)));
    }

    [Test]
    public void All_faults_are_told_at_once()
    {
        Read(out var reader, ("DECISION_LISTEN", "x"), ("DECISION_IDENTITY", "x"), ("DECISION_DESK", "x"), ("LOG_LEVEL", "x"));
        Assert.That(reader.Problems, Has.Count.EqualTo(4));
    }

    [Test]
    public void A_header_that_anybody_can_send_to_a_port_is_believed_at_a_unix_socket_alone()
    {
        Read(out var atPort, ("DECISION_IDENTITY", "oauth2-proxy"));
        Assert.That(atPort.Problems.Single().Key, Is.EqualTo("DECISION_IDENTITY"));
        var settings = Read(out var atSocket, ("DECISION_IDENTITY", "oauth2-proxy"), ("DECISION_LISTEN", "unix:/run/x"));
        Assert.That(atSocket.Problems, Is.Empty);
        var port = new PassedSocket(3, new ListenAddress(new IPEndPoint(IPAddress.Loopback, 8377), null));
        Assert.That(
            () => DecisionsProgram.Compose(new ServiceCollection(), settings, [port]),
            Throws.TypeOf<ConfigurationException>().With.Message.Contain("ListenStream="));
    }

    [Test]
    public void What_systemd_hands_over_must_be_of_this_host_as_well() => Assert.Multiple(() =>
    {
        Assert.That(ListenAddress.Of(new IPEndPoint(IPAddress.Any, 8377)), Is.Null);
        Assert.That(ListenAddress.Of(new IPEndPoint(IPAddress.IPv6Any, 8377)), Is.Null);
        Assert.That(ListenAddress.Of(new IPEndPoint(IPAddress.IPv6Loopback, 8377)), Is.Not.Null);
    });

    [TestCase(ProxyIdentity.None, false)]
    [TestCase(ProxyIdentity.Access, false)]
    [TestCase(ProxyIdentity.OAuth2Proxy, true)]
    public async Task Only_the_word_that_is_meant_goes_on(ProxyIdentity identity, bool isUnix)
    {
        await using var stage = await Stage.OpenAsync(identity, isUnix);
        stage.Desk.Pages[Some.Token] = Some.TakeBack;
        stage.Client.DefaultRequestHeaders.Add("Cf-Access-Jwt-Assertion", "head.body.sign");
        stage.Client.DefaultRequestHeaders.Add("X-Forwarded-Email", "lindiwe@clinic.example");
        using var shown = await stage.GetAsync(Some.Token);
        using var done = await stage.PostAsync(Some.Token, ("form", Some.Form), ("email", "admin@clinic.example"), ("assertion", "forged"));
        var expected = identity switch
        {
            ProxyIdentity.None => "",
            ProxyIdentity.Access => "assertion=head.body.sign",
            ProxyIdentity.OAuth2Proxy => "email=lindiwe@clinic.example",
        };
        foreach (var asked in (IReadOnlyDictionary<string, string>[])[stage.Desk.Described.First(), stage.Desk.Decided.Single()])
            Assert.That(string.Join(';', asked.Where(one => one.Key is "assertion" or "email").Select(one => $"{one.Key}={one.Value}")),
                Is.EqualTo(expected));

        if (identity == ProxyIdentity.None) return;
        stage.Client.DefaultRequestHeaders.Add("Cf-Access-Jwt-Assertion", "another");
        stage.Client.DefaultRequestHeaders.Add("X-Forwarded-Email", "another@clinic.example");
        using var twice = await stage.GetAsync(Some.Token);
        Assert.That(stage.Desk.Described.Last().Keys, Is.EqualTo(new[] { "token" }), "said twice it is nobody's word");
    }

    [Test]
    public async Task A_unix_socket_is_for_its_group_and_takes_the_place_of_one_that_was_left_behind()
    {
        await using var stage = await Stage.OpenAsync(isUnix: true);
        Assert.That(File.GetUnixFileMode(stage.Socket).ToString(), Is.EqualTo("GroupWrite, GroupRead, UserWrite, UserRead"));
        using var answer = await stage.GetAsync("x");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public void The_page_of_the_settings_says_what_the_program_says()
    {
        Read(out var reader);
        Assert.That(DocumentedSettings.Of(Identity.Worker.Daemon), Is.EquivalentTo(DocumentedSettings.Written(reader)));
    }

    [Test]
    public void The_manual_page_says_what_the_program_says()
    {
        Read(out var reader);
        var page = File.ReadAllText(Repository.PathOf($"packaging/man/{Identity.Worker.Daemon}.8"))
            .Replace(@"\-", "-", StringComparison.Ordinal);
        Assert.That(
            reader.Registered.Select(setting => $".B {setting.Key}\n{setting.Help}\n")
                .Where(entry => !page.Contains(entry, StringComparison.Ordinal)),
            Is.Empty);
        foreach (var word in (string[])["run", "check", "--show", "--output", "print settings", "print catalogue"])
            Assert.That(page, Does.Contain(word));
    }

    [Test]
    public void Faulty_settings_end_with_78_and_wrong_words_with_64()
    {
        Assert.Multiple(async () =>
        {
            Assert.That(await RunAsync(["run"], ("DECISION_LISTEN", "0.0.0.0:80")), Is.EqualTo((ExitCode.Configuration, "")));
            Assert.That((await RunAsync(["stop"])).Code, Is.EqualTo(ExitCode.Usage));
            Assert.That((await RunAsync(["check", "--output", "xml"])).Code, Is.EqualTo(ExitCode.Usage));
            Assert.That((await RunAsync(["--version"])).Text, Does.StartWith(Identity.Worker.Daemon));
        });
    }

    [Test]
    public async Task Check_asks_the_daemon()
    {
        using var folder = new TemporaryDirectory();
        var (code, text) = await RunAsync(["check"], ("DECISION_DESK", folder["desk"]));
        Assert.That(code, Is.EqualTo(ExitCode.Fault), text);
        Assert.That(text, Does.Contain("FAILED  Nobody answers at").And.Contain("DECISION_URL"));
        await using var desk = new FakeDesk(folder["desk"]);
        await desk.StartAsync();
        (code, text) = await RunAsync(["check", "--show"], ("DECISION_DESK", folder["desk"]));
        Assert.That(code, Is.EqualTo(ExitCode.Ok), text);
        Assert.That(LinkToken.Of(desk.Described.Single()["token"]), Is.Not.Null, "as a link that never was");
    }

    private static async Task<(int Code, string Text)> RunAsync(string[] arguments, params (string Key, string Value)[] given)
    {
        var output = new StringWriter();
        var program = new DecisionsProgram { Source = _ => SourceOf(given) };
        return (await program.InvokeAsync(arguments, output, output), output.ToString());
    }

    private static DecisionsSettings Read(out SettingsReader reader, params (string Key, string Value)[] given)
    {
        reader = new SettingsReader(SourceOf(given));
        return DecisionsSettings.Read(reader);
    }

    private static SettingsSource SourceOf((string Key, string Value)[] given) =>
        new(given.ToDictionary(one => one.Key, one => one.Value));
}
