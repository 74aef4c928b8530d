using System.Text;
using System.Text.Json;
using Athena.Common.Tests.Notify;
using Athena.Common.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Text;

public sealed class EmailAddressTests
{
    // What Grafana accepted at sign-up (docs/grafana.md §5), each with what we make of it.
    private static readonly Dictionary<string, string?> Verdicts = new()
    {
        ["crlf@example.org>\r\nRCPT TO:<boss@example.org"] = null,
        ["crlf2@example.org\r\nBcc: boss@example.org"] = null,
        ["no-at-sign"] = null,
        ["two@example.org,three@example.org"] = null,
        ["\"quoted local\"@example.org"] = null,
        ["ünï@exämple.org"] = "ünï@xn--exmple-cua.org",
        ["a@b"] = "a@b",
        ["<x@example.org>"] = null,
        [" space@example.org"] = null,
        ["boss@example.org (comment)"] = null,
        ["@"] = null,
        [new string('x', 150) + "@example.org"] = null,
        ["tab\t@example.org"] = null,
        ["null\0@example.org"] = null,
    };

    [Test]
    public void Takes_of_what_Grafana_accepted_only_plain_addresses()
    {
        string[] accepted =
        [
            .. File.ReadLines(Some.Fixture("accepted-emails.jsonl"))
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("body").GetProperty("email").GetString()!),
        ];

        Assert.That(accepted, Is.SupersetOf(Verdicts.Keys));
        foreach (string text in accepted)
        {
            string? expected = Verdicts.TryGetValue(text, out string? verdict) ? verdict : text;
            bool isAddress = EmailAddress.TryParse(text, out EmailAddress? address, out string? problem);
            Assert.That(address?.ToString(), Is.EqualTo(expected), text);
            Assert.That(problem is null, Is.EqualTo(isAddress), text);
        }
    }

    [TestCase("o'brien+x=1/2!#$%&*-?^_`{|}~@example.org")]
    [TestCase("first.last@sub.example.co.za")]
    [TestCase("admin@localhost")]
    [TestCase("naledi@xn--exmple-cua.org")]
    public void Takes_plain_addresses_as_they_are(string text) => Assert.That(EmailAddress.Parse(text).ToString(), Is.EqualTo(text));

    [TestCase(".first@example.org")]
    [TestCase("first.@example.org")]
    [TestCase("first..last@example.org")]
    [TestCase("x@.example.org")]
    [TestCase("x@example.org.")]
    [TestCase("x@-example.org")]
    [TestCase("x@example-.org")]
    [TestCase("x@exa_mple.org")]
    [TestCase("x@[127.0.0.1]")]
    [TestCase("x@127.0.0.1")]
    [TestCase("x@a@example.org")]
    [TestCase("x(y)@example.org")]
    [TestCase("x@example.org ")]
    [TestCase("x;y@example.org")]
    [TestCase("x\u202Ey@example.org", Description = "right-to-left override")]
    [TestCase("x\u200By@example.org", Description = "zero-width space")]
    [TestCase("x\u00A0y@example.org", Description = "no-break space")]
    [TestCase("x\u0085y@example.org", Description = "C1 control")]
    [TestCase("x@exam\u3002ple.org", Description = "ideographic full stop, which IDNA would take for a dot")]
    [TestCase("")]
    [TestCase(null)]
    public void Refuses_what_is_not_one_plain_address(string? text)
    {
        Assert.That(EmailAddress.TryParse(text, out EmailAddress? address, out string? problem), Is.False);
        Assert.That(address, Is.Null);
        Assert.That(problem, Is.Not.Empty);
    }

    [Test]
    public void Counts_lengths_in_octets_as_the_protocol_does()
    {
        string label = new('d', 63);
        Assert.That(EmailAddress.TryParse($"{new string('x', 64)}@example.org", out _), Is.True);
        Assert.That(EmailAddress.TryParse($"{new string('x', 65)}@example.org", out _), Is.False);
        Assert.That(EmailAddress.TryParse($"{new string('ü', 33)}@example.org", out _), Is.False);
        Assert.That(EmailAddress.TryParse($"x@{label}.org", out _), Is.True);
        Assert.That(EmailAddress.TryParse($"x@{label}d.org", out _), Is.False);
        Assert.That(EmailAddress.TryParse($"{new string('x', 62)}@{label}.{label}.{label}", out _), Is.True);
        Assert.That(EmailAddress.TryParse($"{new string('x', 63)}@{label}.{label}.{label}", out _), Is.False);
        Assert.That(EmailAddress.TryParse(new string('x', 10_000_000), out _), Is.False);
    }

    [Test]
    public void Wants_SMTPUTF8_for_the_local_part_only()
    {
        Assert.That(EmailAddress.Parse("x@EXÄMPLE.org").NeedsSmtpUtf8, Is.False);
        Assert.That(EmailAddress.Parse("x@EXÄMPLE.org").Domain, Is.EqualTo("xn--exmple-cua.org"));
        Assert.That(EmailAddress.Parse("ünï@example.org").NeedsSmtpUtf8, Is.True);
    }

    [Test]
    public void No_text_that_it_takes_could_end_a_command_or_a_header()
    {
        // Addresses with something strange put into them, which pure noise would never be.
        Gen<string> nearly =
            from noise in ArbMap.Default.GeneratorFor<NonNull<string>>()
            from place in Gen.Choose(0, 15)
            select "naledi@example.org".Insert(place, noise.Get.Length > 3 ? noise.Get[..3] : noise.Get);

        Prop.ForAll(nearly.ToArbitrary(), text =>
        {
            if (!EmailAddress.TryParse(text, out EmailAddress? address))
                return true;
            string wire = address.ToString();
            return !wire.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || "<>()[],;:\\\"".Contains(c))
                && wire.Count(c => c == '@') == 1
                && Encoding.UTF8.GetByteCount(wire) <= 254 && EmailAddress.Parse(wire) == address;
        }).QuickCheckThrowOnFailure();
    }
}
