namespace Athena.ActiveUsers.Pulses;

/// <summary>How many users an organisation or a dashboard had. <paramref name="Name"/> is hostile text.</summary>
internal sealed record PulseShare(string Name, int Users);
