using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Common.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Text;

internal sealed class JsonTextTests
{
    [Test]
    public void A_plus_and_a_name_stay_as_they_are_and_what_a_terminal_would_obey_does_not()
    {
        var json = new JsonObject { ["at"] = "2026-11-20T06:00:00+02:00", ["name"] = "Thandi's <x>\u202e\n++" };
        Assert.That(json.ToText(), Is.EqualTo("""{"at":"2026-11-20T06:00:00+02:00","name":"Thandi's <x>\u202E\n++"}"""));
    }

    [Test]
    public void It_means_the_same_also_where_somebody_wrote_an_escape_themselves()
    {
        string[] parts = ["+", "\\", "u002B", "\"", "'", "x", "\\u002B", "\\\\u0027"];
        Prop.ForAll(Gen.Elements(parts).ListOf().ToArbitrary(), some =>
        {
            var text = string.Concat(some);
            var shown = JsonText.Readable(JsonSerializer.Serialize(text));
            Assert.That(JsonSerializer.Deserialize<string>(shown), Is.EqualTo(text));
            Assert.That(shown.Count(c => c == '+'), Is.EqualTo(text.Count(c => c == '+')));
        }).QuickCheckThrowOnFailure();
    }
}
