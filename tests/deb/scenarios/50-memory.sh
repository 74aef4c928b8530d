# What the three take together.
echo '-- memory'
total=0
for daemon in $daemons; do
    pid=$(show "$daemon" MainPID)
    pss=$(inside awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup")
    rss=$(inside awk '/^Rss:/ { print $2 }' "/proc/$pid/smaps_rollup")
    printf '        %-22s proportional %5.1f MB, resident %5.1f MB\n' "$daemon" "$(awk "BEGIN { print $pss / 1024 }")" "$(awk "BEGIN { print $rss / 1024 }")"
    total=$((total + pss))
done
printf '        together proportional %.1f MB\n' "$(awk "BEGIN { print $total / 1024 }")"
holds 'together they take at most 150 MB' [ "$total" -le $((150 * 1024)) ]
