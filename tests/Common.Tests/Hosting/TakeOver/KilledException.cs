namespace Athena.Common.Tests.Hosting.TakeOver;

/// <summary>The process is no more: nothing of it may run, no catch and no finally.</summary>
internal sealed class KilledException : Exception;
