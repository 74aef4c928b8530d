using System.Globalization;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>What happens where Grafana's accounts are in a real PostgreSQL.</summary>
internal sealed partial class History
{
    /// <summary>How many accounts were said to have been inside never, with or without triggers.</summary>
    public int NeverInside { get; private set; }

    private void HappenInDatabase(GrafanaRows database)
    {
        switch (random.Next(50))
        {
            case 0: SignUpTogether(); break;
            case 1:
                Tell("a sign-up is taken back");
                database.RollBack();
                break;
            case 2 when isBornLocked:
                Tell("installed once more");
                database.Install();
                break;
        }
    }

    /// <summary>Rows that are made by several connections at the same moment.</summary>
    private void SignUpTogether()
    {
        var logins = Enumerable.Range(0, 3)
            .Select(_ => string.Create(CultureInfo.InvariantCulture, $"together{signUps++}@example.net")).ToList();
        foreach (var user in grafana.AddTogether(logins))
        {
            Tell($"signs up beside others: {user}");
            grafana.LogSignUp(user);
            Ask(user);
        }
    }

    /// <summary>Whom it calls never inside was answered nothing; and where accounts are born locked nobody was, not once.</summary>
    private void CheckWhoWasInside()
    {
        if (isBornLocked && Answered > 0) Break($"{Answered} requests of people whom nobody had let in were answered");
        var state = disk.Load();
        foreach (var account in state.Accounts.Concat(state.EndedCases.Select(ended => ended.Account)))
        {
            if (account.Case?.Exposure is not { IsNeverInside: true }) continue;
            NeverInside++;
            if (grafana.Users.Find(user => user.Uid == account.Uid) is { Answered: > 0 } user)
                Break($"{user} was answered {user.Answered} times and is said to have been inside never");
        }
    }
}
