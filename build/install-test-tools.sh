#!/bin/sh
# Installs what some tests compare with: PyTorch for Python (apt), promtool (unpacked from Debian's package of Prometheus, which is not
# installed: nobody wants its service) and ONNX Runtime for Node (npm, pinned by build/test-tools/package-lock.json), the latter two into
# artifacts/test-tools. What cannot be had is said and left out: the tests that need it are skipped, and say so.
# SWEEP_SKIP_INSTALL=1 installs nothing.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
tools="$root/artifacts/test-tools"
log="$root/artifacts/test-tools.log"

say() { printf 'sweep: %s\n' "$*" >&2; }

[ "${SWEEP_SKIP_INSTALL:-}" = 1 ] && exit 0
mkdir -p "$tools"

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

if command -v dpkg-query >/dev/null 2>&1 && ! dpkg-query -W -f '${db:Status-Status}' python3-torch 2>/dev/null | grep -qx installed; then
  say 'installing python3-torch: tests compare with PyTorch'
  get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-torch >"$log" 2>&1; }
  get || { as_root apt-get update >"$log" 2>&1 && get; } || say "python3-torch could not be installed (artifacts/test-tools.log); tests that need it are skipped."
fi

if ! command -v promtool >/dev/null 2>&1 && [ ! -x "$tools/prometheus/usr/bin/promtool" ] && command -v dpkg-deb >/dev/null 2>&1; then
  say 'fetching promtool: tests lint the metrics'
  get() { rm -f "$tools"/prometheus_*.deb; (cd "$tools" && apt-get download prometheus) >"$log" 2>&1; }
  if { get || { as_root apt-get update >"$log" 2>&1 && get; }; } && dpkg-deb -x "$tools"/prometheus_*.deb "$tools/prometheus"; then
    rm -f "$tools"/prometheus_*.deb
  else
    say 'promtool could not be fetched (artifacts/test-tools.log); tests that need it are skipped.'
  fi
fi

if ! cmp -s "$root/build/test-tools/package-lock.json" "$tools/installed.json"; then
  if command -v npm >/dev/null 2>&1; then
    say 'installing onnxruntime-node: tests run exported models in ONNX Runtime'
    rm -f "$tools/installed.json"
    cp "$root/build/test-tools/package.json" "$root/build/test-tools/package-lock.json" "$tools/"
    if (cd "$tools" && npm ci --ignore-scripts --no-audit --no-fund >"$log" 2>&1); then
      cp "$tools/package-lock.json" "$tools/installed.json"
    else
      say 'onnxruntime-node could not be installed (artifacts/test-tools.log); tests that need it are skipped.'
    fi
  else
    say 'there is no npm, so there is no onnxruntime-node; tests that need it are skipped.'
  fi
fi
