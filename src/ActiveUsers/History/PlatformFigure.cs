namespace Athena.ActiveUsers.History;

/// <summary>One of the figures by which the platform is measured.</summary>
/// <param name="Key">For programs; never changed.</param>
/// <param name="Target">In words.</param>
/// <param name="Value">Null when it is not known.</param>
/// <param name="Unit"><c>%</c>, <c>ms</c>, or empty for a count.</param>
/// <param name="IsMet">Null when it is not known.</param>
/// <param name="Remark">What it was made from, or why it is not known and what would make it so.</param>
internal sealed record PlatformFigure(string Key, string Name, string Target, double? Value, string Unit, bool? IsMet, string Remark)
{
    public static PlatformFigure NotKnown(string key, string name, string target, string why) =>
        new(key, name, target, null, "", null, why);
}
