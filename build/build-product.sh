#!/bin/sh
# Builds sweep, sweep-silo and sweep-engine (Release) when a source is newer than the last build, and says so in one line. The
# compiler's own words go to artifacts/build.log and are shown when it fails. A build that is up to date costs some milliseconds.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
stamp="$root/artifacts/build.stamp"
log="$root/artifacts/build.log"

# Additions and deletions show in the list of files, edits in their times.
sources() {
  find "$root/client" "$root/engine" "$root/grains" "$root/silo" "$root/standins" "$root/build" \
    "$root/global.json" "$root"/Directory.* "$root/artifacts/package-source.props" \
    \( -name bin -o -name obj -o -name packages.lock.json \) -prune -o -type f "$@" 2>/dev/null
}

fresh() {
  [ -e "$stamp" ] && [ "$(sources -print | cksum)" = "$(cat "$stamp")" ] && [ -z "$(sources -newer "$stamp" -print -quit)" ]
}

fresh && exit 0
mkdir -p "$root/artifacts"

# One build at a time; whoever waited finds it done.
if command -v flock >/dev/null 2>&1; then
  exec 9>"$root/artifacts/build.lock"
  flock 9
  fresh && exit 0
fi

if [ -z "${PackageSource:-}" ] && [ ! -e "$root/artifacts/package-source.props" ]; then
  sh "$root/build/detect-package-source.sh" >&2
fi

# The new stamp is as old as the start of the build: what is edited meanwhile is newer.
echo 'sweep: building (the first time takes a minute or two)…' >&2
touch "$stamp.new"
if ! dotnet build "$root/build/product.proj" -c Release -nologo -v minimal --tl:off -nodeReuse:false >"$log" 2>&1 9>&-; then
  grep -E '(error|warning) [A-Z]+[0-9]+|error :' "$log" | sort -u | head -n 20 >&2 || tail -n 20 "$log" >&2
  echo "sweep: the build failed; artifacts/build.log has all of it." >&2
  exit 1
fi
list=$(sources -print | cksum)
printf '%s\n' "$list" >"$stamp.list"
touch -r "$stamp.new" "$stamp.list"
mv "$stamp.list" "$stamp"
rm -f "$stamp.new"
