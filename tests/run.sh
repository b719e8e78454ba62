#!/usr/bin/env bash
# Sets everything up in .venv, checks the code and runs all tests, the browser's included, on two cores. Arguments
# go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-$(command -v python3.11 || command -v python3)}
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt -c tests/constraints.txt

# A Chromium: the system's, or else Debian's package, or else the one that Playwright brings
if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
    else
        .venv/bin/python -m playwright install chromium
    fi
fi

.venv/bin/ruff check --quiet .
.venv/bin/ruff format --check --quiet . || { echo "lay the code out: .venv/bin/ruff format"; exit 1; }
.venv/bin/mypy --no-error-summary

# The page's scripts: a checker, and tests under node; Debian's package where there is none
if ! command -v npm >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
fi
if command -v npm >/dev/null && node -e 'process.exit(Number(parseInt(process.versions.node) < 20))'; then
    [ tests/js/node_modules/.package-lock.json -nt tests/js/package-lock.json ] || npm ci --silent --prefix tests/js
    tests/js/node_modules/.bin/tsc --project tests/js
    told=$(PYTHON="$PWD/.venv/bin/python" node --test --test-reporter=spec tests/js/*.test.mjs) || { echo "$told"; exit 1; }
else
    echo "the page's scripts are not checked: that takes npm and node 20 or later"
fi

exec .venv/bin/python -m pytest -n 2 --dist worksteal "$@"
