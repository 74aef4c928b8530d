namespace Athena.ActiveUsers.Tests.Simulation;

/// <summary>The daemon was killed here.</summary>
internal sealed class CrashException() : Exception("killed");
