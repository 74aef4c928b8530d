namespace Athena.Common.Tests.Migration;

/// <summary>The process is no more: nothing of it may run, no catch and no finally.</summary>
internal sealed class KilledException : Exception;
