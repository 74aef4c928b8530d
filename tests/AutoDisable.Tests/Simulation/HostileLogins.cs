namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>What strangers call themselves who mean it badly.</summary>
internal static class HostileLogins
{
    private static readonly string[] All =
    [
        "x userId=1 orgId=1 uname=admin msg=\"Request Completed\"", "line\nend", "tab\there", "null", "100", "sa-1-looks-like",
        "back\\slash",
        "<script>alert(1)</script>", "\u202Eright-to-left",
    ];

    public static string Any(Random random) => All[random.Next(All.Length)];
}
