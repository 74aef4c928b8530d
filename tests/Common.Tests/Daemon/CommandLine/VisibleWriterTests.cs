using System.Text;
using System.Text.Json;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Daemon.CommandLine;

internal sealed class VisibleWriterTests
{
    private const string Hostile = "\e]52;c;cm0=\a\e[2J\u009b31m\u202eDNE\u2066\r\b\0\u007f";

    [Test]
    public void Nothing_that_a_terminal_obeys_goes_through_however_it_is_written()
    {
        using var inner = new StringWriter();
        using var writer = new VisibleWriter(inner);
        writer.Write(Hostile);
        writer.WriteLine(Hostile);
        foreach (var c in Hostile) writer.Write(c);
        writer.Write(Hostile.ToCharArray());
        writer.Write(Hostile.AsSpan());
        writer.Write("{0} {1}", Hostile, 1);
        writer.WriteLine((object)new StringBuilder(Hostile));
        writer.WriteAsync(Hostile).Wait();
        writer.WriteLineAsync(Hostile).Wait();
        writer.WriteAsync(Hostile.ToCharArray(), 0, Hostile.Length).Wait();
        writer.WriteLineAsync(Hostile.AsMemory()).Wait();
        var written = inner.ToString();
        Assert.That(written.Where(c => char.IsControl(c) && c != '\n'), Is.Empty);
        Assert.That(written, Does.Not.Contain('\u202e').And.Not.Contain('\u2066').And.Contain("\\u001B]52"));
    }

    [Test]
    public void What_people_type_and_our_own_layout_stay_as_they_are()
    {
        using var inner = new StringWriter();
        using var writer = new VisibleWriter(inner);
        const string Text = "Größe\tZoë Nguyễn 李 🏥\n  second line\n";
        writer.Write(Text);
        Assert.That(inner.ToString(), Is.EqualTo(Text));
    }

    [Test]
    public void An_answer_of_the_socket_is_visible_and_its_JSON_means_the_same() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(),
        given =>
        {
            var hostile = given.Get + Hostile;
            if (!IsText(hostile)) return;
            var seen = new ControlReply(0, hostile + "\nnext", JsonSerializer.Serialize(
                new Dictionary<string, string> { [hostile] = hostile }, Relaxed)).ToVisible();
            Assert.That(seen.Text.Where(c => char.IsControl(c) && c != '\n'), Is.Empty);
            Assert.That(seen.Text, Does.EndWith("\nnext").And.Not.Contain('\u202e'));
            Assert.That(seen.Json!.All(c => c is >= ' ' and < '\u007f'), seen.Json);
            using var json = JsonDocument.Parse(seen.Json!);
            Assert.That(json.RootElement.GetProperty(hostile).GetString(), Is.EqualTo(hostile));
        }).QuickCheckThrowOnFailure();

    private static JsonSerializerOptions Relaxed { get; } = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>No half of a pair alone: JSON has none.</summary>
    private static bool IsText(string text) => text == new UTF8Encoding(false).GetString(Encoding.UTF8.GetBytes(text));
}
