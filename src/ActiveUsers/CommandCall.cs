using Athena.Common.Hosting;

namespace Athena.ActiveUsers;

/// <summary>A command that waits for its turn between two steps.</summary>
internal sealed record CommandCall(ControlRequest Request, TaskCompletionSource<ControlReply> Answer);
