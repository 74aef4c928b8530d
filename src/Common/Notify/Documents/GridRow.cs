namespace Athena.Common.Notify.Documents;

/// <summary>A row of a grid.</summary>
/// <param name="Cells">One for each column; null is an empty one.</param>
public sealed record GridRow(string Name, IReadOnlyList<GridMark?> Cells);
