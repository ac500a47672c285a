#!/bin/sh
# ./build.sh [build|test|check|clean|format]: the one entry to building and testing; continuous integration uses it too.
#   build   prerequisites, then every project (Release, warnings are errors)
#   test    build, then every test; the last line is "N passed, N failed"
#   check   format verified, then test
#   format  formats the sources
#   clean   removes build outputs and test results
set -eu
root=$(cd "$(dirname "$0")" && pwd)
cd "$root"
solution="$root/Sweep.sln"
results="$root/artifacts/test-results"

build() {
  build/install-prerequisites.sh
  if [ -z "${PackageSource:-}" ] && [ ! -e artifacts/package-source.props ]; then
    sh build/detect-package-source.sh
  fi
  dotnet build "$solution" -c Release -nologo -v minimal --tl:off -nodeReuse:false
}

# Sum of one counter over the result files of all test projects.
count() {
  find "$results" -name '*.trx' -exec grep -ho '<Counters [^>]*>' {} + 2>/dev/null |
    sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ sum += $1 } END { print sum + 0 }'
}

run_tests() {
  build
  build/install-test-tools.sh
  rm -rf "$results"
  status=0
  # One project after another: each already uses every core, and some measure themselves against a deadline.
  dotnet test "$solution" -c Release --no-build -nologo -v quiet -maxcpucount:1 -nodeReuse:false \
    --logger 'console;verbosity=minimal' --logger 'trx;LogFilePrefix=result' --results-directory "$results" || status=$?
  passed=$(count passed)
  failed=$(count failed)
  executed=$(count executed)
  total=$(count total)
  [ "$total" -eq "$executed" ] || echo "$((total - executed)) skipped"
  if [ "$executed" -eq 0 ]; then
    echo 'No test ran.'
    status=1
  elif [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
    echo 'A test project ended before its last test; its output is above.'
  fi
  [ "$failed" -eq 0 ] || status=1
  echo "$passed passed, $failed failed"
  return "$status"
}

case "${1:-build}" in
  build) build ;;
  test) run_tests ;;
  check)
    build
    dotnet format "$solution" --no-restore --verify-no-changes
    run_tests
    ;;
  format) dotnet format "$solution" ;;
  clean)
    rm -rf artifacts
    find client engine grains silo standins tests bench -type d \( -name bin -o -name obj -o -name TestResults \) -prune \
      -exec rm -rf {} + 2>/dev/null || true
    ;;
  *)
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
