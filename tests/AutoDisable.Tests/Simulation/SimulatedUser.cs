using System.Globalization;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>An account of the simulated Grafana, with the truth that only the simulation knows.</summary>
internal sealed class SimulatedUser
{
    private bool isDisabled;

    public required long Id { get; set; }

    public required string Uid { get; init; }

    public required string Login { get; set; }

    public required string Email { get; set; }

    public string Name { get; init; } = "";

    public bool IsAdmin { get; set; }

    /// <summary>With <see cref="Rows"/> what is set goes to the database, and what is there then is what counts.</summary>
    public bool IsDisabled
    {
        get => isDisabled;
        set => isDisabled = Rows?.Write(Id, value) ?? value;
    }

    /// <summary>Where the account's row is; null where there is no database.</summary>
    public GrafanaRows? Rows { get; init; }

    public int Sessions { get; set; }

    public required DateTimeOffset Created { get; set; }

    /// <summary>Comes by single sign-on: the API refuses to disable or enable them and to change their role.</summary>
    public bool IsExternal { get; init; }

    /// <summary>Comes from a directory (LDAP): each sign-in sets the flag back.</summary>
    public bool IsFromDirectory { get; init; }

    /// <summary>The daemon made it for a drill.</summary>
    public bool IsDrill { get; init; }

    /// <summary>Was there when the baseline was made.</summary>
    public bool IsBaseline { get; init; }

    /// <summary>An admin has let them in, and nobody has rejected them since.</summary>
    public bool IsApproved
    {
        get;
        set
        {
            field = value;
            WasApproved |= value;
        }
    }

    /// <summary>An admin has let them in at some time, or perhaps did.</summary>
    public bool WasApproved { get; set; }

    /// <summary>How many requests Grafana answered although nobody had let them in.</summary>
    public int Answered { get; set; }

    /// <summary>The daemon was told by command to reject them.</summary>
    public bool IsRejected { get; set; }

    /// <summary>An older copy of the database, or something else that no log shows, has enabled them.</summary>
    public bool WasFound { get; set; }

    /// <summary>The daemon disabled them at least once.</summary>
    public bool WasLocked { get; set; }

    /// <summary>Takes the flag as it was read from the database.</summary>
    public void See(bool flag) => isDisabled = flag;

    public GrafanaUser Record => new(Id, Uid, Login, Email, Name, IsAdmin, IsDisabled, IsExternal ? ["OAuth"] : [], Created, null);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Login} (id {Id}, {Uid})");
}
