using Athena.Common.Hosting;
using Athena.Common.Hosting.TakeOver;

namespace Athena.Common.Daemon.OwnAccount;

/// <summary>
/// The login of an admin of Grafana, for one command. The password is asked for without echo, read from a file, or from standard input;
/// never a word of the command line, which every user of the machine can read. A class and no record, so that no text shows it.
/// </summary>
internal sealed class AdminLogin
{
    private AdminLogin(string user, string password) => (User, Password) = (user, password);

    public string User { get; }

    public string Password { get; }

    /// <summary>Null, with what is missing, where nobody can be asked.</summary>
    /// <param name="user">As given; null asks.</param>
    /// <param name="passwordFile">Its first line is the password; <c>-</c> is standard input; null asks, or reads a redirected standard input.</param>
    /// <param name="output">Where questions go.</param>
    /// <param name="terminal">Who is asked.</param>
    /// <param name="cancel">Ends the wait for somebody who types.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<(AdminLogin? Login, string? Missing)> ReadAsync(
        string? user, string? passwordFile, TextWriter output, Terminal terminal, CancellationToken cancel)
    {
        user ??= terminal.Ask("Login of a server admin in Grafana:");
        if (string.IsNullOrWhiteSpace(user)) return (null, "The login of a server admin in Grafana is needed: --user LOGIN");
        var password = passwordFile is not null and not "-" ? SecretPrompt.FirstLine(await File.ReadAllTextAsync(passwordFile, cancel).ConfigureAwait(false))
            : passwordFile == "-" ? SecretPrompt.FirstLine(await Console.In.ReadLineAsync(cancel).ConfigureAwait(false) ?? "")
            : await SecretPrompt.ReadAsync($"Password of {user}:", output, cancel).ConfigureAwait(false);
        return password.Length == 0
            ? (null, $"The password of {user} is needed: type it, or --password-file FILE, or on standard input.")
            : (new AdminLogin(user.Trim(), password), null);
    }
}
