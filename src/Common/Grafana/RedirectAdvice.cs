namespace Athena.Common.Grafana;

/// <summary>
/// No redirect is followed: Grafana's API makes none, so one always means that GRAFANA_URL is not where Grafana answers,
/// and a credential must not go where a stranger's answer points.
/// </summary>
internal static class RedirectAdvice
{
    public static string Sentence(Uri asked, Uri baseAddress, string? location)
    {
        var from = baseAddress.AbsoluteUri.TrimEnd('/');
        if (location is null || !Uri.TryCreate(asked, location, out var target) || target.Scheme is not ("http" or "https"))
            return $"{from} redirects to nowhere: check GRAFANA_URL.";
        if (!string.Equals(target.Host, asked.Host, StringComparison.OrdinalIgnoreCase))
        {
            return $"{from} redirects to another host, {target.IdnHost}. Nothing was sent there. " +
                   "Set GRAFANA_URL to the address where Grafana itself answers.";
        }

        var path = asked.AbsolutePath[(baseAddress.AbsolutePath.Length - 1)..];
        var to = target.GetLeftPart(UriPartial.Path);
        return to.EndsWith(path, StringComparison.Ordinal)
            ? $"{from} redirects: GRAFANA_URL should be {Cap(to[..^path.Length])}."
            : $"{from} redirects to {Cap(to)}: check GRAFANA_URL, and whether something in front of Grafana asks for a login of its own.";
    }

    private static string Cap(string text) => text.Length <= 200 ? text : text[..200] + "…";
}
