using Athena.Common.Hosting;

namespace Athena.AutoDisable;

/// <summary>A command that waits in the gate's inbox for its turn.</summary>
internal sealed record CommandCall(ControlRequest Request, TaskCompletionSource<ControlReply> Answer);
