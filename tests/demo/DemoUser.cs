namespace Athena.DemoCheck;

/// <summary>A row of the page's table of people.</summary>
internal sealed record DemoUser(long Id, string Uid, string Login, string Email, bool IsDisabled, int Sessions);
