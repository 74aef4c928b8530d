"""Checks what "audit export" wrote, by nothing but Python 3 and this file:

    python3 verify-audit.py EXPORT [LINE HASH]

LINE and HASH stand at the end of a report: with them it is proved that the record up to there is the one of then.
The file may begin with any entry; what came before it is not proved by it.
"""
import collections
import hashlib
import json
import re
import sys

COVERED = ("seq", "at", "event", "case", "verdict", "factsHash", "prev")
REPORT = re.compile(r", report ([0-9]+) of ([0-9]{4}-[0-9]{2})(?=,|$)")


def check(lines, witness):
    problems, first, last, verdicts, reports, is_witnessed = [], None, None, {}, {}, witness is None
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
            text = "".join(f"{entry[name]}\n" for name in COVERED)
            seq, own = int(entry["seq"]), entry["hash"]
        except (ValueError, KeyError, TypeError):
            problems.append(f"line {number} of the file is no entry")
            continue
        if hashlib.sha256(text.encode()).hexdigest() != own:
            problems.append(f"entry {seq} was changed")
        before = last or ((0, "0" * 64) if seq == 1 else (seq - 1, entry["prev"]))
        if (seq - 1, entry["prev"]) != before:
            problems.append(f"between entries {before[0]} and {seq} something was changed or is missing")
        is_witnessed = is_witnessed or (str(seq), own) == witness
        if entry["event"] == "window-decided":
            verdicts[entry["case"]] = entry["verdict"].split(",")[0]
            for report, month in REPORT.findall(entry["verdict"]):
                reports.setdefault(month, set()).add(int(report))
        elif entry["event"] == "window-void":
            verdicts.pop(entry["case"], None)
        first, last = seq if first is None else first, (seq, own)
    if last is None:
        problems.append("there is no entry")
    if not is_witnessed:
        problems.append(f"entry {witness[0]} does not have the hash that the report names")
    for month, found in sorted(reports.items()):
        lowest = 1 if first == 1 else min(found)
        problems += [f"report {number} of {month} is missing" for number in range(lowest, max(found)) if number not in found]
    return problems, verdicts, reports, first, last


def main(path, *witness):
    with open(path, encoding="utf-8") as lines:
        problems, verdicts, reports, first, last = check(lines, witness or None)
    for problem in problems:
        print("CHANGED ", problem)
    # A case is named for the end of its hour in UTC, so the hours at the edge of a month may be counted in the one beside it.
    for month, found in sorted(collections.Counter((case[3:7] + "-" + case[7:9], what) for case, what in verdicts.items()).items()):
        print(f"{month[0]}  {found:5}  {month[1]}")
    for month, found in sorted(reports.items()):
        print(f"{month}  reports {min(found)} to {max(found)}")
    print(f"Not one entry was changed, from entry {first} to {last[0]}, {last[1]}" if not problems else "This is not what was written.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) in (2, 4) else __doc__)
