using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Athena.AutoDisable.Deciding;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.Decisions;

namespace Athena.AutoDisable.Tests.Deciding;

/// <summary>The signed word of Cloudflare Access, made here with keys of our own.</summary>
internal sealed class AccessTests : DecisionScenario
{
    private static readonly string Audience = new('a', 64);
    private static readonly Uri Team = new("https://hospital.cloudflareaccess.com");
    private readonly RSA key = RSA.Create(2048);
    private int readings;

    [SetUp]
    public void SignIn()
    {
        Decisions = Decisions with { Proof = ApprovalProof.Access, Access = new AccessOptions(Team, Audience) };
        readings = 0;
        Restart(new AccessAssertion(Decisions.Access, _ => Task.FromResult<string?>(Keys()), Time));
    }

    [OneTimeTearDown]
    public void Clean() => key.Dispose();

    [Test]
    public async Task Signed_in_as_whoever_got_the_mail_one_approves_without_a_PIN()
    {
        var user = await SignUpAsync();
        var token = Token(user, Two, "Approve")!;
        Assert.That((await DescribeAsync(token)).Proof, Is.EqualTo(DecisionProof.Identity), "not signed in");
        var word = (DecisionDesk.Assertion, Word(Two));
        var page = await DescribeAsync(token, word);
        Assert.That((page.Proof, page.Identity), Is.EqualTo((DecisionProof.None, Two)));
        Assert.That((await DecideAsync(token, word)).Outcome, Is.EqualTo(DecisionOutcome.Done));
        Assert.That(Daemon.Memory.Book.FindByRef(user.Uid)!.Decision!.By, Is.EqualTo($"{Two} (link, signed in)"));
    }

    [TestCase("somebody else")]
    [TestCase("forged")]
    [TestCase("unsigned")]
    [TestCase("HS256 with the public key")]
    [TestCase("over")]
    [TestCase("not yet")]
    [TestCase("of another application")]
    [TestCase("of another team")]
    [TestCase("of an unknown key")]
    [TestCase("cut")]
    [TestCase("empty")]
    [TestCase("without an end")]
    [TestCase("by header alone")]
    public async Task Whatever_is_not_sound_about_it_nobody_is_let_in(string what)
    {
        var user = await SignUpAsync();
        var token = Token(user, One, "Approve")!;
        using var other = RSA.Create(2048);
        var now = Time.GetUtcNow();
        (string Name, string Value) word = (DecisionDesk.Assertion, what switch
        {
            "somebody else" => Word("mallory@example.org"),
            "forged" => Word(One, with: other),
            "unsigned" => $"{Part("""{"alg":"none","kid":"k1"}""")}.{Body(One, now.AddMinutes(5))}.",
            "HS256 with the public key" => Symmetric(),
            "over" => Word(One, end: now.AddMinutes(-2)),
            "not yet" => Word(One, begin: now.AddMinutes(10), end: now.AddHours(1)),
            "of another application" => Word(One, audience: new string('b', 64)),
            "of another team" => Word(One, issuer: "https://evil.cloudflareaccess.com"),
            "of an unknown key" => Word(One, id: "k2"),
            "cut" => Word(One)[..^9],
            "without an end" => Word(One, end: null),
            _ => "",
        });
        if (what == "by header alone") word = (DecisionDesk.ForwardedEmail, One);
        var answer = await DecideAsync(token, word);
        Assert.That((answer.Outcome, user.IsDisabled), Is.EqualTo((DecisionOutcome.Refused, true)), answer.Text);

        string Symmetric()
        {
            var text = $"{Part("""{"alg":"HS256","kid":"k1"}""")}.{Body(One, now.AddMinutes(5))}";
            var hash = HMACSHA256.HashData(key.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(text));
            return $"{text}.{Base64Url.EncodeToString(hash)}";
        }
    }

    /// <summary>Whatever key ids strangers send, Cloudflare is not asked for each.</summary>
    [Test]
    public async Task The_keys_are_read_once_in_a_while()
    {
        var user = await SignUpAsync();
        var token = Token(user, One, "Approve")!;
        for (var i = 0; i < 20; i++) await DescribeAsync(token, (DecisionDesk.Assertion, Word(One, id: $"k{i + 5}")));
        Assert.That(readings, Is.EqualTo(1));
        Time.Advance(TimeSpan.FromMinutes(5));
        await DescribeAsync(token, (DecisionDesk.Assertion, Word(One, id: "k99")));
        Assert.That(readings, Is.EqualTo(2), "a new key is found");
    }

    [Test]
    public async Task Behind_oauth2_proxy_its_word_counts_and_the_assertion_does_not()
    {
        Decisions = Decisions with { Proof = ApprovalProof.Proxy, Access = null };
        Restart();
        var user = await SignUpAsync();
        var token = Token(user, One, "Approve")!;
        Assert.That((await DecideAsync(token, (DecisionDesk.Assertion, Word(One)))).Outcome, Is.EqualTo(DecisionOutcome.Refused));
        Assert.That((await DecideAsync(token, (DecisionDesk.ForwardedEmail, Two))).Outcome, Is.EqualTo(DecisionOutcome.Refused));
        Assert.That((await DecideAsync(token, (DecisionDesk.ForwardedEmail, One))).Outcome, Is.EqualTo(DecisionOutcome.Done));
    }

    private string Keys()
    {
        readings++;
        var parts = key.ExportParameters(false);
        var (modulus, exponent) = (Base64Url.EncodeToString(parts.Modulus), Base64Url.EncodeToString(parts.Exponent));
        return $$"""{"keys":[{"kid":"k1","kty":"RSA","alg":"RS256","use":"sig","n":"{{modulus}}","e":"{{exponent}}"}]}""";
    }

    private string Word(
        string address, string? issuer = null, string? audience = null, DateTimeOffset? begin = null, string id = "k1", RSA? with = null) =>
        Word(address, Time.GetUtcNow().AddMinutes(5), issuer, audience, begin, id, with);

    private string Word(
        string address, DateTimeOffset? end, string? issuer = null, string? audience = null, DateTimeOffset? begin = null, string id = "k1",
        RSA? with = null)
    {
        var text = $"{Part($$"""{"alg":"RS256","kid":"{{id}}","typ":"JWT"}""")}.{Body(address, end, issuer, audience, begin)}";
        var signature = (with ?? key).SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private string Body(string address, DateTimeOffset? end, string? issuer = null, string? audience = null, DateTimeOffset? begin = null)
    {
        var from = (begin ?? Time.GetUtcNow()).ToUnixTimeSeconds();
        var until = end is { } at ? $",\"exp\":{at.ToUnixTimeSeconds()}" : "";
        var who = $"\"aud\":[\"{audience ?? Audience}\"],\"email\":\"{address}\",\"iss\":\"{issuer ?? Team.AbsoluteUri.TrimEnd('/')}\"";
        return Part($$"""{{{who}},"iat":{{from}},"nbf":{{from}}{{until}}}""");
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
