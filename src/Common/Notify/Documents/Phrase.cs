using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Athena.Common.Text;

namespace Athena.Common.Notify.Documents;

/// <summary>
/// A run of text for a mail, written as an interpolated string: <c>$"{new Stranger(name)} is locked"</c>. Literals and ordinary holes are
/// ours and are only encoded; holes of type <see cref="Stranger"/> are made visible, cut, and cannot turn into markup or links.
/// </summary>
[InterpolatedStringHandler]
public sealed class Phrase
{
    private readonly StringBuilder text = new();
    private readonly StringBuilder html = new();

    /// <summary>Called by the compiler for an interpolated string.</summary>
    public Phrase(int literalLength, int formattedCount)
    {
        _ = literalLength;
        _ = formattedCount;
    }

    /// <summary>For the plain part of a mail.</summary>
    public string Text => text.ToString();

    /// <summary>For the HTML part, encoded.</summary>
    public string Html => html.ToString();

    /// <summary>
    /// An interpolated string as a phrase, <c>Phrase.Format($"{new Stranger(name)} is locked")</c>: the compiler makes it from the pieces,
    /// so that strangers in its holes stay strangers.
    /// </summary>
    public static Phrase Format(Phrase words) => words;

    /// <summary>A phrase of our own words alone.</summary>
    public static Phrase Of(string ours)
    {
        var phrase = new Phrase(0, 0);
        phrase.AppendLiteral(ours);
        return phrase;
    }

    /// <summary>A phrase that is nothing but what a stranger wrote.</summary>
    public static Phrase Of(Stranger stranger)
    {
        var phrase = new Phrase(0, 0);
        phrase.AppendFormatted(stranger);
        return phrase;
    }

    public void AppendLiteral(string value)
    {
        text.Append(value);
        html.Append(WebUtility.HtmlEncode(value));
    }

    public void AppendFormatted(string? value) => AppendLiteral(value ?? "");

    public void AppendFormatted(int value) => AppendLiteral(value.ToString(CultureInfo.InvariantCulture));

    public void AppendFormatted(long value) => AppendLiteral(value.ToString(CultureInfo.InvariantCulture));

    public void AppendFormatted(Stranger value)
    {
        var visible = UntrustedText.Visible(value.Text, value.MaxLength);
        if (value.MayBeCopied && visible == value.Text && IsPlainAddress(visible))
        {
            AppendLiteral(visible);
            return;
        }

        if (!value.IsDetail)
        {
            AppendUnlinked(visible);
            return;
        }

        foreach (var (index, word) in visible.Split(' ').Index())
        {
            if (index > 0) AppendLiteral(" ");
            if (MachineWord.Is(word)) AppendLiteral(word);
            else AppendUnlinked(word);
        }
    }

    private void AppendUnlinked(string visible)
    {
        text.Append(UntrustedText.Unlinked(visible));
        html.Append(UntrustedText.Html(visible));
    }

    /// <summary>
    /// Stricter than the RFC, which allows a slash or a percent sign before the <c>@</c>: nothing that could be read as a page's address.
    /// </summary>
    private static bool IsPlainAddress(string shown) =>
        EmailAddress.TryParse(shown, out _) && shown.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '+' or '-' or '@');

    public void AppendFormatted(Link value)
    {
        if (value.IsNamed) text.Append(value.Words).Append(": ");
        text.Append(value.Target.AbsoluteUri);
        html.Append($"""<a href="{WebUtility.HtmlEncode(value.Target.AbsoluteUri)}" style="color:inherit;">""")
            .Append(WebUtility.HtmlEncode(value.Words)).Append("</a>");
    }

    public void AppendFormatted(Phrase value)
    {
        ArgumentNullException.ThrowIfNull(value);
        text.Append(value.Text);
        html.Append(value.Html);
    }
}
