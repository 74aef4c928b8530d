"""Makes a journal of requests and measures its reading: ours in its process, against a C loop with the same reads and journalctl -o cat."""
import resource, statistics, subprocess, sys, time

BEGIN = 1637492400  # 2021-11-21T11:00:00Z: whoever writes journal files puts one aside that is ahead of the clock
STEP = 5000  # microseconds
UNIT = "grafana-server.service"
FIELDS = f"""_BOOT_ID=0000000000000000000000000000b001
_TRANSPORT=stdout
_STREAM_ID=0000000000000000000000000000517e
PRIORITY=6
SYSLOG_IDENTIFIER=grafana
_PID=4711
_UID=105
_COMM=grafana
_EXE=/usr/share/grafana/bin/grafana
_CMDLINE=/usr/share/grafana/bin/grafana server --config=/etc/grafana/grafana.ini
_SYSTEMD_UNIT={UNIT}
_HOSTNAME=athena
"""


def entry(i):
    at = BEGIN * 1_000_000 + i * STEP
    t = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at // 1_000_000)) + f".{at % 1_000_000:06d}Z"
    return (f"__REALTIME_TIMESTAMP={at}\n__MONOTONIC_TIMESTAMP={i * STEP}\n{FIELDS}MESSAGE=logger=context userId={i % 97} orgId=1 "
            f"uname=user{i % 97}@example.org t={t} level=info msg=\"Request Completed\" method=GET "
            f"path=/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/ward-{i % 31}/dto status=200 remote_addr=10.1.2.{i % 250} "
            f"time_ms={i % 400} duration={i % 400}.1ms size={i % 70000} referer=https://athena.example.org/d/ward-{i % 31}/ward-occupancy "
            f"handler=/apis/* status_source=server\n\n").encode()


def cpu(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def median(command, runs=7):
    return statistics.median(cpu(command) for _ in range(runs))


daemon, loop, folder, entries = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
with subprocess.Popen(["/usr/lib/systemd/systemd-journal-remote", "-o", f"{folder}/system.journal", "--split-mode=none", "-"],
                      stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as writer:
    for i in range(entries):
        writer.stdin.write(entry(i))
    writer.stdin.close()

window = lambda first, last: [daemon, "read-journal-window", f"{folder}/{UNIT}", first + ".0000000+00:00", last + ".0000000+00:00"]
start = median(window("2021-11-20T00:00:00", "2021-11-20T00:00:01"))
ours = median(window("2021-11-21T11:00:00", "2021-11-23T00:00:00"))
plain = median([loop, folder])
cat = median(["journalctl", "--directory", folder, "-o", "cat", "-u", UNIT, "--no-pager"], runs=3)
print(f"{entries} entries, CPU seconds, median of 7 runs")
print(f"C loop over libsystemd, counts only            {plain:.3f}")
print(f"ours, whole process, writes the lines           {ours:.3f}  of which start of the runtime {start:.3f}")
print(f"journalctl -o cat                              {cat:.3f}")
print(f"rate against the C loop: {plain / (ours - start):.2f} without the start, {plain / ours:.2f} with it")
