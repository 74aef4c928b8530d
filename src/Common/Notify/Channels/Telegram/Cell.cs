using System.Globalization;
using Athena.Common.Text;

namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>
/// Cells of a table row: hostile text made visible, then cut and padded to so many places, so that columns hold whatever somebody calls
/// themselves. Put two spaces, or the border of a span, between cells: a name written from right to left then stays in its own. Pure.
/// </summary>
public static class Cell
{
    /// <summary>The text at the left, spaces behind it.</summary>
    /// <param name="width">In places, see <see cref="DisplayWidth"/>; what is longer ends with <c>…</c>.</param>
    public static string Left(string? text, int width)
    {
        string shown = Fit(text, width);
        return shown + new string(' ', width - DisplayWidth.Of(shown));
    }

    /// <summary>As <see cref="Left"/>, with the spaces before it: for numbers.</summary>
    public static string Right(string? text, int width)
    {
        string shown = Fit(text, width);
        return new string(' ', width - DisplayWidth.Of(shown)) + shown;
    }

    private static string Fit(string? text, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        string visible = UntrustedText.Visible(text, width + 1);
        if (DisplayWidth.Of(visible) <= width)
            return visible;

        int taken = 0, places = 0;
        while (taken < visible.Length)
        {
            int length = PieceLength(visible.AsSpan(taken));
            int wide = DisplayWidth.Of(visible.AsSpan(taken, length));
            if (places + wide > width - 1)
                break;
            (taken, places) = (taken + length, places + wide);
        }

        return visible[..taken] + "…";
    }

    // Half of ⟨U+202E⟩ would say nothing.
    private static int PieceLength(ReadOnlySpan<char> rest) =>
        rest[0] == '⟨' && rest.IndexOf('⟩') is > 0 and var end ? end + 1 : StringInfo.GetNextTextElementLength(rest);
}
