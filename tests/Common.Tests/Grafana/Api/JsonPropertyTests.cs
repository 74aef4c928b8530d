using System.Buffers;
using System.Text;
using System.Text.Json;
using Athena.Common.Grafana.Api;
using Athena.Common.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Grafana.Api;

/// <summary>What comes over the wire is anybody's: it is read or refused, and never throws.</summary>
public sealed class JsonPropertyTests
{
    [Test]
    public void Random_bytes_never_throw() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        ReadAll(bytes);
        return true;
    }));

    [Test]
    public void A_recorded_answer_with_a_byte_changed_or_cut_off_never_throws()
    {
        var good = Encoding.UTF8.GetBytes(Recorded.Answer("list with odd names").Body);
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<(uint At, byte Value, bool Cut)>(), change =>
        {
            var at = (int)(change.At * 7919L % good.Length);
            var bytes = change.Cut ? good[..at] : (byte[])good.Clone();
            if (!change.Cut)
                bytes[at] = change.Value;
            ReadAll(bytes);
            return true;
        }));
    }

    [Test]
    public void Every_text_survives_the_way_through_JSON() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>[]>(), texts =>
        {
            // A lone surrogate is no text: the writer already replaces it.
            var names = texts.Select(text => ClaimedText.Cut(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)))).ToList();
            var written = JsonSerializer.SerializeToUtf8Bytes(names.Select((name, at) => new
            {
                id = at + 1,
                login = name,
                email = name,
                name,
                isAdmin = false,
                isDisabled = false,
                authLabels = Array.Empty<string>(),
            }));
            var json = Pieces.Of(written, 1 + (names.Count % 7));
            var known = new Dictionary<long, GrafanaUser>();
            return UserListing.Read(json, known) is { } users
                && users.Select(user => user.Login).SequenceEqual(names)
                && UserListing.Read(json, known) is { } again
                && again.Select(user => user.Name).SequenceEqual(names);
        }));

    [Test]
    public void It_does_not_matter_where_an_answer_is_cut_into_pieces()
    {
        string[] answers =
        [
            Recorded.Answer("list with odd names").Body,
            Recorded.Answer("list: authLabels of a single sign-on user", "single-sign-on").Body,
            """[{"id":7,"login":"\uD83D lone","name":"\u00e9\n","email":"\ud83d\ude00@x","isAdmin":false,"isDisabled":true,"authLabels":["LDAP"],"created":"2026-11-21T06:00:00Z"}]""",
        ];
        foreach (var answer in answers.Select(Encoding.UTF8.GetBytes))
        {
            var whole = Users(new(answer));
            Assert.That(whole, Is.Not.Empty);
            for (var length = 1; length <= answer.Length; length += 1 + (length / 40))
                Assert.That(Users(Pieces.Of(answer, length)), Is.EqualTo(whole), $"pieces of {length} bytes");
        }
    }

    private static List<string> Users(ReadOnlySequence<byte> json)
    {
        return [.. UserListing.Read(json, [])!.Select(user => JsonSerializer.Serialize(user))];
    }

    private static void ReadAll(byte[] array)
    {
        ReadAll(new ReadOnlySequence<byte>(array));
        ReadAll(Pieces.Of(array, 3));
    }

    private static void ReadAll(ReadOnlySequence<byte> bytes)
    {
        UserListing.Result(bytes, []);
        UserJson.ReadRecord(bytes);
        UserJson.ReadSelf(bytes);
        AnswerJson.Message(bytes);
        AnswerJson.Health(bytes);
        AnswerJson.Settings(bytes);
        AnswerJson.Memberships(bytes);
        AnswerJson.Organisations(bytes);
        AnswerJson.Sessions(bytes);
        AnswerJson.ServiceAccounts(bytes, 1);
        AnswerJson.Dashboard(bytes, "uid");
    }
}
