namespace Athena.Common.Grafana.Api;

/// <summary>All that our programs ask of Grafana. Pure.</summary>
public static class RouteTable
{
    public static IReadOnlyList<Route> Rows { get; } =
    [
        Route.Health, Route.Metrics, Route.SignIn, Route.LoginPage, Route.ProbePage, Route.ListenerQuestion,
        Route.RenewSession, Route.SignOut, Route.WhoAmI, Route.ServerSettings, Route.Statistics,
        Route.Users, Route.User, Route.UserByName, Route.OrganisationsOfUser, Route.SessionsOfUser,
        Route.Disable, Route.Enable, Route.Logout, Route.CreateUser, Route.DeleteUser,
        Route.Organisations, Route.SetRole, Route.AddToOrganisation, Route.MakeServerAdmin, Route.Invitations,
        Route.ServiceAccounts, Route.ServiceAccount, Route.DeleteServiceAccount,
        Route.DataSources, Route.DataSourceHealth, Route.Dashboard, Route.Annotate,
    ];

    private static readonly Route[] UnderOurAccount = [.. Rows.Where(route => route.IsOurs)];

    /// <summary>
    /// Whether a request that Grafana logged under our account is one that our programs make. One that is not was made by somebody else
    /// who uses the account, whatever its referer says.
    /// </summary>
    /// <param name="path">Decoded, without the query; hostile text.</param>
    public static bool Matches(ReadOnlySpan<byte> method, ReadOnlySpan<byte> path)
    {
        foreach (Route route in UnderOurAccount)
        {
            if (route.Fits(method, path))
                return true;
        }

        return false;
    }
}
