import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `npm pack --json` says of a tarball. */
interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

/** Compressed, the package with its documents and sources, the font of PNGs and the script of pages is smaller than this. */
const MAX_BYTES = 3_000_000;

/** With all that it depends on, an install is smaller than this. */
const MAX_INSTALLED_BYTES = 22_000_000;

let packed: Packed;

beforeAll(async () => {
  if (!existsSync(join(root, 'dist/src/cli/main.js'))) {
    throw new Error('there is no dist/src/cli/main.js; run `npm run build` first');
  }
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
  });
  const [first]: Packed[] = JSON.parse(stdout);
  if (first === undefined) throw new Error('npm pack made no tarball');
  packed = first;
}, 60_000);

describe('the tarball', () => {
  test('holds what a user needs', () => {
    const paths = new Set(packed.files.map(({ path }) => path));
    for (const path of [
      ...['package.json', 'README.md', 'LICENSE', 'dist/engine.wasm'],
      ...['CHANGELOG.md', 'CITATION.cff', 'SECURITY.md', 'docs/examples/architect.mjs'],
      ...['docs/spec.md', 'docs/simulation.md', 'docs/idea.svg', 'docs/examples/three-layers.cfg'],
      ...['dist/src/index.js', 'dist/src/index.d.ts', 'dist/src/cli/main.js', 'dist/src/sweep/worker.js'],
    ]) {
      expect(paths).toContain(path);
    }
  });

  test('holds all that its documents link to', () => {
    const paths = new Set(packed.files.map(({ path }) => path));
    const documents = [...paths].filter((path) => path.endsWith('.md'));
    const links = documents.flatMap((document) => {
      const text = readFileSync(join(root, document), 'utf8');
      return [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link]) =>
        posix.join(posix.dirname(document), link!),
      );
    });
    expect(links).toContain('docs/spec.md');
    expect(links.filter((link) => !paths.has(link))).toEqual([]);
  });

  test('holds nothing else: no tests, benchmarks, debug builds, sources', () => {
    const allowed = [
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|CITATION\.cff|SECURITY\.md)$/,
      /^dist\/engine\.wasm$/,
      /^dist\/fonts\/(DejaVuSans\.ttf|LICENSE)$/,
      /^dist\/page\/(report\.js|page\.css|LICENSES\.txt)$/,
      /^dist\/src\/(command-line\/)?LICENSES\.txt$/,
      /^dist\/src\/(cli\/(main\.js|replay-thread\.js|package\.json)|command-line\/[\w-]+\.cjs)$/,
      /^dist\/src\/((sweep\/|sweep\/queue\/)?index|core|node\/(plot|verify)|sweep\/worker|chunks\/[\w-]+)\.js$/,
      /^docs\/([\w-]+\.(md|svg)|pictures\/[\w-]+\.svg|reference\/[\w-]+\.md|examples\/[\w-]+\.(cfg|yaml|mjs))$/,
      /^dist\/(src\/.+|assembly\/(schedule\/|simulation\/|execute\/(digits|elements)-)layout)\.d\.ts$/,
    ];
    const others = packed.files.filter(({ path }) => !allowed.some((pattern) => pattern.test(path)));
    expect(others.map(({ path }) => path)).toEqual([]);
  });

  test('holds types of modules that are there, those of every entry point among them', () => {
    const types = packed.files.flatMap(({ path }) => /^dist\/(.+)\.d\.ts$/.exec(path)?.[1] ?? []);
    expect(types.filter((module) => !existsSync(join(root, `${module}.ts`)))).toEqual([]);
    expect(types).toEqual(
      expect.arrayContaining([
        'src/index',
        'src/core',
        'src/sweep/index',
        'src/sweep/queue/index',
        'src/node/plot',
        'src/node/verify',
      ]),
    );
  });

  test('is small', () => {
    expect(packed.size).toBeLessThan(MAX_BYTES);
  });
});

describe('installed in an empty folder', () => {
  const project = join(folder, 'project');
  let unreachable: string | undefined;

  beforeAll(async () => {
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "name": "user", "private": true, "type": "module" }');
    const tarball = join(folder, packed.filename);
    const flags = [
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--fetch-retries=0',
      '--fetch-timeout=20000',
    ];
    try {
      await run('npm', ['install', tarball, ...flags], { cwd: project, timeout: 100_000 });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // A package that cannot be installed is an error; a registry that cannot be reached is none of ours.
      if (
        !/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH/.test(message)
      ) {
        throw error;
      }
      unreachable = 'the registry cannot be reached';
      console.warn(`skipped: ${unreachable}`);
    }
  }, 120_000);

  test('is small, without the packages of a queue', (context) => {
    if (unreachable !== undefined) context.skip(unreachable);
    const modules = join(project, 'node_modules');
    const files = readdirSync(modules, { recursive: true, encoding: 'utf8' });
    const sizes = files.map((file) => statSync(join(modules, file))).filter((stats) => stats.isFile());
    expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(MAX_INSTALLED_BYTES);
    expect(existsSync(join(modules, 'clsa-cim/dist/engine.wasm'))).toBe(true);
    for (const name of ['bullmq', 'ioredis']) expect(files).not.toContain(name);
  });

  test('runs as npx clsa-cim', async (context) => {
    if (unreachable !== undefined) context.skip(unreachable);
    const command = ['--no-install', 'clsa-cim', 'schedule', 'tinyyolov4', '--extra-pes', '32', '--json'];
    const { stdout } = await run('npx', command, { cwd: project });
    expect(JSON.parse(stdout)).toMatchObject({ minimumPes: 117, totalPes: 149, cycles: 4109 });
  });

  test('writes Parquet, and reads YAML, with what it depends on', async (context) => {
    if (unreachable !== undefined) context.skip(unreachable);
    const main = join(project, 'node_modules/clsa-cim/dist/src/cli/main.js');
    const { stdout: yaml } = await run(process.execPath, [main, 'architectures', 'paper'], { cwd: project });
    writeFileSync(join(project, 'chip.yaml'), yaml);
    const flags = ['--arch', 'chip.yaml', '--granularity', 'row', '--schedule-out'];
    await Promise.all(
      ['sets.parquet', 'sets.csv'].map((file) =>
        run(process.execPath, [main, 'schedule', 'tinyyolov4', ...flags, file], { cwd: project }),
      ),
    );
    expect(readFileSync(join(project, 'sets.parquet')).subarray(0, 4).toString()).toBe('PAR1');
    expect(readFileSync(join(project, 'sets.csv'), 'utf8')).toMatch(/^layer,set,/);
  });

  const program = [
    "import { ClsaCimError, findPreset, loadModel, schedule } from 'clsa-cim';",
    "const architecture = findPreset('paper');",
    "if (architecture === undefined) throw new ClsaCimError('no preset');",
    "const result = schedule(loadModel('tinyyolov4'), architecture, { extraPes: 32, granularity: 'row' });",
    'console.log(JSON.stringify([result.cycles, result.layers.length]));',
    '',
  ].join('\n');

  test('is imported as a library', async (context) => {
    if (unreachable !== undefined) context.skip(unreachable);
    writeFileSync(join(project, 'main.js'), program);
    const { stdout } = await run(process.execPath, ['main.js'], { cwd: project });
    expect(JSON.parse(stdout)).toEqual([5109, 21]);
  });

  test('has types that hold in strict mode, those of what it depends on included', async (context) => {
    if (unreachable !== undefined) context.skip(unreachable);
    const others = ['core', 'sweep', 'plot', 'queue'].map(
      (entry) => `import * as ${entry} from 'clsa-cim/${entry}';\n`,
    );
    const types = `${others.join('')}${program}console.log(core, sweep, plot, queue);\nconst cycles: number = result.cycles;\nconst name: string = result.layers[0]?.name ?? '';\n`;
    writeFileSync(join(project, 'main.ts'), `${types}console.log(cycles, name);\n`);
    const options = {
      ...{ strict: true, skipLibCheck: false, noEmit: true, target: 'es2022', module: 'nodenext' },
      ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, types: [] },
      lib: ['es2022', 'dom'],
    };
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, include: ['main.ts'] }),
    );
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [compiler, '--project', project]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });
});
