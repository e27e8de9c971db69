#!/bin/sh
# Build the environment of this checkout from its lock files. Needs Python 3.11 or newer with venv,
# or uv. Does nothing when nothing has changed.
set -eu
unset PYTHONDONTWRITEBYTECODE PYTHONPATH VIRTUAL_ENV || true

locks="requirements.lock requirements-uv.lock pyproject.toml tools/install.sh"
stamp=.venv/.installed
wanted="$(cat $locks | cksum) $(pwd)"

if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    exec .venv/bin/python -m app.core.assets
fi

is_new_enough() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if command -v "$name" >/dev/null 2>&1 && is_new_enough "$name"; then
            echo "$name"
            return
        fi
    done
}

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    rm -rf .venv
    python="$(find_python)"
    if [ -n "$python" ]; then
        "$python" -m venv .venv
    elif command -v uv >/dev/null 2>&1 && uv venv -q --python '>=3.11' .venv 2>/dev/null; then
        :
    else
        echo "Crossbench needs Python 3.11 or newer with its venv module (on Debian: apt-get install python3-venv), or uv: install one of them and try again." >&2
        exit 1
    fi
fi

if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    uv=.venv/bin/uv
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock
fi

get_packages() {
    "$uv" pip sync -q --python .venv/bin/python --require-hashes --compile-bytecode requirements.lock
}

# Behind a proxy that opens connections only the system's list of certificates knows it; in a bare
# container only uv's own list is there.
if ! get_packages 2>/dev/null; then
    export UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1
    get_packages || {
        echo "The packages could not be fetched (see above): check the connection to the package registry and try again." >&2
        exit 1
    }
fi
"$uv" pip install -q --python .venv/bin/python --no-deps --no-build-isolation --editable .
.venv/bin/python -m app.core.assets
.venv/bin/python -m compileall -q app migrations
echo "$wanted" >"$stamp"
