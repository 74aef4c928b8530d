namespace Athena.Migration;

/// <summary>Somebody whom this daemon let in, as Grafana lists them now.</summary>
/// <param name="Selector">As commands take it: <c>uid:…</c>.</param>
/// <param name="Name">Login, made visible.</param>
/// <param name="IsDisabled">Disabled in Grafana.</param>
/// <param name="IsOurs">An admin let them in while this daemon guarded, so that whoever guarded before does not know them.</param>
public sealed record LetIn(string Selector, string Name, bool IsDisabled, bool IsOurs);
