using System.Globalization;
using System.Security.Cryptography;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;
using Athena.Common.Time;

namespace Athena.Common.Daemon.OwnAccount;

/// <summary>Makes the daemons' account in Grafana, signed in as a server admin, and sees to it that nothing locks it again.</summary>
/// <param name="meanwhile">Shows that it waits, with what for; null shows nothing.</param>
internal sealed class AccountMaker(
    IGrafana grafana, IGrafanaMembers members, ChangeReport report, TimeProvider time, Func<string, Task, Task>? meanwhile = null)
{
    /// <summary>An old timer runs each minute as a rule: what it locks is seen after that.</summary>
    public static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(90);

    /// <summary>Between the looks of a setup, which looks once more at its end.</summary>
    public static readonly TimeSpan InSetup = TimeSpan.FromSeconds(5);

    /// <summary>A guard that follows the log is quicker than this.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(5);

    private const int MostRounds = 3;

    /// <summary>An account with a login and a password that nobody has chosen.</summary>
    public static NewUser Draw()
    {
        var login = ExpectedAccount.DrawLogin();
        return new NewUser
        {
            Login = login,
            Email = login + "@athena-workers.invalid",
            Name = "Athena Workers (daemons)",
            Password = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
        };
    }

    /// <summary>Its id, or null when it could not be made; the report says why.</summary>
    public async Task<long?> MakeAsync(NewUser user, CancellationToken cancel)
    {
        var made = await grafana.CreateUserAsync(user, cancel).ConfigureAwait(false);
        var id = made.Value?.Id;

        // The answer of an earlier try may have been lost; nobody else has this login.
        if (made.Outcome == GrafanaOutcome.AlreadySo
            && await grafana.LookUpAsync(user.Login, cancel).ConfigureAwait(false) is { IsDone: true, Value: var found }
            && found.Login == user.Login)
            id = found.Id;
        if (id is null)
            report.Fail(made.Detail, "Nothing was changed.");
        else
            report.Ok(string.Create(CultureInfo.InvariantCulture, $"Made the account {user.Login} (id {id})"));
        return id;
    }

    /// <summary>False when a right could not be given; the report says which.</summary>
    public async Task<bool> GiveRightsAsync(long id, string login, CancellationToken cancel)
    {
        var problem = await new OwnRights(grafana, members, report.Ok).GiveAsync(id, login, cancel).ConfigureAwait(false);
        if (problem is not null) report.Fail(problem);
        return problem is null;
    }

    /// <summary>
    /// Enables the account and looks twice, with a pause between, that it is still enabled. At its birth it is a Viewer like everybody: an
    /// old timer, a trigger in the database or a gate of another host would lock it.
    /// </summary>
    public async Task<bool> KeepEnabledAsync(long id, TimeSpan pause, CancellationToken cancel)
    {
        for (var round = 1; round <= MostRounds; round++)
        {
            var enabled = await grafana.EnableAsync(id, cancel).ConfigureAwait(false);
            if (!enabled.IsDone)
            {
                report.Fail(enabled.Detail);
                return false;
            }

            var first = FirstLook < pause ? FirstLook : pause;
            var all = Duration.Write(first + pause);
            report.Ok((round == 1 ? "It is enabled" : "It is enabled again")
                + $". Something of before may lock it as it locks whoever is new: waiting {all} to see that nothing does");
            if (await IsEnabledAfterAsync(id, first, cancel).ConfigureAwait(false)
                && await IsEnabledAfterAsync(id, pause, cancel).ConfigureAwait(false))
            {
                report.Ok($"It is still enabled after {all}");
                return true;
            }

            report.Warn("Something has locked it",
                "An old timer, a trigger in Grafana's database, or a daemon on another host; such a one mostly knows an account after "
                + "the first time.");
        }

        report.Fail("It is locked again and again",
            "Find out by what: the log has a line \"/disable\" with the id of who does it. Stop that, then: account repair");
        return false;
    }

    private async Task<bool> IsEnabledAfterAsync(long id, TimeSpan pause, CancellationToken cancel)
    {
        var wait = Task.Delay(pause, time, cancel);
        await (meanwhile?.Invoke($"waiting {Duration.Write(pause)}…", wait) ?? wait).ConfigureAwait(false);
        var read = await grafana.UserAsync(id, cancel).ConfigureAwait(false);

        // No answer proves nothing: it is looked at again in the next round.
        return read is { IsDone: true, Value.IsDisabled: false };
    }
}

/// <summary>
/// An account for the daemons that is about to be made, named beforehand to the gate, which would lock it as it locks everybody new.
/// </summary>
public static class ExpectedAccount
{
    /// <summary>The request on the gate's control socket; its argument is <c>login</c>.</summary>
    public const string Command = "expect-account";

    /// <summary>How the login of every such account begins.</summary>
    private const string Prefix = "athena-workers-";

    private const int RandomBytes = 6;

    /// <summary>A login that nobody guesses: five wrong passwords by anybody lock one for five minutes (docs/grafana.md §5).</summary>
    internal static string DrawLogin() => Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>Whether a login may have been drawn so, and is no name that a stranger could have.</summary>
    public static bool IsDrawn(string login) =>
        login.StartsWith(Prefix, StringComparison.Ordinal) && login.Length == Prefix.Length + (2 * RandomBytes)
        && login[Prefix.Length..].All(char.IsAsciiHexDigitLower);

    /// <summary>
    /// Whether a login is named as the daemons' are, also by hand. Anybody may call themselves so: it says whom to leave out of what is
    /// proposed, and never whom to trust.
    /// </summary>
    public static bool IsServiceName(string login) => login.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
}
