using System.Text;
using Athena.Common.Files;
using Athena.Common.Telemetry.Metrics;
using Microsoft.AspNetCore.Http;

namespace Athena.Decisions.Web;

/// <summary>
/// What Prometheus gets: the daemons' files of metrics as one answer. Nobody is named in them; of this program nothing is told but how old
/// each file is.
/// </summary>
/// <param name="folder">In which each daemon has a folder of its own; root's.</param>
/// <param name="tenant">See <see cref="MetricBook"/>.</param>
internal sealed class MetricsSite(string folder, string tenant, TimeProvider time)
{
    /// <summary>A file that was not written for so long is left out: old numbers must not pass for those of now.</summary>
    public static TimeSpan Oldest { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Whoever asks more often gets what the last one got.</summary>
    public static TimeSpan Kept { get; } = TimeSpan.FromSeconds(1);

    private const string Page = "/metrics";
    private const string Kind = "text/plain; version=0.0.4; charset=utf-8";
    private const int MostBytes = 4 << 20;
    private const int MostDaemons = 16;

    private readonly Lock gate = new();
    private byte[] kept = [];
    private long? keptAt;

    public async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.XContentTypeOptions = "nosniff";
        if (request.Path != Page)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!HttpMethods.IsGet(request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = HttpMethods.Get;
            return;
        }

        var body = Body();
        response.ContentType = Kind;
        response.ContentLength = body.Length;
        try
        {
            await response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            context.Abort(); // Whoever asked has gone.
        }
    }

    /// <summary>Each file that is there, in the order of the daemons' names.</summary>
    public IReadOnlyList<ServedFile> Look(MetricMerge into)
    {
        List<ServedFile> files = [];
        if (!Directory.Exists(folder)) return files;
        foreach (var daemon in Directory.EnumerateDirectories(folder).Take(MostDaemons).Select(path => Path.GetFileName(path))
            .Where(name => name.All(sign => char.IsAsciiLetterOrDigit(sign) || sign == '-')).Order(StringComparer.Ordinal))
        {
            if (Find(Path.Combine(folder, daemon, MetricFile.FileName)) is not { } age) continue;
            var text = age < Oldest ? LibC.ReadOrdinary(Path.Combine(folder, daemon, MetricFile.FileName), MostBytes) : null;
            files.Add(new ServedFile(daemon, age, text is not null && into.TryAdd(daemon, Encoding.UTF8.GetString(text))));
        }

        return files;
    }

    private byte[] Body()
    {
        lock (gate)
        {
            if (keptAt is { } at && time.GetElapsedTime(at) < Kept) return kept;
            var all = new MetricMerge();
            foreach (var file in Look(all))
            {
                var book = new MetricBook(file.Daemon, tenant);
                book.Set(MetricTable.FileAge, file.Age.TotalSeconds);
                book.Set(MetricTable.FileServed, file.IsServed ? 1 : 0);
                all.TryAdd(file.Daemon, book.Write());
            }

            keptAt = time.GetTimestamp();
            return kept = Encoding.UTF8.GetBytes(all.Write());
        }
    }

    /// <summary>How old it is; null where there is none.</summary>
    private TimeSpan? Find(string path)
    {
        try
        {
            return LibC.FileOf(path) is not { } file ? null
                : time.GetUtcNow() - file.WrittenAt is { Ticks: > 0 } age ? age
                : TimeSpan.Zero;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>One daemon's file.</summary>
/// <param name="IsServed">It is not too old, and as the daemon writes it.</param>
internal sealed record ServedFile(string Daemon, TimeSpan Age, bool IsServed);
