namespace Athena.Common.Grafana.Api;

/// <summary>
/// Grafana answered, but the answer lacks something that decisions hang on. The harmless reading of what is missing is never taken.
/// </summary>
/// <param name="What">A clause: <c>the account with id 8 has no “isDisabled”</c>.</param>
internal sealed record Misfit(string What)
{
    public static Misfit Missing(string field, long id) => new($"the account with id {id} has no “{field}”");

    public static Misfit MissingEverywhere(string field) => new($"no account in it has “{field}”");
}
