"""Checks what "audit export" wrote, by nothing but Python 3 and this file:

    python3 verify-audit.py EXPORT [LINE HASH]

LINE and HASH stand at the end of a report: with them it is proved that the record up to there is the one of then.
"""
import collections
import hashlib
import json
import sys

COVERED = ("seq", "at", "event", "case", "verdict", "factsHash", "prev")


def check(lines, witness):
    problems, last, verdicts, is_witnessed = [], None, {}, witness is None
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
        elif entry["event"] == "window-void":
            verdicts.pop(entry["case"], None)
        last = (seq, own)
    if last is None:
        problems.append("there is no entry")
    if not is_witnessed:
        problems.append(f"entry {witness[0]} does not have the hash that the report names")
    return problems, verdicts, last


def main(path, *witness):
    with open(path, encoding="utf-8") as lines:
        problems, verdicts, last = check(lines, witness or None)
    for problem in problems:
        print("CHANGED ", problem)
    for month, found in sorted(collections.Counter((case[3:7] + "-" + case[7:9], what) for case, what in verdicts.items()).items()):
        print(f"{month[0]}  {found:5}  {month[1]}")
    print(f"Not one entry was changed, up to entry {last[0]}, {last[1]}" if not problems else "This is not what was written.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) in (2, 4) else __doc__)
