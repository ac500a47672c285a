#!/bin/sh
# Asks the configured NuGet feed whether it serves Orleans' runtime and providers, Azure Storage's SDK, TorchSharp and
# OpenTelemetry's Prometheus exporter, by restoring build/probe/Probe.proj, and for the ahead-of-time compiler of
# build/ReadyToRun.targets, and writes the answers to artifacts/package-source.props. Delete that file, or set PackageSource=feed|standins, to decide again.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
out="$root/artifacts"
mkdir -p "$out"

if dotnet restore "$root/build/probe/Probe.proj" -p:PackageSource=feed --disable-build-servers \
     >"$out/package-source.log" 2>&1; then
  found=feed
else
  found=standins
fi
compiler=
if dotnet restore "$root/build/probe/ReadyToRun.proj" -p:PackageSource="$found" --disable-build-servers \
     >"$out/ready-to-run.log" 2>&1; then
  compiler=$(sed -n 's/.*<ReadyToRunCompilerVersion>\(.*\)<.*/\1/p' "$root/Directory.Build.props")
fi
rm -rf "$root/build/probe/obj"

temporary="$out/package-source.props.$$"
printf '<Project>\n  <PropertyGroup>\n    <PackageSource>%s</PackageSource>\n    <ReadyToRunCompiler>%s</ReadyToRunCompiler>\n  </PropertyGroup>\n</Project>\n' "$found" "$compiler" >"$temporary"
mv "$temporary" "$out/package-source.props"
if [ "$found" = feed ]; then
  echo "Packages: the feed serves Orleans, Azure Storage, TorchSharp and the Prometheus exporter; building against them."
else
  echo "Packages: the feed lacks Orleans' runtime, Azure Storage, TorchSharp or the Prometheus exporter; building against standins/ (log: artifacts/package-source.log)."
fi
