using Athena.AutoDisable.State;
using Athena.Common.Daemon.Control;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>What is done by command; the daemon may be killed amid it.</summary>
internal sealed partial class History
{
    private async Task CommandAsync(string command)
    {
        if (daemon is null || disk.IsFull) return; // With a full disk the reply says that it was not written down.
        var candidates = grafana.Users.Where(u =>
            u is { Id: > 2, IsDrill: false }
                && (command == "approve"
                    ? u.IsDisabled && !u.IsRejected || u is { IsExternal: true, IsApproved: false, IsRejected: false }
                    : !u.IsBaseline && !u.IsRejected)).ToList();
        if (candidates.Count == 0) return;
        var user = candidates[random.Next(candidates.Count)];
        var wasApproved = user.IsApproved;
        if (command == "reject")
        {
            user.IsApproved = false;
            user.IsRejected = true;
        }

        Tell($"command {command} {user}");
        try
        {
            var reply = await daemon.Commands.ExecuteAsync(
                new ControlRequest(command, new Dictionary<string, string> { ["who"] = $"uid:{user.Uid}", ["by"] = "root" }),
                CancellationToken.None);
            var decided = daemon.Book.FindByRef(user.Uid) is { } account
                && (command == "approve"
                    ? account.Status == AccountStatus.Admitted
                    : account.Case?.Rejection is not null || account.Status == AccountStatus.Rejected);
            Tell($"  {reply.ExitCode} {reply.Text.Trim()}");
            if (command == "approve" && decided) user.IsApproved = true;
            if (command == "reject" && !decided && reply.ExitCode != 0) Undo();
        }
        catch (CrashException)
        {
            Killed();

            // Its caller saw it die and does not know: what is on disk or was done in Grafana by then holds.
            var account = disk.Load().Accounts.Find(a => a.Uid == user.Uid);
            user.WasApproved |= !user.IsDisabled;
            if (command == "approve" && (account?.Status == AccountStatus.Admitted || user is { IsDisabled: false, IsExternal: false }))
                user.IsApproved = true;
            if (command == "reject" && account is not { Status: AccountStatus.Rejected } && account?.Case?.Rejection is null) Undo();
        }

        void Undo()
        {
            user.IsApproved = wasApproved;
            user.IsRejected = false;
        }
    }

    /// <summary>A drill by command. It may be refused, and the daemon may be killed on the way.</summary>
    private async Task DrillAsync()
    {
        if (daemon is null) return;
        var withMail = random.Next(3) > 0 ? "yes" : "no";
        try
        {
            var reply = await daemon.Commands.ExecuteAsync(
                new ControlRequest("drill", new Dictionary<string, string> { ["by"] = "root", ["mail"] = withMail }),
                CancellationToken.None);
            Tell($"command drill: {reply.ExitCode} {reply.Text.Trim()}");
        }
        catch (CrashException)
        {
            Tell("command drill");
            Killed();
        }
    }
}
