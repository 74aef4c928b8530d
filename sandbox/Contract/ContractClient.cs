using System.Net.Http.Headers;
using System.Text;

namespace Athena.Sandbox.Contract;

/// <summary>Sends requests as one of several people, each with cookies of their own. Follows no redirect and hides nothing.</summary>
internal sealed class ContractClient : IDisposable
{
    private readonly HttpClient http;
    private readonly string root;
    private readonly Dictionary<string, Dictionary<string, string>> jars = new(StringComparer.Ordinal);

    public ContractClient(Uri url)
    {
        root = url.ToString().TrimEnd('/');
        http = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            UseProxy = false,
            // Recorded headers hold bytes, one a character.
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        })
        { Timeout = TimeSpan.FromSeconds(30) };
    }

    public void Dispose() => http.Dispose();

    public void ForgetCookies(string jar) => jars.Remove(jar);

    /// <param name="jar">whose cookies to send and to keep; null for none</param>
    public async Task<ContractAnswer> SendAsync(
        string method, string path, string? json, string? jar, AuthenticationHeaderValue? authorization,
        IEnumerable<KeyValuePair<string, string>> headers,
        CancellationToken cancellation)
    {
        // Odd paths must arrive as they were recorded: no dots resolved, no escape rewritten.
        var address = new Uri(root + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        request.Headers.Authorization = authorization;
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (jar is not null && jars.TryGetValue(jar, out var cookies) && cookies.Count > 0)
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", cookies.Select(c => $"{c.Key}={c.Value}")));
        using var response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        if (jar is not null) KeepCookies(jar, response);
        var body = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        return new ContractAnswer(
            (int)response.StatusCode, response.Content.Headers.ContentType?.ToString() ?? "", body,
            response.Headers.TryGetValues("Location", out var location) ? location.First() : null);
    }

    private void KeepCookies(string jar, HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var lines)) return;
        if (!jars.TryGetValue(jar, out var cookies)) jars.Add(jar, cookies = new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var line in lines)
        {
            var pair = line.Split(';')[0].Split('=', 2);
            if (pair.Length == 2 && pair[1].Length > 0) cookies[pair[0]] = pair[1];
            else cookies.Remove(pair[0]);
        }
    }
}
