#!/bin/sh
# Builds sweep, sweep-silo and sweep-engine (Release) when a source differs from those of the last build, and says so in one line. The
# compiler's own words go to artifacts/build.log and are shown when it fails. A build that is up to date costs some milliseconds.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
stamp="$root/artifacts/build.stamp"
log="$root/artifacts/build.log"

# Every source with its size and time, in one number: what was added, deleted, edited or put back gives another.
sources() {
  find "$root/client" "$root/engine" "$root/grains" "$root/silo" "$root/standins" "$root/build" \
    "$root/global.json" "$root"/Directory.* "$root/artifacts/package-source.props" \
    \( -name bin -o -name obj -o -name packages.lock.json \) -prune -o -type f -printf '%p %s %T@\n' 2>/dev/null | cksum
}

fresh() {
  [ -e "$stamp" ] && [ "$(sources)" = "$(cat "$stamp")" ]
}

fresh && exit 0
mkdir -p "$root/artifacts"

# One build at a time; whoever waited finds it done.
if command -v flock >/dev/null 2>&1; then
  exec 9>"$root/artifacts/build.lock"
  flock 9
  fresh && exit 0
fi

if [ -z "${PackageSource:-}" ] && ! grep -qs '<ReadyToRunCompiler>' "$root/artifacts/package-source.props"; then
  sh "$root/build/detect-package-source.sh" >&2
fi

# As they stand before the build: what is edited meanwhile differs from it.
before=$(sources)
echo 'sweep: building (the first time takes a minute or two)…' >&2
if ! dotnet build "$root/build/product.proj" -c Release -nologo -v minimal --tl:off -nodeReuse:false >"$log" 2>&1 9>&-; then
  grep -E '(error|warning) [A-Z]+[0-9]+|error :' "$log" | sort -u | head -n 20 >&2 || tail -n 20 "$log" >&2
  echo "sweep: the build failed; artifacts/build.log has all of it." >&2
  exit 1
fi
printf '%s\n' "$before" >"$stamp.new"
mv "$stamp.new" "$stamp"
