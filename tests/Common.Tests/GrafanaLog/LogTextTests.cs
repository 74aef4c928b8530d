using System.Text;
using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.Tests.GrafanaLog;

public sealed class LogTextTests
{
    [TestCase("plain/d/uid/dto", false)]
    [TestCase("pl\\u0061in\\/d/uid/dt\\u006f", true)]
    public void Compares_the_decoded_value(string raw, bool isEscaped)
    {
        var text = new LogText(Encoding.UTF8.GetBytes(raw), isEscaped);

        Assert.That(text.Equals("plain/d/uid/dto"u8));
        Assert.That(text.StartsWith("plain/d"u8));
        Assert.That(text.EndsWith("/dto"u8));
        Assert.That(text.Contains("/uid/"u8));
        Assert.That(text.Equals("plain/d/uid/dt"u8), Is.False);
        Assert.That(text.StartsWith("/d"u8), Is.False);
        Assert.That(text.EndsWith("/uid"u8), Is.False);
        Assert.That(text.Contains("\\"u8), Is.False);
        Assert.That(text.Contains("plain/d/uid/dto and a text that is longer than the raw one"u8), Is.False);
    }

    [Test]
    public void Decodes_a_value_that_is_too_long_for_the_stack()
    {
        string longText = new('x', 5000);
        var text = new LogText(Encoding.UTF8.GetBytes(longText + "\\n"), isEscaped: true);

        byte[] decoded = new byte[text.Raw.Length];
        Assert.That(text.CopyTo(decoded), Is.EqualTo(5001));
        Assert.That(text.ToString(), Is.EqualTo(longText + "\n"));
        Assert.That(text.EndsWith("xx\n"u8));
    }

    [Test]
    public void Absent_is_empty()
    {
        LogText text = default;
        Assert.That(text.IsEmpty);
        Assert.That(text.ToString(), Is.Empty);
        Assert.That(text.Equals(""u8));
    }

    [Test]
    public void Bytes_that_are_no_utf8_become_replacement_characters()
    {
        var text = new LogText([(byte)'a', 0xFF, (byte)'b'], isEscaped: false);
        Assert.That(text.ToString(), Is.EqualTo("a\uFFFDb"));
    }
}
