using Athena.AutoDisable.State;
using Athena.Common.Grafana.Database;
using Athena.Common.Notify;
using Athena.Common.Notify.Alertmanager;

namespace Athena.AutoDisable.Telemetry;

/// <summary>All that is said of one kind of trouble.</summary>
/// <param name="Journal">The journal's and <c>status</c>'s sentence.</param>
/// <param name="Headline">What the mail is called, without a capital: a subject has words before it.</param>
/// <param name="Meaning">What follows from it for those who wait at the door, and for whoever is inside.</param>
/// <param name="Remedy">What the reader does next.</param>
/// <param name="WellAgain">What the mail is called that says it is over, without a capital.</param>
internal sealed record TroubleText(string Journal, string Headline, string Meaning, string Remedy, string WellAgain)
{
    /// <summary>How long the admins are left in peace; null for ever.</summary>
    public TimeSpan? Patience { get; init; } = TimeSpan.Zero;

    /// <summary>New accounts are locked all the same: somebody should look, but the gate is not open.</summary>
    public bool LeavesTheGateAtWork { get; init; }

    /// <summary>For whoever rings people: without what was seen, in which a stranger's words may stand.</summary>
    /// <param name="called">Whose Grafana it is about.</param>
    public static StandingAlert Standing(Trouble trouble, string called)
    {
        var text = Of(trouble.Kind);
        return new StandingAlert(
            NameOf(trouble.Kind), text.LeavesTheGateAtWork ? Severity.Warning : Severity.Critical, trouble.Since,
            $"{called}: {text.Headline}", $"{text.Meaning} Next: sudo grafana-auto-disable status");
    }

    /// <summary>What Alertmanager calls it; a rule of Prometheus about the same has this name, too.</summary>
    internal static string NameOf(TroubleKind kind) => kind == TroubleKind.StateNotSaved ? "AthenaStateUnwritten" : $"Athena{kind}";

    /// <param name="signInAt">The file in which the daemon's way into Grafana is set.</param>
    public static TroubleText Of(TroubleKind kind, string signInAt = "its settings") => kind switch
    {
        TroubleKind.SignedOut => new(
            Journal: "New accounts are NOT being disabled: signed out of Grafana and no way in.",
            Headline: "new accounts are NOT being disabled, the daemon cannot sign in",
            Meaning:
                "New accounts are not being disabled: the daemon is signed out of Grafana and cannot sign in. It keeps trying, with "
                + "pauses that keep Grafana from locking its login.",
            Remedy:
                $"Check GRAFANA_USER and GRAFANA_PASSWORD (or GRAFANA_TOKEN) in {signInAt}, then restart the daemon. If somebody "
                + "guesses the password, Grafana refuses the right one too for five minutes after the last guess: a login that nobody "
                + "can guess helps.",
            WellAgain: "the daemon is signed in, new accounts are locked again"),

        TroubleKind.NotPermitted => new(
            Journal: "New accounts are NOT being disabled: a permission is missing.",
            Headline: "new accounts are NOT being disabled, a permission is missing",
            Meaning: "New accounts are not being disabled: Grafana knows the daemon but refuses what it needs.",
            Remedy:
                "Make the daemon's account a server admin (Administration, Users, the account, Permissions), or give its service "
                + "account a role with the permission named above.",
            WellAgain: "the daemon may do its work, new accounts are locked again"),

        TroubleKind.NotUnderstood => new(
            Journal: "New accounts are NOT being disabled: what Grafana answers is not understood, and nothing is decided by it.",
            Headline: "new accounts are NOT being disabled, what Grafana answers is not understood",
            Meaning:
                "Grafana answers, but without something that decisions hang on, such as whether an account is disabled. Nothing is "
                + "decided by such an answer: nobody is locked, and nobody is admitted, until it is whole again.",
            Remedy:
                "Was Grafana updated, or put behind something that changes its answers? Go back to the version before, or take a "
                + "version of the daemon that knows this one. Until then close sign-up: allow_sign_up = false in the section [users] of "
                + "grafana.ini.",
            WellAgain: "what Grafana answers is understood, new accounts are locked again"),

        TroubleKind.GrafanaDown => new(
            Journal: "Grafana does not answer us; it is asked again and again.",
            Headline: "new accounts may NOT be disabled, Grafana does not answer the daemon",
            Meaning:
                "The daemon has not had a usable answer from Grafana for more than ten minutes. If Grafana is down, nobody can get in "
                + "either. If only the daemon cannot reach it (address, certificate, proxy, sub-path), new accounts are not being "
                + "disabled.",
            Remedy: "Look at grafana-server, then at GRAFANA_URL and GRAFANA_CA_FILE.",
            WellAgain: "Grafana answers the daemon")
        {
            // Grafana restarts, is upgraded, is slow for a while; after this long somebody should look.
            Patience = TimeSpan.FromMinutes(10),
        },

        TroubleKind.UnknownDatabase => new(
            Journal: "This is not the Grafana that we know.",
            Headline: "this is not the Grafana that the daemon knows",
            Meaning:
                "Far more of the user list has changed than daily work changes. Accounts created since the last look are locked as always; "
                + "older ones that are new to the daemon are left as they are, and do not count as approved, until you decide.",
            Remedy:
                "If the database was restored or imported on purpose, look at its accounts and accept them: sudo grafana-auto-disable "
                + "accept-database. If not, check GRAFANA_URL.",
            WellAgain: "this is the Grafana that the daemon knows"),

        TroubleKind.StateNotSaved => new(
            Journal: "The state cannot be written; a restart now would forget what is in memory only.",
            Headline: "the daemon cannot save its state",
            Meaning: "The daemon goes on locking new accounts, but a restart now would forget what it knows since then.",
            Remedy:
                "Make room on the disk of the state directory (df -h /var/lib/grafana-auto-disable) or make it writable. Nothing has "
                + "to be restarted.",
            WellAgain: "the daemon can save its state"),

        TroubleKind.StateUnreadable => new(
            Journal: "New accounts are NOT being disabled: the state cannot be read.",
            Headline: "new accounts are NOT being disabled, the daemon's state is damaged",
            Meaning:
                "The daemon has ended: its state cannot be read and it never starts afresh by itself, because it would lock everybody "
                + "or forget whom it locked.",
            Remedy:
                "Restore /var/lib/grafana-auto-disable from a backup; or move state.json and state.previous.json away, make a new "
                + "baseline (sudo grafana-auto-disable baseline) and start the daemon.",
            WellAgain: "the daemon has read its state"),

        TroubleKind.DatabaseNotUsable => new(
            Journal: "Grafana's database cannot be used, so external accounts are only shown out, not locked.",
            Headline: "external accounts cannot be locked, Grafana's database cannot be used",
            Meaning:
                "GRAFANA_DATABASE is set, so that accounts from single sign-on, LDAP or a proxy can be locked; but the database cannot "
                + "be used. Until then they are logged out whenever they reappear.",
            Remedy: $"Put right what is named above; the rights that are needed are in {GrantsScript.Path} on a host with the package.",
            WellAgain: "external accounts can be locked, Grafana's database can be used"),

        TroubleKind.LogNotSeen => new(
            Journal: "The log cannot be read; new accounts are found by the user list alone.",
            Headline: "the log cannot be read",
            Meaning: "New accounts are found by the list alone, up to a quarter of a minute later.",
            Remedy: "See grafana-auto-disable check.",
            WellAgain: "the log can be read")
        {
            Patience = null, // It makes the gate slower, not open.
        },

        TroubleKind.SecondCopy => new(
            Journal: "Another copy of this daemon works on the same Grafana, and neither knows what the other was told.",
            Headline: "two copies of the daemon work on the same Grafana",
            Meaning:
                "Another copy of this daemon works on the same Grafana with the same account. New accounts are locked all the same, by "
                + "whichever comes first; but each copy remembers only what it was told itself. What the other approves from now on is "
                + "taken over here as far as Grafana's log shows it; who was approved there before may be locked or logged out by this "
                + "one, and all mails come twice.",
            Remedy:
                "Find the other copy by the address above: an old host that runs on, a cloned machine, a second node. Stop the one "
                + "that is not to work any more (systemctl disable --now grafana-auto-disable), then see who waits here (sudo "
                + "grafana-auto-disable pending). If it is none of yours, somebody uses the daemon's account: change its password.",
            WellAgain: "no other copy of the daemon has been seen for ten minutes"),

        TroubleKind.ListenerNotProved => new(
            Journal: "New accounts are locked; but it is not proved that it is Grafana to whom the password goes.",
            Headline: "it cannot be proved that it is Grafana who is asked",
            Meaning:
                "The daemon works and locks new accounts. But Grafana is asked over plain http on this machine, and while Grafana is "
                + "down any local user can listen at its address and would be sent the daemon's session and password. Elsewhere the "
                + "daemon proves each connection by Grafana's own log; here the log cannot show it.",
            Remedy:
                "Write down one of these in /etc/default/grafana-auto-disable (or athena-workers), then restart the daemon: LOG, if it "
                + "does not name the log of this very Grafana; GRAFANA_URL with https and GRAFANA_CA_FILE; or "
                + "GRAFANA_TRUST_LOOPBACK=yes, if only admins may log in to this machine. Nothing else has to be done, and this mail "
                + "comes once.",
            WellAgain: "it is Grafana who listens at its address")
        {
            LeavesTheGateAtWork = true,
        },

        TroubleKind.ListenerRefused => new(
            Journal: "New accounts are NOT being disabled: what listens at Grafana's address is not proved to be Grafana.",
            Headline: "new accounts are NOT being disabled, what listens at Grafana's address is not Grafana",
            Meaning:
                "Somebody answers at Grafana's address, and what is asked there does not appear in Grafana's log as it should. The "
                + "daemon has sent neither its password nor its session, and so it cannot lock anybody either.",
            Remedy:
                "See who listens there: sudo ss -ltnp. If it is not grafana-server, stop it, and ask who started it: it waited for "
                + "passwords. If it is, see that LOG is the log of this very Grafana; or use https, or GRAFANA_TRUST_LOOPBACK=yes where "
                + "only admins may log in to this machine.",
            WellAgain: "it is Grafana who listens at its address")
        {
            Patience = TimeSpan.FromMinutes(1), // While Grafana starts an answer may come before its line.
        },

        TroubleKind.FoundEnabled => new(
            Journal: "Accounts that should be locked were found ENABLED, by nobody known; they are inside until that is answered.",
            Headline: "accounts that should be locked were found enabled",
            Meaning: "They had been locked, or rejected, and no line of Grafana's log says who enabled them. Nobody is admitted by it.",
            Remedy: "See who they are, then say whether they may stay or are to be locked again: sudo grafana-auto-disable pending",
            WellAgain: "whoever was found enabled is settled")
        {
            Patience = null, // It has a letter of its own, which names them.
        },

        TroubleKind.BornLockedBroken => new(
            Journal: "New accounts may NOT be born locked any more; they are locked by this daemon, as without it.",
            Headline: "new accounts may no longer be born locked",
            Meaning:
                "Grafana's database was to disable each new account as it is made, and that is missing, changed, or cannot be checked. The "
                + "daemon locks new accounts as it does without it: they are inside for a moment, and for as long as the daemon is "
                + "stopped.",
            Remedy:
                "Do what is named above. How it is: sudo grafana-auto-disable born-locked status. If it was removed on purpose, say "
                + "so: sudo grafana-auto-disable born-locked remove",
            WellAgain: "new accounts are born locked, as before")
        {
            LeavesTheGateAtWork = true,
        },

        TroubleKind.NotBornLocked => new(
            Journal: "A new account was NOT born locked, although it should have been; it was locked by this daemon.",
            Headline: "a new account was not born locked",
            Meaning:
                "A new account was enabled when it was first seen, although Grafana's database was to disable it as it was made. The "
                + "daemon has locked it. Something undoes the lock, such as another trigger, or the account was made by a way that the "
                + "triggers do not see.",
            Remedy:
                "Look at what is installed: sudo grafana-auto-disable born-locked status. Ask who administers the database for other "
                + "triggers on the table \"user\".",
            WellAgain: "a new account was born locked, as it should be")
        {
            LeavesTheGateAtWork = true,
        },

        TroubleKind.BornLockedUnwatched => new(
            Journal: "New accounts are born locked, as far as is known, and nobody looks after that: GRAFANA_DATABASE is not set.",
            Headline: "new accounts are born locked, and nobody looks after that any more",
            Meaning:
                "GRAFANA_DATABASE has been taken out of the settings, but Grafana's own database disables each new account as it is "
                + "made, until the triggers are taken out of it. The daemon asks about each as before. Whether the triggers are whole it "
                + "does not see; and accounts from single sign-on or a directory can be let in by nobody here, because Grafana refuses "
                + "to enable them.",
            Remedy:
                "Either set GRAFANA_DATABASE again in /etc/default/grafana-auto-disable and restart the daemon: sudo systemctl restart "
                + "grafana-auto-disable. Or take born locked out of the database: sudo grafana-auto-disable born-locked remove. Run that "
                + "also where somebody has removed it by hand: it says so to the daemon.",
            WellAgain: "the daemon looks after born locked again, or it was removed")
        {
            LeavesTheGateAtWork = true,
        },

        TroubleKind.Imported => new(
            Journal: "Accounts were put into Grafana's database at once, as by an import, and were born locked.",
            Headline: "an import locked accounts",
            Meaning: "Rows were put into Grafana's database, and were born locked.",
            Remedy: "To let those in again who had been let in: sudo grafana-auto-disable approve --imported",
            WellAgain: "nobody waits any more whom the import had locked")
        {
            Patience = null, // It has a letter of its own, which names them.
            LeavesTheGateAtWork = true,
        },

        TroubleKind.DrillFailed => new(
            Journal: "The last drill FAILED: whether new accounts are locked and the admins told is not proved.",
            Headline: "a drill failed, new accounts may NOT be disabled",
            Meaning:
                "The daemon made a throw-away account to prove that it is locked and that mail is sent, and that did not happen as it "
                + "should. New accounts may meet the same problem.",
            Remedy: "Put right what is named above, then drill again: sudo grafana-auto-disable drill. Only a drill that passes ends this.",
            WellAgain: "a drill has passed, new accounts are locked"),
    };
}
