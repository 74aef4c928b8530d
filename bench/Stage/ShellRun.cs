namespace Athena.Bench.Stage;

/// <param name="Wall">Seconds by the clock.</param>
/// <param name="Cpu">Seconds of processor time, of the system too, of all processes together.</param>
internal sealed record ShellRun(string Output, double Wall, double Cpu);
