using Athena.AutoDisable.Accounts;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Documents;

namespace Athena.AutoDisable.Mails;

/// <summary>What keeps the daemon from its work, and that it is over.</summary>
internal sealed class TroubleMail(Wording wording)
{
    public (string, MailDocument, IReadOnlyList<Attachment>?) Trouble(Letter letter)
    {
        var note = letter.Note!;
        var kind = note.Trouble!.Value;
        var (headline, meaning, remedy) = Describe(kind);
        if (letter.Kind == LetterKind.TroubleOver)
        {
            var lasted = Chronicle.Duration(letter.At - note.Since!.Value);
            var well = WellAgain(kind);
            return ($"Well again after {lasted}: {well}", new MailDocument(
                char.ToUpperInvariant(well[0]) + well[1..], Tone.Good, "WELL AGAIN",
                [
                    new MailBlock.Lead(Phrase.Of($"What was wrong is over after {lasted}. Whoever opened an account meanwhile is locked now or in a moment, and has his own mail.")),
                    new MailBlock.Facts([("Began", Phrase.Of(wording.Time(note.Since.Value))), ("Ended", Phrase.Of(wording.Time(letter.At)))]),
                ],
                Wording.SmallPrint), null);
        }

        return ($"ACTION NEEDED: {headline}", new MailDocument(
            char.ToUpperInvariant(headline[0]) + headline[1..], Tone.Critical, "ACTION NEEDED",
            [
                new MailBlock.Lead(Phrase.Of(meaning)),
                new MailBlock.Facts(
                [
                    ("Since", Phrase.Of(wording.Time(note.Since!.Value))),
                    ("What was seen", Phrase.Of(new Stranger(note.Text, 600))),
                ]),
                new MailBlock.Heading("What to do"),
                new MailBlock.Paragraph(Phrase.Of(remedy)),
                new MailBlock.Command("To see whether it helped", "sudo grafana-auto-disable check"),
            ],
            Wording.SmallPrint), null);
    }

    private static string WellAgain(TroubleKind kind) => kind switch
    {
        TroubleKind.SignedOut => "the daemon is signed in, new accounts are disabled",
        TroubleKind.NotPermitted => "the daemon may do its work, new accounts are disabled",
        TroubleKind.UnknownDatabase => "this is the Grafana that the daemon knows",
        TroubleKind.NotUnderstood => "what Grafana answers is understood, new accounts are disabled",
        TroubleKind.StateNotSaved => "the daemon can write its memory",
        TroubleKind.DatabaseNotUsable => "external accounts can be locked, Grafana's database can be used",
        TroubleKind.GrafanaDown => "Grafana answers the daemon",
        TroubleKind.ListenerNotProved or TroubleKind.ListenerRefused => "it is Grafana who listens at its address",
        TroubleKind.SecondCopy => "no other copy of the daemon has been seen for ten minutes",
        TroubleKind.BornLockedBroken => "new accounts are born locked, as before",
        TroubleKind.NotBornLocked => "a new account was born locked, as it should be",
        TroubleKind.BornLockedUnwatched => "the daemon looks after born locked again, or it was removed",
        TroubleKind.DrillFailed => "a drill has passed, the gate does its work",
        _ => "the daemon works",
    };

    private static (string Headline, string Meaning, string Remedy) Describe(TroubleKind kind) => kind switch
    {
        TroubleKind.SignedOut => (
            "new accounts are NOT being disabled, the daemon cannot sign in",
            "New accounts are not being disabled: the daemon is signed out of Grafana and finds no way in. It goes on trying, with pauses that keep Grafana from locking its login.",
            "Check GRAFANA_USER and GRAFANA_PASSWORD (or GRAFANA_TOKEN) in /etc/default/grafana-auto-disable, then restart the daemon. If somebody guesses the password, Grafana refuses the right one too for five minutes after the last guess: a login that nobody can guess helps."),
        TroubleKind.NotPermitted => (
            "new accounts are NOT being disabled, a permission is missing",
            "New accounts are not being disabled: Grafana knows the daemon but refuses what it needs.",
            "Make the daemon's account a server admin (Administration, Users, the account, Permissions), or give its service account a role with the permission named above."),
        TroubleKind.UnknownDatabase => (
            "this is not the Grafana that the daemon knows",
            "The user list has changed as no daily work changes it. Accounts made since the last look are locked as always; older ones that nobody has seen before are left as they are, and not admitted, until you decide.",
            "If the database was restored or imported on purpose, look at its accounts and accept them: sudo grafana-auto-disable accept-database. If not, check GRAFANA_URL."),
        TroubleKind.NotUnderstood => (
            "new accounts are NOT being disabled, what Grafana answers is not understood",
            "Grafana answers, but without something that decisions hang on, such as whether an account is disabled. Nothing is decided by such an answer: nobody is locked, and nobody is admitted, until it is whole again.",
            "Was Grafana updated, or put behind something that changes its answers? Go back to the version before, or take a version of the daemon that knows this one. Until then close sign-up: allow_sign_up = false in the section [users] of grafana.ini."),
        TroubleKind.StateNotSaved => (
            "the daemon cannot write its memory",
            "The daemon goes on locking new accounts, but what it knows is in memory only: a restart now would forget it.",
            "Make room on the disk of the state directory (df -h /var/lib/grafana-auto-disable) or make it writable. Nothing has to be restarted."),
        TroubleKind.DatabaseNotUsable => (
            "external accounts cannot be locked, Grafana's database cannot be used",
            "GRAFANA_DATABASE is set, so that accounts from single sign-on, LDAP or a proxy can be locked; but the database cannot be used. Until then they are logged out at every sign of them.",
            "Put right what is named above; the rights that are needed are in packaging/sql/grafana-auto-disable-grants.sql."),
        TroubleKind.StateUnreadable => (
            "new accounts are NOT being disabled, the daemon's memory is damaged",
            "The daemon has ended: its state cannot be read and it never starts afresh by itself, because it would lock everybody or forget whom it locked.",
            "Restore /var/lib/grafana-auto-disable from a backup; or move state.json and state.previous.json away, make a new baseline (sudo grafana-auto-disable baseline) and start the daemon."),
        TroubleKind.ListenerNotProved => (
            "it cannot be proved that it is Grafana who is asked",
            "The daemon works and locks new accounts. But Grafana is asked over plain http on this machine, and while Grafana is down any local user can listen at its address and would be sent the daemon's session and password. Elsewhere the daemon proves each connection by Grafana's own log; here the log cannot show it.",
            "Write down one of these in /etc/default/grafana-auto-disable (or athena-workers), then restart the daemon: LOG, if it does not name the log of this very Grafana; GRAFANA_URL with https and GRAFANA_CA_FILE; or GRAFANA_TRUST_LOOPBACK=yes, if only admins may log in to this machine. Nothing else has to be done, and this mail comes once."),
        TroubleKind.ListenerRefused => (
            "new accounts are NOT being disabled, what listens at Grafana's address is not Grafana",
            "Somebody answers at Grafana's address, and what is asked there does not appear in Grafana's log as it should. The daemon has sent neither its password nor its session, and so it cannot lock anybody either.",
            "See who listens there: sudo ss -ltnp. If it is not grafana-server, stop it, and ask who started it: it waited for passwords. If it is, see that LOG is the log of this very Grafana; or use https, or GRAFANA_TRUST_LOOPBACK=yes where only admins may log in to this machine."),
        TroubleKind.SecondCopy => (
            "two copies of the daemon guard the same Grafana",
            "Another copy of this daemon works on the same Grafana with the same account. New accounts are locked all the same, by whichever comes first; but each copy remembers only what it was told itself. What the other approves from now on is taken over here as far as Grafana's log shows it; who was approved there before may be locked or logged out by this one, and all mails come twice.",
            "Find the other copy by the address above: an old host that runs on, a cloned machine, a second node. Stop the one that is not to guard any more (systemctl disable --now grafana-auto-disable), then see who waits here (sudo grafana-auto-disable pending). If it is none of yours, somebody uses the daemon's account: change its password."),
        TroubleKind.BornLockedBroken => (
            "new accounts may no longer be born locked",
            "Grafana's database was to disable each new account as it is made, and that is missing, changed or not to be seen. The daemon locks new accounts as it does without it: they are inside for a moment, and for as long as the daemon is stopped.",
            "Do what is named above. How it is: sudo grafana-auto-disable born-locked status. If it was removed on purpose, say so: sudo grafana-auto-disable born-locked remove"),
        TroubleKind.NotBornLocked => (
            "a new account was not born locked",
            "A new account was enabled when it was first seen, although Grafana's database was to disable it as it was made. The daemon has locked it. Something undoes the lock, such as another trigger, or the account was made by a way that the triggers do not see.",
            "Look at what is installed: sudo grafana-auto-disable born-locked status. Ask who administers the database for other triggers on the table \"user\"."),
        TroubleKind.BornLockedUnwatched => (
            "new accounts are born locked, and nobody looks after that any more",
            "GRAFANA_DATABASE has been taken out of the settings, but Grafana's own database disables each new account as it is made, until the triggers are taken out of it. The daemon asks about each as before. Whether the triggers are whole it does not see; and accounts from single sign-on or a directory can be let in by nobody here, because Grafana refuses to enable them.",
            "Either set GRAFANA_DATABASE again in /etc/default/grafana-auto-disable and restart the daemon: sudo systemctl restart grafana-auto-disable. Or take born locked out of the database: sudo grafana-auto-disable born-locked remove. Run that also where somebody has removed it by hand: it says so to the daemon."),
        TroubleKind.Imported => (
            "an import locked accounts",
            "Rows were put into Grafana's database, and were born locked.",
            "To let those in again who had been let in: sudo grafana-auto-disable approve --imported"),
        TroubleKind.DrillFailed => (
            "a drill failed, new accounts may NOT be disabled",
            "The daemon made a throw-away account to prove that it is locked and that mail is sent, and that did not happen as it should. What stood in its way stands in the way of every new account.",
            "Put right what is named above, then drill again: sudo grafana-auto-disable drill. Only a drill that passes ends this."),
        TroubleKind.GrafanaDown => (
            "new accounts may NOT be disabled, Grafana does not answer the daemon",
            "The daemon has not had a usable answer from Grafana for more than ten minutes. If Grafana is down, nobody can get in either. If only the daemon cannot reach it (address, certificate, proxy, sub-path), new accounts are not being disabled.",
            "Look at grafana-server, then at GRAFANA_URL and GRAFANA_CA_FILE."),
        _ => ("the log cannot be read", "New accounts are found by the list alone, up to a quarter of a minute later.", "See grafana-auto-disable check."),
    };
}
