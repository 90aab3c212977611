# Keeps a program on a leash: starts it, and sends it a signal when the standard input of this shell ends, as it does
# even if the lab is killed. Ends with the program, and with its exit code.
#
# usage: sh -c "$this" leash SIGNAL PROGRAM ARGUMENTS...
signal=$1
shift
"$@" </dev/null &
program=$!
# What runs in the background has no standard input unless it is given one.
exec 3<&0
{
    while read -r _; do :; done
    kill -s "$signal" "$program" 2>/dev/null
} <&3 >/dev/null 2>&1 &
watch=$!
exec 3<&-
wait "$program"
code=$?
kill "$watch" 2>/dev/null
exit "$code"
