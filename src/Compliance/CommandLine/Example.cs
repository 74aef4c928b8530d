using Athena.Common.Activities;
using Athena.Common.Logs.Windows;
using Athena.Common.Time;
using Athena.Compliance.Deciding;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.CommandLine;

/// <summary>An invented window, for looking at how the mails come out with the settings of this host.</summary>
internal static class Example
{
    public static WindowEvidence Of(Outcome outcome, Window window, string source, DateTimeOffset now)
    {
        var gap = new Gap(window.From.AddMinutes(12), window.From.AddMinutes(16), GapCause.Dropped, "journald dropped 112 lines");
        var isWhole = outcome is Outcome.OnlyAdmins or Outcome.Nobody;
        IReadOnlyList<EvidencePerson> people = outcome is Outcome.OnlyAdmins or Outcome.OnlyAdminsInPart
            ?
            [
                new EvidencePerson(1, "admin", "Thandi Example", Role.Admin, ActivityProof.OpenedDashboard, 48, window.From.AddMinutes(3), window.From.AddMinutes(41),
                    [new EvidenceDashboard("ward-occupancy", "Ward occupancy", "Wards", 3, true), new EvidenceDashboard("theatre-plan", "Theatre plan", "Theatres", 1, false)], 0b1_1000_0011),
                new EvidencePerson(4, "second-admin", "Pieter Example", Role.Admin, ActivityProof.Other, 7, window.From.AddMinutes(22), window.From.AddMinutes(24), [], 0b1_0000),
            ]
            : [];
        var reason = outcome switch
        {
            Outcome.OnlyAdmins => "2 administrators at work and nobody else, everything could be seen",
            Outcome.OnlyAdminsInPart => "2 administrators at work and nobody else in what could be seen; not seen: " + gap.Why,
            Outcome.Nobody => "nobody at work, everything could be seen",
            _ => "nobody at work in what could be seen; not seen: " + gap.Why,
        };
        return new WindowEvidence(window, now, false, new Finding(outcome, reason), new Coverage(window, isWhole ? [] : [gap], ["this is an example, nobody was looked at"], 1234, 0), people, [], source, null, null)
        {
            IsInvented = true,
        };
    }
}
