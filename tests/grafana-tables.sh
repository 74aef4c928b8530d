#!/bin/sh
# Prints the SQL that makes Grafana's tables as they were recorded: table, column, type, nullable, default.
awk -F'|' '
    { if ($1 != table) { if (table != "") print ");"; if ($5 ~ /^nextval/) { split($5, part, "\047"); print "CREATE SEQUENCE " part[2] ";" } printf "CREATE TABLE \"%s\" (", $1; table = $1 } else printf ", " }
    { printf "%s %s%s%s%s", $2, $3, $4 == "NO" ? " NOT NULL" : "", $5 != "" ? " DEFAULT " $5 : "", $2 == "id" ? " PRIMARY KEY" : "" }
    END { print ");" }' "$(dirname "$0")/Fixtures/grafana-database/columns.txt"
