namespace Athena.DemoCheck;

/// <summary>One line for each promise, and at the end how many were kept.</summary>
internal sealed class Promises
{
    private int kept;
    private int broken;

    public void Check(string promise, bool isKept, string? otherwise = null)
    {
        Console.WriteLine($"  {(isKept ? "kept  " : "BROKEN")}  {promise}");
        if (isKept) kept++;
        else broken++;
        if (!isKept && otherwise is not null)
            Console.WriteLine("          " + otherwise.Trim().Replace("\n", "\n          ", StringComparison.Ordinal));
    }

    /// <summary>The exit code: 0 only when all were kept.</summary>
    public int Conclude()
    {
        Console.WriteLine($"\n{kept} passed, {broken} failed");
        return broken == 0 && kept > 0 ? 0 : 1;
    }
}
