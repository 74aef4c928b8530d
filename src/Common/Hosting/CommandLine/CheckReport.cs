using System.Text;
using System.Text.Json;

namespace Athena.Common.Hosting;

/// <summary>What <c>check</c> found, as text for a person and as JSON for a program.</summary>
public sealed class CheckReport
{
    private readonly List<CheckFinding> findings = [];

    public IReadOnlyList<CheckFinding> Findings => findings;

    /// <summary>0 when all is well, 1 when something failed, 2 when there are warnings only.</summary>
    public int ExitCode =>
        findings.Any(f => f.Outcome == CheckOutcome.Failed) ? Hosting.ExitCode.Fault
        : findings.Any(f => f.Outcome == CheckOutcome.Warning) ? Hosting.ExitCode.Warnings
        : Hosting.ExitCode.Ok;

    public void Ok(string what) => findings.Add(new CheckFinding(CheckOutcome.Ok, what));

    public void Warn(string what, string? remedy = null) => findings.Add(new CheckFinding(CheckOutcome.Warning, what, remedy));

    public void Fail(string what, string? remedy = null) => findings.Add(new CheckFinding(CheckOutcome.Failed, what, remedy));

    /// <summary>One line each, <c>ok</c>, <c>warning</c> or <c>FAILED</c>, with the remedy behind it; coloured if asked.</summary>
    public string ToText(bool colour)
    {
        var text = new StringBuilder();
        foreach (var (outcome, what, remedy) in findings)
        {
            var (mark, ansi) = outcome switch
            {
                CheckOutcome.Ok => ("ok      ", "\e[32m"),
                CheckOutcome.Warning => ("warning ", "\e[33m"),
                _ => ("FAILED  ", "\e[1;31m"),
            };
            text.Append(colour ? ansi + mark + "\e[0m" : mark).Append(VisibleText.Escape(what));
            if (remedy is not null)
                text.Append(" → ").Append(VisibleText.Escape(remedy));
            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary><c>{"exitCode":2,"findings":[{"outcome":"warning","what":"…","remedy":"…"}]}</c></summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("exitCode", ExitCode);
            json.WriteStartArray("findings");
            foreach (var (outcome, what, remedy) in findings)
            {
                json.WriteStartObject();
                json.WriteString("outcome", outcome.ToString().ToLowerInvariant());
                json.WriteString("what", what);
                json.WriteString("remedy", remedy);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
