#!/bin/sh
# Installs what building and training need on Debian 12, and nothing that is there already: a few milliseconds and no output
# when all is in place. Uses sudo only when not root. SWEEP_SKIP_INSTALL=1 reports what is missing and installs nothing.
set -eu

say() { printf 'sweep: %s\n' "$*" >&2; }

# What is needed, one package a line, and why.
needs='libtorch-dev|libtorch, which trains the networks
libopenblas0-openmp|a fast BLAS that shares the threads of libtorch; the reference BLAS is ten times slower
g++|compiles the bridge from .NET to libtorch
libturbojpeg0|decodes JPEG photographs
libpng16-16|decodes PNG photographs
dataset-fashion-mnist|the 70,000 images of the quickstart'

# The feed may bring TorchSharp and with it a libtorch of its own; images and their decoders are needed either way.
root=$(cd "$(dirname "$0")/.." && pwd)
if [ "${PackageSource:-}" = feed ] || grep -qs '<PackageSource>feed<' "$root/artifacts/package-source.props"; then
  needs=$(printf '%s\n' "$needs" | grep -E '^(dataset-|libturbojpeg|libpng)')
fi

installed() { # names of the wanted packages that are installed, one a line
  # shellcheck disable=SC2086 # the names are words
  dpkg-query -W -f '${db:Status-Status} ${binary:Package}\n' $1 2>/dev/null | sed -n 's/^installed \([^:]*\).*/\1/p'
}

missing=
names=$(printf '%s\n' "$needs" | cut -d'|' -f1)
if command -v dpkg-query >/dev/null 2>&1; then
  present=$(installed "$names")
  for name in $names; do
    printf '%s\n' "$present" | grep -qxF "$name" || missing="$missing $name"
  done
else
  if [ "${SWEEP_SKIP_INSTALL:-}" = 1 ]; then exit 0; fi
  say "this is not Debian (there is no dpkg-query), so nothing can be installed or checked. Needed are:"
  printf '%s\n' "$needs" | sed 's/^\([^|]*\)|\(.*\)$/  \1: \2/' >&2
  say "install their counterparts, then set SWEEP_SKIP_INSTALL=1."
  exit 1
fi

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    say "installing needs root, and there is no sudo. As root, run: $*"
    return 1
  fi
}

if [ -n "$missing" ]; then
  verb=installing
  [ "${SWEEP_SKIP_INSTALL:-}" = 1 ] && verb=missing
  for name in $missing; do
    say "$verb $name: $(printf '%s\n' "$needs" | sed -n "s/^$(printf '%s' "$name" | sed 's/[+.]/\\&/g')|//p")"
  done
  if [ "${SWEEP_SKIP_INSTALL:-}" = 1 ]; then
    say "going on without, as SWEEP_SKIP_INSTALL=1 asks."
    exit 0
  fi
  if ! command -v apt-get >/dev/null 2>&1; then
    say "apt-get was not found. Install these packages by other means, or set SWEEP_SKIP_INSTALL=1:$missing"
    exit 1
  fi

  # The package lists may be absent (a fresh container) or too old: they are fetched only when needed.
  lists_know() { for name in "$@"; do apt-cache show --no-all-versions "$name" >/dev/null 2>&1 || return 1; done; }
  # shellcheck disable=SC2086 # the names are words
  get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >"$log" 2>&1; }
  log=$(mktemp "${TMPDIR:-/tmp}/sweep-install.XXXXXX")
  trap 'rm -f "$log"' EXIT
  # shellcheck disable=SC2086
  if ! lists_know $missing || ! get; then
    say "fetching the package lists"
    if ! as_root apt-get update >"$log" 2>&1 || ! get; then
      tail -n 20 "$log" >&2
      say "apt-get could not install:$missing. The lines above say why."
      exit 1
    fi
  fi
fi

# With several BLAS libraries on the machine the system picks one. Reference BLAS, and an automatic choice other than the
# OpenMP build of OpenBLAS, are replaced; a choice that somebody made by hand is left alone.
case "$names" in *libopenblas0-openmp*) ;; *) exit 0 ;; esac
command -v update-alternatives >/dev/null 2>&1 || exit 0
for library in libblas.so.3 liblapack.so.3; do
  for current in /usr/lib/*/"$library"; do
    [ -L "$current" ] || continue
    folder=${current%/*}
    wanted="$folder/openblas-openmp/$library"
    target=$(readlink -f "$current" || true)
    [ -e "$wanted" ] && [ "$target" != "$(readlink -f "$wanted")" ] || continue
    link="$library-${folder##*/}"
    status=$(update-alternatives --query "$link" 2>/dev/null | sed -n 's/^Status: //p')
    case "$target" in */blas/* | */lapack/*) status=auto ;; esac
    [ "$status" = auto ] || continue
    if [ "${SWEEP_SKIP_INSTALL:-}" = 1 ]; then
      say "$library is $target, which is slower than OpenBLAS; left, as SWEEP_SKIP_INSTALL=1 asks."
      continue
    fi
    say "selecting OpenBLAS for $library, in place of $target"
    as_root update-alternatives --set "$link" "$wanted" >/dev/null
  done
done
