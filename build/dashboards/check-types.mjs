// Checks dashboards against Grafana's own types: node check-types.mjs SDK TYPESCRIPT DASHBOARD... (SDK: the package's dist folder).
// JSON has no enumerations and leaves defaults out, so in a copy of the types enumerations become literals and every field optional;
// each part is then a literal of its type, and the compiler refuses wrong values and unknown names.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const [sdk, typescript, ...files] = process.argv.slice(2).map((path) => resolve(path));
const work = mkdtempSync(join(tmpdir(), 'sweep-dashboards-'));
const modules = ['common', 'dashboard', 'prometheus', 'timeseries', 'stat', 'gauge', 'bargauge', 'heatmap', 'xychart', 'table'];

function loosen(text) {
  return text
    .replace(/export declare enum (\w+) \{([^}]*)\}/g, (_, name, body) =>
      `export type ${name} = ${[...body.matchAll(/=\s*("[^"]*"|-?\d+)/g)].map((value) => value[1]).join(' | ')};`)
    .replace(/^(\s+)(\w+|"[^"]+"): /gm, '$1$2?: ')
    .replace(/export declare const default.*\n/g, '');
}

function copy(from, to) {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const path = join(from, name);
    if (statSync(path).isDirectory()) {
      copy(path, join(to, name));
    } else if (name.endsWith('.gen.d.ts') && name.includes('types') || name === 'variants.gen.d.ts' || name === 'variants.d.ts') {
      writeFileSync(join(to, name), loosen(readFileSync(path, 'utf8')));
    }
  }
}

let failed = 1;
try {
  for (const name of modules) {
    copy(join(sdk, name), join(work, name));
    writeFileSync(join(work, name, 'index.d.ts'), "export * from './types.gen';\n");
  }

  mkdirSync(join(work, 'cog'));
  writeFileSync(join(work, 'cog', 'index.d.ts'), 'export interface Dataquery { _implementsDataqueryVariant?(): void; }\n');
  writeFileSync(join(work, 'cog', 'variants.d.ts'), 'export interface Dataquery { _implementsDataqueryVariant?(): void; }\n');
  const lines = modules.map((name) => `import * as ${name} from './${name}';`);
  for (const file of files) {
    const board = JSON.parse(readFileSync(file, 'utf8'));
    const say = (type, value, what) => lines.push(`/* ${what} */ ((value: ${type}) => value)(${JSON.stringify(value)});`);
    const { panels, templating, ...rest } = board;
    say('dashboard.Dashboard', rest, file);
    for (const variable of templating.list) {
      say('dashboard.VariableModel', variable, `${file}: variable ${variable.name}`);
    }

    for (const panel of panels) {
      const what = `${file}: ${panel.title}`;
      if (panel.type === 'row') {
        say('dashboard.RowPanel', panel, what);
        continue;
      }

      const { options, targets, fieldConfig: { defaults: { custom, ...defaults }, overrides }, ...frame } = panel;
      say('dashboard.Panel', frame, what);
      say('dashboard.FieldConfig', defaults, what);
      say('{ matcher: dashboard.MatcherConfig; properties: dashboard.DynamicConfigValue[] }[]', overrides, what);
      say(`${panel.type}.Options`, options, what);
      if (Object.keys(custom).length > 0) {
        say(`${panel.type}.FieldConfig`, custom, what);
      }

      for (const target of targets) {
        say('Partial<prometheus.Dataquery>', target, what);
      }
    }
  }

  writeFileSync(join(work, 'dashboards.ts'), lines.join('\n') + '\n');
  const run = spawnSync(process.execPath, [join(typescript, 'bin', 'tsc'), '--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'commonjs', 'dashboards.ts'], { cwd: work, encoding: 'utf8' });
  process.stdout.write(run.stdout.replace(/dashboards\.ts\((\d+),\d+\)/g, (_, line) => lines[line - 1].slice(0, 140)));
  process.stderr.write(run.stderr);
  failed = run.status;
} finally {
  rmSync(work, { recursive: true });
}

process.exit(failed);
