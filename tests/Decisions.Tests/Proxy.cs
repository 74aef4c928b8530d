using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Athena.Decisions.Tests;

/// <summary>A proxy in front of the page, below <c>/grafana</c>, that does with it what a test wants.</summary>
internal sealed class Proxy : IAsyncDisposable
{
    private readonly WebApplication application;

    private Proxy(WebApplication application) => this.application = application;

    /// <summary>What DECISION_URL is with it.</summary>
    public Uri Url => new(application.Urls.Single() + "/grafana");

    /// <param name="rewrite">What becomes of the page's text.</param>
    /// <param name="change">What becomes of the answer besides.</param>
    /// <param name="certificate">By which it speaks TLS.</param>
    public static async Task<Proxy> OpenAsync(
        Stage stage, Func<string, string>? rewrite = null, Action<HttpResponse>? change = null, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (certificate is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, end =>
        {
            if (certificate is not null) end.UseHttps(certificate);
        }));
        var application = builder.Build();
        application.Run(async context =>
        {
            using var request = new HttpRequestMessage(
                new HttpMethod(context.Request.Method), context.Request.Path.Value!.Replace("/grafana/", "/", StringComparison.Ordinal));
            if (HttpMethods.IsPost(context.Request.Method))
            {
                request.Content = new StreamContent(context.Request.Body);
                request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
            }

            using var answer = await stage.Client.SendAsync(request);
            context.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, values) in answer.Headers.Where(one => one.Key != "Transfer-Encoding"))
                context.Response.Headers[name] = values.ToArray();
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            change?.Invoke(context.Response);
            var text = await answer.Content.ReadAsStringAsync();
            await context.Response.WriteAsync(rewrite is null ? text : rewrite(text), Encoding.UTF8);
        });
        await application.StartAsync();
        return new Proxy(application);
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();
}
