using Athena.Common.Tests.Daemon;
using Athena.Common.Text;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Text;

internal sealed class VisibleTextTests
{
    // Logins that Grafana accepted at sign-up (docs/grafana.md §1), and friends.
    [TestCase("evil\nlogger=context userId=1", "evil\\nlogger=context userId=1")]
    [TestCase("tab\tbed", "tab\\tbed")]
    [TestCase("abc\u202Egpj", "abc\\u202Egpj")]
    [TestCase("zero\u200Bwidth", "zero\\u200Bwidth")]
    [TestCase("\u001b[31mred", "\\u001B[31mred", TestName = "{m}(an escape sequence)")]
    [TestCase("line\u2028end", "line\\u2028end")]
    [TestCase("back\\slash", "back\\slash")]
    [TestCase("Thandiwe Mokoena ☃ 😀 é", "Thandiwe Mokoena ☃ 😀 é")]
    public void Shows_what_cannot_be_seen(string text, string expected) => Assert.That(VisibleText.Escape(text), Is.EqualTo(expected));

    [Test]
    public void Shows_tag_characters_that_hide_text_in_text() =>
        Assert.That(VisibleText.Escape("a" + char.ConvertFromUtf32(0xE0041)), Is.EqualTo("a\\U000E0041"));

    [Test]
    public void Shows_a_surrogate_without_its_partner() =>
        Assert.That(VisibleText.Escape("a" + (char)0xD800 + "b" + (char)0xDC00), Is.EqualTo("a\\uD800b\\uDC00"));

    [Test]
    public void No_control_character_is_left_over() =>
        Sampled.Hold(Prop.ForAll(ArbMap.Default.ArbFor<string>(), t => !VisibleText.Escape(t ?? "").Any(char.IsControl)));
}
