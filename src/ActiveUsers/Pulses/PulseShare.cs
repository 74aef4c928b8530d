namespace Athena.ActiveUsers.Pulses;

/// <summary>How many users an organisation or a dashboard had.</summary>
/// <param name="Key">Its id or uid.</param>
/// <param name="Name">What people call it; hostile text.</param>
internal sealed record PulseShare(string Key, string Name, int Users);
