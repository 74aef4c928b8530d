using System.Runtime.InteropServices;

namespace Athena.Common.Tests.Files;

/// <summary>
/// What code of the daemon's user tries on a process of the same user: ptrace(2), its memory, its descriptors and its environment. Says
/// each that succeeds on a line of its own.
/// </summary>
internal static partial class Intruder
{
    public const string Command = "intrude";

    private const int Attach = 16;
    private const int OpenProcess = 434;
    private const int GetDescriptor = 438;

    public static int Run(int victim)
    {
        Try("descriptors", () =>
            Directory.GetFiles($"/proc/{victim}/fd").Length > 0 && new FileInfo($"/proc/{victim}/fd/1").LinkTarget is not null);
        Try("environment", () => File.ReadAllBytes($"/proc/{victim}/environ").Length >= 0);
        Try("memory", () => File.OpenHandle($"/proc/{victim}/mem") is { IsInvalid: false });
        Try("one descriptor", () =>
            SystemCall(OpenProcess, victim, 0, 0) is >= 0 and var process && SystemCall(GetDescriptor, process, 1, 0) >= 0);
        Try("ptrace", () => Trace(Attach, victim, 0, 0) == 0);
        return 0;
    }

    private static void Try(string what, Func<bool> act)
    {
        try
        {
            if (act()) Console.WriteLine(what);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Refused, as it should be.
        }
    }

    [LibraryImport("libc", EntryPoint = "ptrace")]
    private static partial nint Trace(nint request, int process, nint address, nint data);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint a, nint b, nint c);
}
