using Athena.Common.Logs.Windows;

namespace Athena.Common.Activities;

/// <summary>What the log told about a window, and how much of the window it told about.</summary>
public sealed record WindowReading(Activity Activity, Coverage Coverage);
