using System.Globalization;
using System.Text;

namespace Athena.Bench;

/// <summary>The figures, each printed as soon as it is known, and all of them as a page that says how they were taken.</summary>
internal sealed class Report(TextWriter output, int users)
{
    private readonly StringBuilder tables = new();

    /// <summary>False once a target was missed.</summary>
    public bool IsGood { get; private set; } = true;

    /// <summary>Begins a table.</summary>
    /// <param name="how">How its figures are taken, for the reader of the page.</param>
    public void Section(string title, string how)
    {
        output.WriteLine($"{Environment.NewLine}{title}");
        tables.Append($"\n## {title}\n\n{how}\n\n| what | measured | target |\n| --- | --- | --- |\n");
    }

    /// <summary>Says on the page why something was not measured.</summary>
    public void NotMeasured(string title, string why)
    {
        output.WriteLine($"{Environment.NewLine}{title}{Environment.NewLine}  not measured: {why}");
        tables.Append($"\n## {title}\n\nNot measured: {why}\n");
    }

    /// <param name="target">Most that is allowed; null when the figure is there to compare with.</param>
    public void Add(string what, double value, string unit, double? target = null)
    {
        var isMet = !(value > target);
        IsGood &= isMet;
        Row(what, Number(value) + " " + unit, target is { } most ? $"≤ {Number(most)} {unit}" : "", isMet);
    }

    /// <param name="target">Least that is wanted; null when the figure is there to compare with.</param>
    public void AddLeast(string what, double value, string unit, double? target = null)
    {
        var isMet = !(value < target);
        IsGood &= isMet;
        Row(what, Number(value) + " " + unit, target is { } least ? $"≥ {Number(least)} {unit}" : "", isMet);
    }

    public void Add(Distribution times, string what, double? median = null, double? p99 = null, double? max = null)
    {
        Add($"{what}: median of {times.Count}", times.At(0.5), "ms", median);
        Add($"{what}: 95th percentile", times.At(0.95), "ms");
        Add($"{what}: 99th percentile", times.At(0.99), "ms", p99);
        Add($"{what}: slowest", times.At(1), "ms", max);
    }

    public string ToMarkdown() => $"""
        # Measurements

        Made by `bench/run`, which makes the daemons as they are packaged (one program of machine code) and lets them work as processes of their own against the
        stand-in Grafana of `sandbox/` with {users.ToString("N0", CultureInfo.InvariantCulture)} users. The stand-in answers after the median time that the recordings show for each
        kind of call, and a disable takes effect half-way through its request. Stand-in, mail catcher, people who sign up and daemon share
        one machine with two cores, so the times hold their share of waiting for each other. Run it on your own machine: the figures are
        its figures.

        """ + tables;

    private void Row(string what, string shown, string aim, bool isMet)
    {
        output.WriteLine($"  {what,-58} {shown,12}   {aim}{(isMet ? "" : "   MISSED")}");
        tables.Append($"| {what.Replace("|", "\\|")} | {shown}{(isMet ? "" : " (missed)")} | {aim} |\n");
    }

    private static string Number(double value) => value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);
}
