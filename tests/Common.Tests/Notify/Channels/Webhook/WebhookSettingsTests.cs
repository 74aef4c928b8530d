using Athena.Common.Notify.Channels.Webhook;
using Athena.Common.Settings;

namespace Athena.Common.Tests.Notify.Channels.Webhook;

/// <summary>What can be set, and that a fault keeps no daemon from its work and tells no secret.</summary>
internal sealed class WebhookSettingsTests
{
    private static readonly WorkerIdentity Identity = new("grafana-auto-disable", "auto-disable", "");

    private static readonly string Next = "whsec_" + Convert.ToBase64String(new byte[24]);

    [Test]
    public void Without_an_address_nothing_is_posted() => Assert.That(Read([], out _), Is.Null);

    [Test]
    public void An_address_and_one_or_two_secrets_are_enough([Values] bool isTwo)
    {
        var secret = isTwo ? $"{WebhookScenario.Secret} {Next}" : WebhookScenario.Secret;
        var settings = Read(new() { ["WEBHOOK_URL"] = "https://hooks.example/x?y=z", ["WEBHOOK_SECRET"] = secret }, out var reader);
        Assert.Multiple(() =>
        {
            Assert.That(settings!.Secrets, Has.Count.EqualTo(isTwo ? 2 : 1));
            Assert.That(settings.Secrets[0], Is.EqualTo(WebhookScenario.Key));
            Assert.That((settings.TellsNames, settings.Daemon, settings.ToString()), Is.EqualTo((false, Identity.Daemon, "hooks.example")));
            Assert.That((reader.Problems.Count, reader.Remarks.Count), Is.EqualTo((0, 0)));
        });
    }

    [TestCase("http://hooks.example/secret-path", "whsec_", "must be an address that begins with https://")]
    [TestCase("https://user:secret-path@hooks.example/", "whsec_", "without a user")]
    [TestCase("hooks.example/secret-path", "whsec_", "must be an address")]
    [TestCase("https://hooks.example/secret-path", null, "is missing although WEBHOOK_URL is set")]
    [TestCase("https://hooks.example/secret-path", "secret-word", "must be whsec_ and the base64")]
    [TestCase("https://hooks.example/secret-path", "whsec_c2hvcnQ=", "of 24 to 64 bytes")]
    [TestCase("https://hooks.example/secret-path", "whsec_ whsec_ whsec_", "one, or two")]
    public void What_is_faulty_is_a_remark_and_nothing_is_posted(string url, string? secret, string words)
    {
        var given = secret == "whsec_" ? WebhookScenario.Secret : secret?.Replace("whsec_ ", Next + " ");
        var settings = Read(new() { ["WEBHOOK_URL"] = url, ["WEBHOOK_SECRET"] = given }, out var reader);
        Assert.Multiple(() =>
        {
            Assert.That(settings, Is.Null);
            Assert.That(reader.Problems, Is.Empty);
            Assert.That(reader.Remarks.Select(remark => remark.What), Has.One.Contains(words));
            Assert.That(string.Join(' ', reader.Remarks), Does.Not.Contain("secret-path").And.Not.Contain("secret-word"));
        });
    }

    [TestCase("http://127.0.0.1:8080/x")]
    [TestCase("http://localhost/x")]
    [TestCase("http://[::1]:9/x")]
    public void On_this_machine_it_may_be_http(string url) =>
        Assert.That(Read(new() { ["WEBHOOK_URL"] = url, ["WEBHOOK_SECRET"] = Next }, out _), Is.Not.Null);

    private static WebhookSettings? Read(Dictionary<string, string?> given, out SettingsReader reader)
    {
        reader = new SettingsReader(new SettingsSource(
            given.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!), null));
        return WebhookSettings.Read(reader, Identity.Daemon);
    }
}
