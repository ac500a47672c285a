// Checks Kubernetes manifests against the published types of Kubernetes, KEDA and the Prometheus operator:
//   node check-manifests.mjs TOOLS FILE.yaml...
// TOOLS is the folder with node_modules. First by the packages' compiled schemas (wrong types, missing keys), then by the TypeScript
// compiler, to which an unknown key of a literal is an error. Prints {"checked", "untyped", "faults"} as JSON.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [tools, ...files] = process.argv.slice(2);
const modules = join(tools, "node_modules");
const require = createRequire(join(modules, "x.js"));
const yaml = require("yaml");
const ts = require("typescript");
const packages = ["kubernetes-models", "@kubernetes-models/prometheus-operator", "@kubernetes-models/keda"];

const manifests = new Map();
for (const file of files) {
  for (const document of yaml.parseAllDocuments(readFileSync(file, "utf8"))) {
    if (document.errors.length > 0) throw document.errors[0];
    const manifest = document.toJS();
    if (manifest) manifests.set(JSON.stringify(manifest), { file, manifest });
  }
}

const faults = [];
const untyped = new Set();
const typed = [];
for (const { file, manifest } of manifests.values()) {
  const name = `${manifest.kind}/${manifest.metadata?.name}`;
  const model = packages.map((each) => `${each}/${manifest.apiVersion}/${manifest.kind}`).find((path) => existsSync(join(modules, `${path}.js`)));
  if (!model) {
    untyped.add(`${manifest.apiVersion}/${manifest.kind}`);
    continue;
  }
  typed.push({ file, name, model, manifest });
  const { [manifest.kind]: Model } = await import(pathToFileURL(join(modules, `${model}.js`)));
  try {
    new Model(manifest).validate();
  } catch (error) {
    faults.push(`${file}: ${name}: ${error.message}`);
  }
}

// A folder whose node_modules are the tools', so that packages are found by their names.
const folder = mkdtempSync(join(tmpdir(), "sweep-chart-"));
try {
  symlinkSync(modules, join(folder, "node_modules"));
  const lines = typed.map(({ model, manifest }, i) =>
    `import type { I${manifest.kind} as T${i} } from "${model}";\nexport const m${i}: T${i} = ${JSON.stringify(manifest)};`);
  const source = join(folder, "manifests.ts");
  writeFileSync(source, lines.join("\n"));
  const program = ts.createProgram([source], {
    noEmit: true, strict: true, skipLibCheck: true, types: [], module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  });
  for (const diagnostic of ts.getPreEmitDiagnostics(program)) {
    const line = diagnostic.file ? diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start).line : 0;
    const { file, name } = typed[Math.floor(line / 2)] ?? { file: "?", name: "?" };
    faults.push(`${file}: ${name}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, " ")}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

console.log(JSON.stringify({ checked: typed.length, untyped: [...untyped].sort(), faults }));
