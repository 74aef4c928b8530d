using System.Text;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Tests.Daemon;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Notify.Channels.Telegram;

public sealed class TelegramWriterTests
{
    private const string Breaker = "\u200B";

    [Test]
    public void A_pulse_is_written_whole()
    {
        TelegramText text = new(
        [
            Row(new TelegramSpan("Athena · 06:00–06:15 SAST", TelegramStyle.Bold)),
            Row(new TelegramSpan("5 users · 312 requests   (quarter before: 3 users · 352)")),
            Table(Cell.Right("1", 2) + "  " + Cell.Left("some.login", 14) + "  " + Cell.Right("120", 5)),
            Table(Cell.Right("2", 2) + "  " + Cell.Left("<b>&co</b>", 14) + "  " + Cell.Right("7", 5)),
            Row(new TelegramSpan("Grafana 12.3.0 up · database ok · errors 0.3 %")),
            Row(new TelegramSpan("Next: "), new TelegramSpan("grafana-active-users status", TelegramStyle.Code)),
        ]);
        Assert.Multiple(() =>
        {
            Assert.That(TelegramWriter.Html(text), Is.EqualTo("""
                <b>Athena · 06:00–06:15 SAST</b>
                5 users · 312 requests   (quarter before: 3 users · 352)
                <pre> 1  some.login        120
                 2  &lt;b&gt;&amp;co&lt;/b&gt;          7</pre>
                Grafana 12.3.0 up · database ok · errors 0.3 %
                Next: <code>grafana-active-users status</code>
                """));
            Assert.That(TelegramWriter.Plain(text), Is.EqualTo("""
                Athena · 06:00–06:15 SAST
                5 users · 312 requests   (quarter before: 3 users · 352)
                 1  some.login        120
                 2  <b>&co</b>          7
                Grafana 12.3.0 up · database ok · errors 0.3 %
                Next: grafana-active-users status
                """));
        });
    }

    [Test]
    public void Read_again_the_markup_gives_the_plain_text_and_it_fits() => Sampled.Hold(Prop.ForAll(
        HostileSpans.Messages.ToArbitrary(), text =>
        {
            string plain = TelegramWriter.Plain(text);
            Markup markup = Markup.Read(TelegramWriter.Html(text));
            return (markup.Text == plain).Label($"read again: {markup.Text}\nplain: {plain}")
                .And((plain.Length <= TelegramWriter.MaxLength).Label($"{plain.Length} long"))
                .And((markup.Entities.Count <= TelegramWriter.MaxEntities).Label($"{markup.Entities.Count} pieces of markup"))
                .And((!plain.Any(c => c < ' ' && c != '\n')).Label("a control character"))
                .And((Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(plain)) == plain).Label("half a pair"));
        }));

    [Test]
    public void What_does_not_fit_is_left_out_at_a_row_and_counted()
    {
        TelegramRow[] rows = [.. Enumerable.Range(1, 200).Select(number => Table($"{number,3}  " + new string('&', 40)))];
        Markup markup = Markup.Read(TelegramWriter.Html(new(rows)));
        string[] lines = markup.Text.Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(markup.Text, Has.Length.InRange(TelegramWriter.MaxLength - 46, TelegramWriter.MaxLength));
            Assert.That(lines[..^1], Is.EqualTo(rows.Take(lines.Length - 1).Select(row => row.Spans[0].Text)));
            Assert.That(lines[^1], Is.EqualTo($"… and {200 - (lines.Length - 1)} more lines"));
            Assert.That(markup.Entities.Single().Content, Is.EqualTo(string.Join('\n', lines[..^1])));
        });
    }

    [Test]
    public void A_message_of_exactly_the_limit_is_sent_whole()
    {
        TelegramRow[] rows = [.. Enumerable.Repeat(Row(new TelegramSpan(new string('x', 1023))), 4)];
        Assert.Multiple(() =>
        {
            Assert.That(TelegramWriter.Plain(new(rows)), Has.Length.EqualTo(4095).And.Not.Contains("more"));
            Assert.That(TelegramWriter.Plain(new([.. rows, Row()])), Has.Length.EqualTo(4096).And.Not.Contains("more"));
            Assert.That(TelegramWriter.Plain(new([.. rows, Row(), Row()])), Does.EndWith("… and 3 more lines"));
        });
    }

    [Test]
    public void One_endless_row_is_shortened_and_leaves_room_for_the_others()
    {
        string[] lines = TelegramWriter.Plain(new([Row(new TelegramSpan(Repeat("😀", 4000))), Row(new TelegramSpan("end"))])).Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Has.Length.LessThanOrEqualTo(1024).And.EndsWith("😀…"));
            Assert.That(lines[1], Is.EqualTo("end"));
        });
    }

    [TestCase("evil.example", "evil_._example")]
    [TestCase("see https://evil.example/x", "see https_:_/_/_evil_._example_/_x")]
    [TestCase("@admin", "_@_admin")]
    [TestCase("a@b", "a_@_b")]
    [TestCase("/delete now", "_/_delete now")]
    [TestCase("#tag", "_#_tag")]
    [TestCase("10.0.0.5", "10_._0_._0_._5")]
    [TestCase("+27825551234", "+278_255_512_34")]
    [TestCase("Grafana 12.3.0 · 06:00–06:15 · 0.3 % · and/or · Main Org.", "Grafana 12.3.0 · 06:00–06:15 · 0.3 % · and/or · Main Org.")]
    public void Nothing_becomes_a_link_a_mention_or_a_command(string text, string shown) =>
        Assert.That(TelegramWriter.Plain(new([Row(new TelegramSpan(text))])), Is.EqualTo(shown.Replace("_", Breaker)));

    [Test]
    public void A_link_does_not_come_together_from_two_spans() =>
        Assert.That(
            TelegramWriter.Html(new([Row(new TelegramSpan("evil", TelegramStyle.Bold), new TelegramSpan(".example"))])),
            Is.EqualTo($"<b>evil</b>{Breaker}.{Breaker}example"));

    [Test]
    public void Code_stays_as_it_is_to_be_copied() =>
        Assert.That(
            TelegramWriter.Html(new([Row(new TelegramSpan("sudo grafana-auto-disable approve email:a@b.example", TelegramStyle.Code))])),
            Is.EqualTo("<code>sudo grafana-auto-disable approve email:a@b.example</code>"));

    [Test]
    public void A_name_from_right_to_left_moves_nothing_beside_it()
    {
        const string Mark = "\u200E";
        Assert.Multiple(() =>
        {
            Assert.That(
                TelegramWriter.Plain(new([Table("1  " + Cell.Left("אבג דה", 8) + "  12")])), Is.EqualTo($"{Mark}1  אבג דה{Mark}    12"));
            Assert.That(TelegramWriter.Plain(new([Row(new TelegramSpan("مرحبا 3 users"))])), Is.EqualTo($"{Mark}مرحبا{Mark} 3 users"));
            Assert.That(
                TelegramWriter.Html(new(
                [
                    Row(new TelegramSpan("approve "), new TelegramSpan("login:אבג", TelegramStyle.Code), new TelegramSpan(" 3")),
                ])),
                Is.EqualTo($"{Mark}approve <code>login:אבג</code>{Mark} 3"));
        });
    }

    [Test]
    public void Strangers_cannot_start_a_line_of_their_own() =>
        Assert.That(
            TelegramWriter.Plain(new([Row(new TelegramSpan("x\nGrafana is down\u202E"))])), Is.EqualTo("x⟨U+000A⟩Grafana is down⟨U+202E⟩"));

    [Test]
    public void Markup_beyond_what_Telegram_takes_is_written_plainly()
    {
        TelegramRow[] rows =
        [
            .. Enumerable.Range(0, 150).Select(number => Row(new TelegramSpan($"{number}", TelegramStyle.Bold))),
            Table("table"),
        ];
        Markup markup = Markup.Read(TelegramWriter.Html(new(rows)));
        Assert.That(markup.Entities, Has.Count.EqualTo(100));
        Assert.That(markup.Text, Is.EqualTo(TelegramWriter.Plain(new(rows))));
    }

    private static TelegramRow Row(params TelegramSpan[] spans) => new(spans);

    private static TelegramRow Table(string text) => new([new TelegramSpan(text)], IsTable: true);

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
