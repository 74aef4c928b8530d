namespace Athena.Compliance.Tests.Simulation;

/// <summary>The power goes.</summary>
internal sealed class CrashException : Exception;
