using System.Net;
using System.Text;
using System.Text.Json;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests.Samples;

/// <summary>
/// One page on which everything that is sent can be looked at: each mail with its subject and text, as wide as a screen and as a telephone,
/// in light and in dark. Complete in itself.
/// </summary>
internal static class Gallery
{
    private const int Wide = 800;
    private const int Narrow = 390;
    private const string Chat = ".telegram";

    private static readonly string Folder = Repository.PathOf("docs/samples");

    /// <summary>The names of all samples but the pictures, without their ends.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Directory.EnumerateFiles(Folder).Where(file => !file.EndsWith(".png", StringComparison.Ordinal))
            .Select(file => Path.GetFileNameWithoutExtension(file)!).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>The whole page.</summary>
    public static string Page()
    {
        var (rows, pages) = (new StringBuilder(), new List<string>());
        foreach (var name in Names)
            Append(rows, pages, name);
        return $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <title>Everything that is sent</title>
            <style>
            body { margin: 0; padding: 16px 24px; background: #c9d0d8; color: #1f2933; font: 14px/21px -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; }
            nav { columns: 6 150px; margin: 0 0 24px; font-size: 13px; }
            nav a { display: block; color: inherit; }
            section { margin: 0 0 40px; }
            h2 { margin: 0 0 2px; font-size: 17px; }
            section > p { margin: 0 0 8px; }
            .row { display: flex; gap: 16px; overflow-x: auto; align-items: flex-start; padding-bottom: 8px; }
            figure { margin: 0; flex: none; }
            figcaption { font-size: 12px; color: #47525e; }
            iframe { display: block; border: 0; height: 600px; background: #ffffff; }
            pre { margin: 0; padding: 12px; max-height: 900px; overflow: auto; background: #ffffff; font: 12px/17px Menlo, Consolas, 'Liberation Mono', monospace; }
            </style>
            </head>
            <body>
            <h1>Everything that is sent</h1>
            <nav>{{string.Concat(Names.Select(name => $"<a href=\"#{name}\">{name}</a>"))}}</nav>
            {{rows}}<script>
            const pages = {{JsonSerializer.Serialize(pages)}}
            // What asks for the reader's preference is told one: no page can choose it for a page within.
            const shade = (page, isDark) => page.replaceAll('(prefers-color-scheme: dark)', isDark ? '(min-width: 0px)' : '(max-width: 0px)')
              .replaceAll('color-scheme: light dark', isDark ? 'color-scheme: dark' : 'color-scheme: light')
            const seen = new IntersectionObserver(entries => {
              for (const { target, isIntersecting } of entries) {
                if (!isIntersecting) continue
                seen.unobserve(target)
                target.onload = () => {
                  target.style.height = 0 // As high as its page, which is never lower than its frame.
                  target.style.height = target.contentDocument.documentElement.scrollHeight + 'px'
                }
                target.srcdoc = shade(pages[target.dataset.page], 'dark' in target.dataset)
              }
            }, { rootMargin: '1500px' })
            for (const frame of document.querySelectorAll('iframe')) seen.observe(frame)
            </script>
            </body>
            </html>

            """;
    }

    private static void Append(StringBuilder rows, List<string> pages, string name)
    {
        var text = Read(name + ".txt") ?? Read(name + ".json");
        var (subject, body) = text?.StartsWith("Subject: ", StringComparison.Ordinal) == true
            ? (text.Split('\n')[0], text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..].TrimStart('\n'))
            : ("", text);
        rows.Append($"<section id=\"{name}\">\n<h2>{name}</h2>\n<p>{Encode(subject)}</p>\n<div class=\"row\">\n");
        if (Read(name + ".html") is { } page)
        {
            pages.Add(name.EndsWith(Chat, StringComparison.Ordinal) ? Bubble(page) : page);
            foreach (var (width, isDark) in from width in Widths(name) from isDark in (bool[])[false, true] select (width, isDark))
            {
                var what = $"{width}{(isDark ? ", dark" : "")}";
                rows.Append($"<figure><figcaption>{what}</figcaption><iframe title=\"{name}, {what}\" width=\"{width}\" ")
                    .Append($"data-page=\"{pages.Count - 1}\"{(isDark ? " data-dark" : "")}></iframe></figure>\n");
            }
        }

        if (body is not null)
            rows.Append($"<figure><figcaption>text</figcaption><pre>{Encode(body)}</pre></figure>\n");
        rows.Append("</div>\n</section>\n");
    }

    private static int[] Widths(string name) => name.EndsWith(Chat, StringComparison.Ordinal) ? [Narrow] : [Wide, Narrow];

    /// <summary>A chat keeps line ends, and has no page round its message.</summary>
    private static string Bubble(string message) => $$"""
        <!DOCTYPE html><meta charset="utf-8"><style>
        body { margin: 0; padding: 12px; background: #dfe7ec; font: 15px/20px -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; }
        div { padding: 8px 12px; border-radius: 12px; background: #ffffff; white-space: pre-wrap; overflow-wrap: anywhere; }
        pre { margin: 0; overflow-x: auto; font: 12px/17px Menlo, Consolas, 'Liberation Mono', monospace; }
        @media (prefers-color-scheme: dark) { body { background: #0e1621; color: #e8edf2; } div { background: #182533; } }
        </style><div>{{message}}</div>
        """;

    private static string? Read(string file)
    {
        var path = Path.Combine(Folder, file);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
