namespace Athena.Common.Tests.Grafana.Usage;

/// <summary>Which wrong passwords are those of people.</summary>
internal sealed class LoginAttemptTests
{
    [Test]
    public void Who_mistypes_and_comes_in_is_a_person_and_who_never_does_is_not() =>
        Assert.That(Mistyped(Wrong("10.0.0.1"), Wrong("10.0.0.1"), Right("10.0.0.1"), Wrong("10.0.0.9")), Is.EqualTo(2));

    [Test]
    public void Who_guesses_and_hits_is_not_one() => Assert.That(
        Mistyped([.. Enumerable.Repeat(Wrong("10.0.0.9"), 6), Right("10.0.0.9")]), Is.Zero);

    [Test]
    public void A_login_that_was_shut_and_somebody_who_is_locked_typed_nothing_wrong() => Assert.That(
        Mistyped(
            Right("10.0.0.1"),
            Wrong("10.0.0.1", error: "[password-auth.failed] too many consecutive incorrect login attempts for user"),
            Wrong("10.0.0.1", id: "identity.disabled")),
        Is.Zero);

    [Test]
    public void More_addresses_than_people_have_fill_nothing()
    {
        var many = Enumerable.Range(0, 10_000).Select(i => Wrong($"10.1.{i / 256}.{i % 256}"));
        Assert.That(Mistyped([.. many, Wrong("10.0.0.1"), Right("10.0.0.1")]), Is.Zero);
    }

    private static long Mistyped(params string[] lines) => Counted.Text(string.Concat(lines)).Security.Mistyped;

    private static string Right(string address) => Of(Line.Request(0, 0, "", method: "POST", path: "/login"), address);

    private static string Wrong(string address, string id = "password-auth.failed", string error = "[password-auth.failed] invalid") =>
        Of(Line.Request(0, 0, "", method: "POST", path: "/login", status: 401, error: id).TrimEnd('\n') + $" error=\"{error}\"\n", address);

    private static string Of(string line, string address) =>
        line.Replace("remote_addr=127.0.0.1", $"remote_addr={address}", StringComparison.Ordinal);
}
