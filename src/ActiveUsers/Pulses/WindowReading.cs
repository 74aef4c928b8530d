using Athena.Common.Activities;
using Athena.Common.Logs.Windows;

namespace Athena.ActiveUsers.Pulses;

/// <summary>What the log told about a window, and how much of the window it told about.</summary>
internal sealed record WindowReading(Activity Activity, Coverage Coverage);
