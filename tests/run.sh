#!/usr/bin/env bash
# Sets everything up in .venv, checks the code and runs all tests, the browser's included, on two cores. Arguments
# go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-$(command -v python3.11 || command -v python3)}
unset PYTHONDONTWRITEBYTECODE  # with it each program would compile all it imports anew

# Runs functions side by side, prints what each has said, one after another, and fails where one has failed
together() {
    local said name failed=0
    local -A ids=()
    said=$(mktemp -d)
    for name in "$@"; do
        "$name" >"$said/$name" 2>&1 &
        ids[$name]=$!
    done
    for name in "$@"; do
        wait "${ids[$name]}" || failed=1
        cat "$said/$name"
    done
    rm -r "$said"
    return $failed
}

packages() {
    [ -x .venv/bin/python ] || "$python" -m venv --without-pip .venv
    local wanted=(-r tests/requirements.txt -c tests/constraints.txt)
    # uv asks for many packages at a time and unpacks them side by side; pip where it cannot, as with an index of
    # one's own in pip's settings
    by_pip uv -c tests/constraints.txt &&
        .venv/bin/uv pip install --quiet --system-certs --python .venv/bin/python "${wanted[@]}" ||
        by_pip "${wanted[@]}"
}

# --no-compile: of 12,000 files a fifth is ever imported, and python compiles those by itself
by_pip() {
    local pip=("$python" -m pip --python .venv/bin/python)  # one in .venv itself would take six seconds
    "${pip[@]}" --version >/dev/null 2>&1 || { .venv/bin/python -m ensurepip >/dev/null; pip=(.venv/bin/python -m pip); }
    "${pip[@]}" install --quiet --disable-pip-version-check --no-compile "$@"
}

by_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
has_chromium() { command -v chromium-headless-shell chromium chromium-browser >/dev/null; }
has_node() { command -v npm >/dev/null && node -e 'process.exit(Number(parseInt(process.versions.node) < 20))'; }

# The page's scripts are checked at once: torch takes one core half a minute to unpack
page() {
    programs
    scripts
}

# A Chromium, and node for the page's scripts: Debian's packages where there are none
programs() {
    if by_apt && ! { has_chromium && command -v npm >/dev/null; }; then
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        has_chromium || apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null
        command -v npm >/dev/null || apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
    fi
    if has_node && ! [ tests/js/node_modules/.package-lock.json -nt tests/js/package-lock.json ]; then
        npm ci --silent --prefix tests/js
    fi
}

code() {
    .venv/bin/ruff check --quiet .
    .venv/bin/ruff format --check --quiet . || { echo "lay the code out: .venv/bin/ruff format"; return 1; }
    .venv/bin/mypy --no-error-summary
}

# The page's scripts: a checker, and tests under node
scripts() {
    if ! has_node; then
        echo "the page's scripts are not checked: that takes npm and node 20 or later"
        return
    fi
    tests/js/node_modules/.bin/tsc --project tests/js
    told=$(PYTHON="$python" node --test --test-reporter=spec tests/js/*.test.mjs) || { echo "$told"; return 1; }
}

tests() {
    # glibc would give large blocks back at each free, and networks take them anew in each step
    MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=17179869184 \
        .venv/bin/python -m pytest -n 2 --dist worksteal "$@"
}

together packages page
has_chromium || .venv/bin/python -m playwright install chromium
# mypy takes one core for half a minute: the tests begin beside it
checked=$(mktemp)
code >"$checked" 2>&1 & checks=$!
tests "$@" && passed=0 || passed=$?
wait $checks || { cat "$checked"; passed=1; }
rm "$checked"
exit $passed
