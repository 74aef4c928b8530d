namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>The daemon was killed here.</summary>
internal sealed class CrashException() : Exception("killed");
