using System.Text;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Athena.Sandbox.Demo;
using Athena.Sandbox.Mail;
using Athena.Sandbox.Telegram;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Sandbox.Tests;

/// <summary>The demo's page over a stand-in, a mail server and a chat, with a test in the place of grafana-auto-disable.</summary>
internal abstract class DemoScene
{
    protected const string Daemon = "grafana-auto-disable";

    private TemporaryDirectory directory = null!;
    private ControlSocket daemon = null!;

    protected StandInGrafana Grafana { get; private set; } = null!;

    protected MailCatcher Mail { get; private set; } = null!;

    protected TelegramCatcher Telegram { get; private set; } = null!;

    protected DemoPage Page { get; private set; } = null!;

    protected HttpClient Http { get; private set; } = null!;

    /// <summary>What the daemon was asked, but for how it is.</summary>
    protected List<string> Asked { get; } = [];

    /// <summary>How the daemon says that it is.</summary>
    protected string Status { get; set; } = "";

    [SetUp]
    public async Task StartAsync()
    {
        directory = new TemporaryDirectory();
        Asked.Clear();
        Status = """{"state":"All is well.","mailsWaiting":0}""";
        Grafana = await StandInGrafana.StartAsync(new StandInOptions { LogFile = directory["grafana.log"], Visitor = "admin" });
        Mail = await MailCatcher.StartAsync();
        Telegram = await TelegramCatcher.StartAsync();
        daemon = new ControlSocket(directory["control"], AnswerAsync, NullLogger<ControlSocket>.Instance, TimeProvider.System);
        await daemon.StartAsync(CancellationToken.None);
        Page = await DemoPage.StartAsync(Grafana, Mail, Telegram, new DemoPageOptions
        {
            AdminUser = "admin",
            AdminPassword = "admin",
            LogFile = directory["grafana.log"],
            AuditFile = directory["audit.jsonl"],
            Daemons = DemoDaemon.Parse($"{Daemon}={directory.Path}"),
            MetricsFolder = directory["metrics"],
            Prometheus = new Uri("http://127.0.0.1:9/"),
            Zone = TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg"),
        });
        Http = new HttpClient { BaseAddress = Page.Url };
    }

    [TearDown]
    public async Task StopAsync()
    {
        Http.Dispose();
        await Page.DisposeAsync();
        await daemon.StopAsync(CancellationToken.None);
        daemon.Dispose();
        await Mail.DisposeAsync();
        await Telegram.DisposeAsync();
        await Grafana.DisposeAsync();
        directory.Dispose();
    }

    /// <summary>A line of the audit as the daemon writes it.</summary>
    protected void WriteAudit(string json) => File.AppendAllText(directory["audit.jsonl"], json + "\n");

    /// <summary>What the daemon counts, as it writes it.</summary>
    protected void WriteMetrics(string text)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory["metrics"], Daemon));
        File.WriteAllText(Path.Combine(folder.FullName, "metrics.prom"), text);
    }

    /// <summary>A file beside the daemon's socket.</summary>
    protected void WriteBeside(string name, string text) => File.WriteAllText(directory[name], text);

    protected async Task PressAsync(string path)
    {
        using var answer = await Http.PostAsync(new Uri("/sandbox/" + path, UriKind.Relative), null);
        Assert.That(answer.IsSuccessStatusCode, Is.True, path);
    }

    /// <summary>The bot says something, as the Bot API takes it.</summary>
    protected async Task SayAsync(string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await Http.PostAsync(new Uri(Telegram.Url, "/bot1:x/sendMessage"), content);
        Assert.That(answer.IsSuccessStatusCode, Is.True);
    }

    private Task<ControlReply> AnswerAsync(ControlRequest request, CancellationToken cancel)
    {
        if (request.Command == "status") return Task.FromResult(new ControlReply(ExitCode.Ok, "", Status));
        Asked.Add(request.Command);
        return Task.FromResult(WaitingMessages.Done);
    }
}
