#!/bin/sh
# Print a Python that can make Conjuncture's environments, or say what the machine lacks.
set -eu

recent='import sys; sys.exit(sys.version_info < (3, 11))'
old='' bare=''
if [ "$#" -gt 0 ]; then
    candidates=$1
else
    candidates='python3.13:python3.12:python3.11:python3'
fi

IFS=:
for candidate in $candidates; do
    "$candidate" -c '' >/dev/null 2>&1 || continue
    if ! "$candidate" -c "$recent"; then
        old=$candidate
    elif ! "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        bare=$candidate
    else
        echo "$candidate"
        exit 0
    fi
done

if [ -n "$bare" ]; then
    echo "make: $bare has no venv module with ensurepip; install it (on Debian: apt install" \
        "python3-venv), or name another Python with PYTHON=..." >&2
elif [ -n "$old" ]; then
    version=$("$old" -c 'import platform; print(platform.python_version())')
    echo "make: $old is Python $version, too old; install Python 3.11 or newer, or name one with" \
        "PYTHON=..." >&2
elif [ "$#" -gt 0 ]; then
    echo "make: there is no Python called '$1' on this machine; name another with PYTHON=..." >&2
else
    echo "make: this machine has no python3; install Python 3.11 or newer (on Debian: apt install" \
        "python3 python3-venv), or name one with PYTHON=..." >&2
fi
exit 1
