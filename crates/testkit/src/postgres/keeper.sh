# Keeps a PostgreSQL server for a test process: starts and crashes it on command, and when its standard input ends, as
# it does even if the tests are killed, stops it and removes its folder.
#
# usage: sh -c "$this" keeper FOLDER POSTGRES ARGUMENTS...
folder=$1
shift
server=

crash() {
    if [ -n "$server" ]; then
        # An immediate shutdown: nothing is written that was not written before, as in a crash.
        kill -QUIT "$server" 2>/dev/null
        wait "$server" 2>/dev/null
    fi
    server=
}

while read -r command; do
    case $command in
    start)
        "$@" >>"$folder/log" 2>&1 </dev/null &
        server=$!
        ;;
    crash) crash ;;
    esac
    echo done
done
crash
rm -rf "$folder"
