using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;

namespace Athena.AutoDisable.Tests;

/// <summary>Each kind of trouble has words of its own; that each has some, the compiler sees to.</summary>
internal sealed class TroubleTextTests
{
    private static readonly TroubleKind[] Kinds = Enum.GetValues<TroubleKind>();

    [Test]
    public void No_kind_speaks_with_the_words_of_another() => Assert.Multiple(() =>
    {
        Assert.That(Kinds.Select(kind => TroubleText.Of(kind).Journal), Is.Unique);
        Assert.That(Kinds.Select(kind => TroubleText.Of(kind).Headline), Is.Unique);
        Assert.That(Kinds.Select(kind => TroubleText.Of(kind).Meaning), Is.Unique);
        Assert.That(Kinds.Select(kind => TroubleText.Of(kind).Remedy), Is.Unique);
        Assert.That(
            Kinds.Except([TroubleKind.ListenerRefused]).Select(kind => TroubleText.Of(kind).WellAgain),
            Is.Unique,
            "but for the two about the listener");
    });

    [Test]
    public void Each_is_a_sentence_where_one_is_read_and_none_where_it_follows_others([ValueSource(nameof(Kinds))] TroubleKind kind)
    {
        var text = TroubleText.Of(kind);
        Assert.Multiple(() =>
        {
            foreach (var sentence in new[] { text.Journal, text.Meaning })
                Assert.That(sentence, Does.Match("^[A-Z].*[.]$"));
            Assert.That(text.Remedy, Does.Match("^[A-Z].{20,}$"));
            foreach (var words in new[] { text.Headline, text.WellAgain })
                Assert.That(words, Does.Not.EndWith(".").And.Not.Match(@"^[A-Z](?!rafana)"));
        });
    }

    [Test]
    public void Whoever_is_told_that_nobody_is_disabled_is_told_soon([ValueSource(nameof(Kinds))] TroubleKind kind)
    {
        var text = TroubleText.Of(kind);
        if (text.Journal.Contains("NOT being disabled", StringComparison.Ordinal))
            Assert.That((text.LeavesTheGateAtWork, text.Patience <= TimeSpan.FromMinutes(1)), Is.EqualTo((false, true)));
        else
            Assert.That(text.Patience, Is.Null.Or.LessThanOrEqualTo(TimeSpan.FromMinutes(10)));
    }

    [Test]
    public void The_file_to_put_right_is_named() =>
        Assert.That(
            TroubleText.Of(TroubleKind.SignedOut, "/etc/default/athena-workers").Remedy,
            Does.Contain("in /etc/default/athena-workers, then"));
}
