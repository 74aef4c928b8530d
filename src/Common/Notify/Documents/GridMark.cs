namespace Athena.Common.Notify.Documents;

/// <summary>What a cell of a grid can show, and its line in the legend.</summary>
/// <param name="Sign">A letter or two: the colour never stands alone.</param>
/// <param name="Tone">Its colour; null for a grey one.</param>
/// <param name="Words">What it means.</param>
public sealed record GridMark(string Sign, Tone? Tone, string Words);
