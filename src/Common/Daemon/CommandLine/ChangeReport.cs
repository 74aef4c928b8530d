using Athena.Common.Checks;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>What a command does and finds, told line by line as it goes; with <c>--output json</c> all of it at the end.</summary>
internal sealed class ChangeReport(TextWriter output, bool isJson, bool isColoured)
{
    private readonly CheckReport report = new();

    /// <summary>A step that was taken, or a thing that is well.</summary>
    public void Ok(string what) => Add(() => report.Ok(what));

    public void Warn(string what, string? remedy = null) => Add(() => report.Warn(what, remedy));

    public void Fail(string what, string? remedy = null) => Add(() => report.Fail(what, remedy));

    public void Take(CheckFinding finding) => Add(() => report.Take(finding));

    /// <summary>A line for people alone.</summary>
    public void Say(string text)
    {
        if (!isJson) output.WriteLine(text);
    }

    /// <summary>The end, with <paramref name="exitCode"/>.</summary>
    public int End(int exitCode)
    {
        if (isJson) output.WriteLine(report.ToJson(exitCode));
        return exitCode;
    }

    private void Add(Action add)
    {
        add();
        if (isJson) return;
        VisibleWriter.Unfiltered(output).Write(CheckReport.Line(report.Findings[^1], isColoured));
        output.Flush();
    }
}
