namespace Athena.ActiveUsers.Pulses;

/// <summary>The two figures by which a window is compared with the one before it.</summary>
internal sealed record PulseFigures(int Users, long Requests);
