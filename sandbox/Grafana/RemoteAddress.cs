namespace Athena.Sandbox.Grafana;

/// <summary>The address that Grafana logs: it believes X-Real-IP, then the first of X-Forwarded-For (docs/grafana.md §1).</summary>
internal static class RemoteAddress
{
    public static string Of(HttpContext http)
    {
        if (http.Request.Headers["X-Real-IP"].ToString() is { Length: > 0 } real) return real;
        if (http.Request.Headers["X-Forwarded-For"].ToString() is { Length: > 0 } forwarded) return forwarded.Split(',')[0].Trim();
        return http.Connection.RemoteIpAddress?.ToString() ?? "";
    }
}
