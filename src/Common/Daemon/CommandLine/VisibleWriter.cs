using System.Buffers;
using System.Globalization;
using System.Text;
using Athena.Common.Files;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// What a command says, on its way out. Whatever was forgotten on the way here, nothing that a terminal would obey or that turns a line
/// around goes through: it is written as <c>\u001B</c>, which in JSON still means the same. Line ends and tabs are layout and stay.
/// </summary>
internal sealed class VisibleWriter(TextWriter inner) : TextWriter(CultureInfo.InvariantCulture)
{
    // C0 but tab and line feed, DEL, C1; bidirectional marks, embeddings, overrides and isolates; line and paragraph separators.
    private static readonly SearchValues<char> Obeyed = SearchValues.Create(
        string.Concat(
            Enumerable.Range(0, 0x20).Except([(int)'\t', (int)'\n']).Concat(Enumerable.Range(0x7F, 0x21)).Append(0x061C)
                .Concat(Enumerable.Range(0x200E, 2)).Concat(Enumerable.Range(0x2028, 7)).Concat(Enumerable.Range(0x2066, 4))
                .Select(c => (char)c)));

    public override Encoding Encoding => inner.Encoding;

    /// <summary>
    /// For colours and moves of the cursor that are our own; every text in what is written to it has been made visible before.
    /// </summary>
    public static TextWriter Unfiltered(TextWriter writer) => writer is VisibleWriter visible ? visible.Inner : writer;

    private TextWriter Inner => inner;

    public override void Write(char value)
    {
        if (Obeyed.Contains(value)) inner.Write(Visible([value]));
        else inner.Write(value);
    }

    public override void Write(string? value)
    {
        if (value is not null) inner.Write(Seen(value));
    }

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void WriteLine(string? value) => inner.Write(Seen(value ?? "") + "\n");

    public override void WriteLine() => inner.Write('\n');

    public override Task WriteAsync(char value) => WriteAsync(value.ToString());

    public override Task WriteAsync(string? value) => value is null ? Task.CompletedTask : inner.WriteAsync(Seen(value));

    public override Task WriteAsync(char[] buffer, int index, int count) => WriteAsync(new string(buffer, index, count));

    public override Task WriteLineAsync() => inner.WriteAsync('\n');

    public override Task WriteLineAsync(string? value) => inner.WriteAsync(Seen(value ?? "") + "\n");

    public override void Flush() => inner.Flush();

    public override Task FlushAsync() => inner.FlushAsync();

    private static string Seen(string text)
    {
        text = ShownPaths.In(text);
        return text.AsSpan().ContainsAny(Obeyed) ? Visible(text) : text;
    }

    private static string Visible(ReadOnlySpan<char> text)
    {
        var seen = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (Obeyed.Contains(c)) seen.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else seen.Append(c);
        }

        return seen.ToString();
    }
}
