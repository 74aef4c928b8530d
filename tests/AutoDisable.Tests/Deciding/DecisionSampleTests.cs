using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;

namespace Athena.AutoDisable.Tests.Deciding;

/// <summary>The mails of somebody who decides from them, compared whole with <c>docs/samples</c>.</summary>
internal sealed class DecisionSampleTests
{
    private const string Whose = "one@example.org";

    [TestCase("locked")]
    [TestCase("locked-external")]
    [TestCase("digest")]
    [TestCase("reminder")]
    public void Reads_as_its_sample(string name)
    {
        var sample = MailSamples.All().Single(one => (string)one.Arguments[0]! == name).Arguments;
        var mail = new LetterWriter(MailSamples.Options, new FixedLinks()).Write((Letter)sample[1]!, (IReadOnlyList<Account>)sample[2]!)!;
        MailSampleTests.AssertSame($"{name}-decide", mail with { Document = mail.Personal![Whose] });
    }

    /// <summary>Each account has links, but for one that may not be approved from a mail.</summary>
    private sealed class FixedLinks : IPersonalLinks
    {
        public IReadOnlyList<string> Recipients => [Whose];

        public IReadOnlyDictionary<string, IReadOnlyDictionary<string, AccountLinks>> Issue(IReadOnlyList<Account> accounts)
        {
            var links = accounts.Index().DistinctBy(one => one.Item.Ref).ToDictionary(
                one => one.Item.Ref,
                one => new AccountLinks(
                    one.Item.Case!.Roles.Count > 1 ? null : Page($"{one.Index}a"),
                    Page($"{one.Index}r"),
                    MailSamples.At.AddHours(24),
                    ApprovalProof.Pin));
            return new Dictionary<string, IReadOnlyDictionary<string, AccountLinks>> { [Whose] = links };
        }

        private static Uri Page(string number) => new($"https://athena.example.org/athena/decide/{number.PadRight(43, 'x')}");
    }
}
