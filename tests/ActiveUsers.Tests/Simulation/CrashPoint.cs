namespace Athena.ActiveUsers.Tests.Simulation;

/// <summary>
/// Kills the daemon at a chosen step: every touch of the world outside its memory passes here twice, before and after its effect. A
/// killed daemon touches nothing any more.
/// </summary>
internal sealed class CrashPoint
{
    private int? stepsLeft;
    private bool isDead;

    public void KillAfter(int steps) => stepsLeft = steps;

    public void Revive()
    {
        stepsLeft = null;
        isDead = false;
    }

    public void Pass()
    {
        if (stepsLeft is { } left)
        {
            stepsLeft = left - 1;
            if (left <= 0) isDead = true;
        }

        if (isDead) throw new CrashException();
    }
}
