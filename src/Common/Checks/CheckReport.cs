using System.Text;
using System.Text.Json;
using Athena.Common.Text;

namespace Athena.Common.Checks;

/// <summary>What <c>check</c> found, as text for a person and as JSON for a program.</summary>
public sealed class CheckReport
{
    private readonly List<CheckFinding> findings = [];

    public IReadOnlyList<CheckFinding> Findings => findings;

    /// <summary>The daemon is about to take over for the first time: what its first start makes need not be there.</summary>
    public bool IsBeforeTakeOver { get; init; }

    /// <summary>With whose eyes it was looked; the first line for a person.</summary>
    public string? LookedAs { get; set; }

    /// <summary>0 when all is well, 1 when something failed, 2 when there are warnings only.</summary>
    public int ExitCode =>
        findings.Any(f => f.Outcome == CheckOutcome.Failed) ? Settings.ExitCode.Fault
        : findings.Any(f => f.Outcome == CheckOutcome.Warning) ? Settings.ExitCode.Warnings
        : Settings.ExitCode.Ok;

    public void Ok(string what) => findings.Add(new CheckFinding(CheckOutcome.Ok, what));

    /// <summary>Something to know, which makes no exit code worse.</summary>
    public void Note(string what, string? remedy = null) => findings.Add(new CheckFinding(CheckOutcome.Note, what, remedy));

    public void Warn(string what, string? remedy = null) => findings.Add(new CheckFinding(CheckOutcome.Warning, what, remedy));

    public void Fail(string what, string? remedy = null, string? setting = null) =>
        findings.Add(new CheckFinding(CheckOutcome.Failed, what, remedy, setting));

    /// <summary>Something that was found elsewhere.</summary>
    public void Take(CheckFinding finding) => findings.Add(finding);

    /// <summary>
    /// One line each, <c>ok</c>, <c>note</c>, <c>warning</c> or <c>FAILED</c>, with the remedy behind it; coloured if asked.
    /// </summary>
    public string ToText(bool colour)
    {
        var text = new StringBuilder();
        foreach (var finding in findings)
            text.Append(Line(finding, colour));
        return text.ToString();
    }

    /// <inheritdoc cref="ToText"/>
    internal static string Line(CheckFinding finding, bool colour)
    {
        var (mark, ansi) = finding.Outcome switch
        {
            CheckOutcome.Ok => ("ok      ", "\e[32m"),
            CheckOutcome.Note => ("note    ", "\e[36m"),
            CheckOutcome.Warning => ("warning ", "\e[33m"),
            CheckOutcome.Failed => ("FAILED  ", "\e[1;31m"),
        };
        var remedy = finding.Remedy is null ? "" : " → " + VisibleText.Escape(finding.Remedy);
        return (colour ? ansi + mark + "\e[0m" : mark) + VisibleText.Escape(finding.What) + remedy + "\n";
    }

    /// <summary><c>{"exitCode":2,"findings":[{"outcome":"warning","what":"…","remedy":"…"}]}</c></summary>
    public string ToJson() => ToJson(ExitCode);

    /// <summary>The same with the exit code of a command that is no check.</summary>
    internal string ToJson(int exitCode)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("exitCode", exitCode);
            if (LookedAs is not null)
                json.WriteString("lookedAs", LookedAs);
            json.WriteStartArray("findings");
            foreach (var (outcome, what, remedy, setting) in findings)
            {
                json.WriteStartObject();
                json.WriteString("outcome", outcome.ToString().ToLowerInvariant());
                json.WriteString("what", what);
                json.WriteString("remedy", remedy);
                if (setting is not null) json.WriteString("setting", setting);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return JsonText.Readable(Encoding.UTF8.GetString(stream.ToArray()));
    }

    /// <summary>What <see cref="ToJson()"/> wrote in another process.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    internal static IReadOnlyList<CheckFinding> Parse(string text)
    {
        using var json = JsonDocument.Parse(text);
        return
        [
            .. json.RootElement.GetProperty("findings").EnumerateArray().Select(finding => new CheckFinding(
                Enum.Parse<CheckOutcome>(finding.GetProperty("outcome").GetString()!, ignoreCase: true),
                finding.GetProperty("what").GetString()!, finding.GetProperty("remedy").GetString(),
                finding.TryGetProperty("setting", out var setting) ? setting.GetString() : null)),
        ];
    }
}

/// <summary>One line of a <c>check</c>.</summary>
/// <param name="What">What was looked at and what was found.</param>
/// <param name="Remedy">What to do; null when there is nothing to do.</param>
/// <param name="Setting">The key that has to be set otherwise; null where it is something else that does not work.</param>
public sealed record CheckFinding(CheckOutcome Outcome, string What, string? Remedy = null, string? Setting = null);

/// <summary>How one thing was found by <c>check</c>.</summary>
public enum CheckOutcome
{
    /// <summary>It works.</summary>
    Ok,

    /// <summary>The daemon does its work; it is good to know, and changes no exit code.</summary>
    Note,

    /// <summary>It works, but somebody should know.</summary>
    Warning,

    /// <summary>The daemon cannot do its work so.</summary>
    Failed,
}
