#!/usr/bin/env bash
# Finds what Swift needs, builds it when its sources are newer than the last build, and becomes the command line.
#   ./swift COMMAND …        runs the command line
#   ./swift test [FILTER]    builds everything, runs the tests, ends with "N passed, N failed"
set -euo pipefail

root=$(cd -P -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
artifacts=$root/artifacts
say() { printf 'swift: %s\n' "$*" >&2; }

# ---- the .NET SDK ---------------------------------------------------------------------------------------------------

# Prints the first dotnet whose SDKs satisfy global.json.
find_sdk() {
    local candidate
    for candidate in "${DOTNET_ROOT:+$DOTNET_ROOT/dotnet}" "$(command -v dotnet || true)" "$HOME/.dotnet/dotnet" \
        /usr/lib/dotnet/dotnet /usr/share/dotnet/dotnet /usr/local/share/dotnet/dotnet; do
        [[ -n $candidate && -x $candidate ]] || continue
        (cd "$root" && "$candidate" --version) >/dev/null 2>&1 && { printf '%s\n' "$candidate"; return; }
    done
    return 1
}

require_sdk() {
    dotnet=$(find_sdk) && return
    if may_install && apt-cache show dotnet-sdk-10.0 >/dev/null 2>&1; then
        install_packages dotnet-sdk-10.0
        dotnet=$(find_sdk) && return
    fi
    say "no .NET SDK fits global.json: $(tr -d '\n' <"$root/global.json")"
    say "get it from https://dotnet.microsoft.com/download/dotnet/10.0 (the install script needs no root: it puts the SDK into ~/.dotnet, which is found)"
    exit 1
}

# ---- packages of the system -----------------------------------------------------------------------------------------

may_install() { [[ $EUID -eq 0 ]] && command -v apt-get >/dev/null && [[ -e /etc/debian_version ]]; }

# Installs packages without starting a service: dpkg's scripts find our do-nothing commands first on their path,
# so nothing on the system is changed that would have to be changed back.
install_packages() {
    local quiet name log
    quiet=$(mktemp -d)
    for name in invoke-rc.d deb-systemd-invoke; do
        printf '#!/bin/sh\nexit 0\n' >"$quiet/$name"
        chmod +x "$quiet/$name"
    done
    log=$quiet/log
    say "installing $* (no service is started)"
    export DEBIAN_FRONTEND=noninteractive
    local apt=(apt-get -y -q -o DPkg::Lock::Timeout=300 -o "DPkg::Path=$quiet:/usr/sbin:/usr/bin:/sbin:/bin")
    if "${apt[@]}" install --no-install-recommends "$@" >"$log" 2>&1 ||
        { apt-get -q update >>"$log" 2>&1 && "${apt[@]}" install --no-install-recommends "$@" >>"$log" 2>&1; }; then
        rm -rf -- "$quiet"
    else
        tail -n 5 "$log" >&2
        rm -rf -- "$quiet"
        say "could not install $*; going on without"
        return 1
    fi
}

has_postgres() {
    [[ -n ${SWIFT_POSTGRES_BIN:-} ]] || command -v postgres >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null
}
has_rabbitmq() { command -v rabbitmq-server >/dev/null || [[ -x /usr/sbin/rabbitmq-server ]]; }
has_npm() { command -v node >/dev/null && command -v npm >/dev/null; }

# require PROBE PACKAGE…: installs the packages unless the probe succeeds.
require() {
    local probe=$1
    shift
    "$probe" && return
    if may_install; then
        install_packages "$@" || true
    else
        say "missing: $*. Install it (Debian, Ubuntu: sudo apt-get install $*)"
    fi
}

# ---- building -------------------------------------------------------------------------------------------------------

# up_to_date STAMP: nothing that is built is newer than the stamp, which holds the path of the dotnet that built it.
up_to_date() {
    [[ -s $1 && -x $(<"$1") ]] || return 1
    local inputs=("$root"/src "$root"/global.json "$root"/Directory.*.props)
    [[ $1 == *all ]] && inputs+=("$root"/tests "$root"/benchmarks "$root"/Swift.sln)
    [[ -z $(find "${inputs[@]}" -newer "$1" -not -name '.*' -print -quit) ]]
}

# build WHAT STAMP: one at a time; whoever waited finds it done.
build() {
    local what=$1 stamp=$artifacts/.built-$2
    up_to_date "$stamp" && { dotnet=$(<"$stamp"); return; }
    mkdir -p "$artifacts"
    exec 9>"$artifacts/.build.lock"
    flock -n 9 || { say "waiting for another build"; flock 9; }
    if ! up_to_date "$stamp"; then
        require_sdk
        say "building $what"
        local log=$artifacts/build.log started=$SECONDS
        printf '%s\n' "$dotnet" >"$stamp.new" # before the build: an edit meanwhile is newer
        # A compiler server of our own, so that ending it ends nobody else's.
        if ! (cd "$root" && "$dotnet" build "$what" -c Release -v minimal -nologo -nodeReuse:false \
            -p:UseSharedCompilation=true "-p:SharedCompilationId=swift-$$") >"$log" 2>&1 9>&-; then
            end_compiler
            grep -E ': (error|warning) ' "$log" | sort -u | head -n 40 >&2 || true
            say "the build failed; everything it said is in $log"
            exit 1
        fi
        end_compiler
        mv -f "$stamp.new" "$stamp"
        [[ $2 == all ]] && cp -p "$stamp" "$artifacts/.built-cli"
        say "built in $((SECONDS - started)) s"
    fi
    dotnet=$(<"$stamp")
    exec 9>&-
}

end_compiler() {
    local process
    for process in /proc/[0-9]*; do
        if grep -qzx -- "-pipename:swift-$$" "$process/cmdline" 2>/dev/null; then
            kill "${process#/proc/}" 2>/dev/null || true
        fi
    done
}

# ---- ./swift test ---------------------------------------------------------------------------------------------------

# Ends whatever the tests left running, also what left their process group: all of it carries our mark in its environment.
end_leftovers() {
    local process
    for process in /proc/[0-9]*; do
        [[ ${process#/proc/} == "$$" ]] && continue
        if grep -qzx "SWIFT_TEST_RUN=$1" "$process/environ" 2>/dev/null; then
            kill -9 "${process#/proc/}" 2>/dev/null || true
        fi
    done
}

run_tests() {
    local filter=${1:-} passed=0 failed=0 skipped=0 project name status line
    require has_postgres postgresql
    require has_rabbitmq rabbitmq-server
    require has_npm nodejs npm
    build Swift.sln all
    # Not local: the trap runs when this function has returned.
    mark=$$-$(date +%s)
    output=$(mktemp)
    failures=$(mktemp)
    trap 'end_leftovers "$mark"; rm -f -- "$output" "$failures"' EXIT
    trap 'exit 130' INT TERM
    for project in "$root"/tests/*.Tests/*.csproj; do
        name=$(basename "$project" .csproj)
        say "$name"
        status=0
        SWIFT_TEST_RUN=$mark timeout --foreground -k 10 900 "$dotnet" "$artifacts/bin/$name/release/$name.dll" -noLogo -noColor \
            ${filter:+-method "*$filter*"} >"$output" 2>&1 </dev/null || status=$?
        end_leftovers "$mark"
        line=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+' "$output" | tail -n 1 || true)
        if [[ $line =~ Total:\ ([0-9]+),\ Errors:\ ([0-9]+),\ Failed:\ ([0-9]+),\ Skipped:\ ([0-9]+),\ Not\ Run:\ ([0-9]+) ]]; then
            failed=$((failed + BASH_REMATCH[2] + BASH_REMATCH[3]))
            skipped=$((skipped + BASH_REMATCH[4]))
            passed=$((passed + BASH_REMATCH[1] - BASH_REMATCH[3] - BASH_REMATCH[4] - BASH_REMATCH[5]))
            # Only what is said about single tests, without the frames of the runtime.
            sed -n '/^  Starting: /,/^  Finished: /p' "$output" |
                grep -vE '^  (Starting|Finished): |^ +at (System|Microsoft|InvokeStub_|Interop|Xunit)[._]?' >&2 || true
            # Each failed test with what it said, up to its stack trace.
            awk '/ \[FAIL\]$/ { sub(/^ */, ""); sub(/ \[FAIL\]$/, ""); print "swift: failed: " $0; lines = 20; next }
                / \[(SKIP|PASS)\]$|^ *Stack Trace:$|^ *Output:$/ { lines = 0 }
                lines-- > 0 && NF' "$output" >>"$failures"
        elif ! grep -q ' Total: 0$' "$output"; then
            failed=$((failed + 1))
            printf 'swift: failed: %s (ended with %s)\n' "$name" "$status" >>"$failures"
            say "$name ended with $status and without a summary:"
            tail -n 60 "$output" | sed 's/^/    /' >&2
        fi
    done
    cat -- "$failures" >&2
    ((skipped == 0)) || say "$skipped skipped, each with its reason above"
    printf '%s\n' "$passed passed, $failed failed"
    ((failed == 0 && passed > 0))
}

# ---------------------------------------------------------------------------------------------------------------------

if [[ ${1:-} == test ]]; then
    shift
    run_tests "$@"
    exit
fi

case " $* " in
*" --help "* | *" -h "* | *" --database "*) ;;
" up "*) [[ -n ${SWIFT_DATABASE:-} ]] || require has_postgres postgresql ;;
" demo "*) require has_postgres postgresql ;;
esac
build src/Swift.Cli cli
exec "$dotnet" "$artifacts/bin/Swift.Cli/release/swift.dll" "$@"
