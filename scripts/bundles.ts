/**
 * What `npm run build` makes of TypeScript: the package (`dist/src`: its entry points, with what they
 * share in chunks, and all of others that these use), the command line (`dist/src/cli/main.js`, with its chunks in
 * `dist/src/command-line` and `replay-thread.js`, which another thread of it runs), the script of pages (`dist/page`), and what only this repository runs
 * (`build/`: file by file). Licences of what is bundled lie beside it.
 *
 * The command line is CommonJS, which Node starts faster, and whose compiled code it can keep (`src/cli/compile-cache.ts`).
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'rolldown';
import { startGroups } from './chunks.ts';

const MODULES = `node_modules${sep}`;

/** Entry points of the package, and what the worker threads of a sweep run. */
const ENTRIES = [
  'index',
  'core',
  'sweep/index',
  'sweep/queue/index',
  'node/plot',
  'node/verify',
  'sweep/worker',
];

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** What is written into the package, and need not be looked up. */
const CONSTANTS = { BUNDLED_VERSION: JSON.stringify(version) };

/** Whoever reports a bug sends a stack of names. */
const MINIFY = { compress: true, codegen: true, mangle: false };

/** What npm installs beside the package. */
const INSTALLED = ['piscina', '@resvg/resvg-wasm', 'bullmq', 'ioredis', 'onnxruntime-web'];

/** Folders of what only this repository runs. */
const TOOLS = ['bench', 'scripts', 'src'];

/** The folder of the package that a module belongs to, if it is of one. */
function packageOf(module: string): string | undefined {
  const at = module.lastIndexOf(MODULES);
  if (at < 0) return undefined;
  const parts = module.slice(at + MODULES.length).split(sep);
  const name = parts[0]!.startsWith('@') ? parts.slice(0, 2) : parts.slice(0, 1);
  return join(module.slice(0, at + MODULES.length), ...name);
}

/** The licences of all packages that these modules are of. */
function licencesOf(modules: readonly string[]): string {
  const folders = new Set(modules.map(packageOf).filter((folder) => folder !== undefined));
  return [...folders]
    .toSorted()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), 'utf8');
      return `${name} ${version}\n\n${text.trim()}\n`;
    })
    .join(`\n${'-'.repeat(72)}\n\n`);
}

/** Writes the licences of what is bundled to a file beside it. */
function licences(fileName: string): Plugin {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((part) => part.type === 'chunk');
      const source = licencesOf(chunks.flatMap((chunk) => chunk.moduleIds));
      this.emitFile({ type: 'asset', fileName, source });
    },
  };
}

/** What commander gets for modules of Node that it loads and has no use for here: it runs no commands that are other programs. */
const UNUSED: Readonly<Record<string, string>> = { 'node:child_process': '{}', 'node:process': 'process' };

/**
 * Gives commander modules of Node without `require`, for which rolldown would load `node:module`, and those that take
 * milliseconds to load only where they are used.
 */
function commanderModules(): Plugin {
  return {
    name: 'commander-modules',
    resolveId(id, importer) {
      const isOfCommander = importer !== undefined && packageOf(importer)?.endsWith('commander');
      return isOfCommander && id.startsWith('node:') ? `\0commander:${id}` : null;
    },
    load(id) {
      const name = /^\0commander:(.*)$/.exec(id)?.[1];
      return name === undefined
        ? null
        : `module.exports = ${UNUSED[name] ?? `process.getBuiltinModule('${name}')`};`;
    },
  };
}

/**
 * Writes what is not ASCII as escapes: of a file with one such character V8 makes a text of twice the size, which takes
 * longer to read, to compile and to look up what was compiled of it.
 */
function ascii(): Plugin {
  return {
    name: 'ascii',
    generateBundle(_, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type === 'chunk') part.code = part.code.replace(/[\u0080-\uffff]/g, escaped);
      }
    },
  };
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Says that what lies in the folder of the command line is CommonJS, as the rest of the package is not. */
function commonJs(): Plugin {
  return {
    name: 'common-js',
    writeBundle: () => writeFileSync('dist/src/cli/package.json', '{ "type": "commonjs" }\n'),
  };
}

/** The font of PNGs and the style of pages are copied. */
function copies(): Plugin {
  return {
    name: 'copies',
    writeBundle() {
      const fonts = 'node_modules/dejavu-fonts-ttf';
      mkdirSync('dist/fonts', { recursive: true });
      copyFileSync(join(fonts, 'ttf/DejaVuSans.ttf'), 'dist/fonts/DejaVuSans.ttf');
      if (existsSync(join(fonts, 'LICENSE'))) copyFileSync(join(fonts, 'LICENSE'), 'dist/fonts/LICENSE');
      copyFileSync('src/page/page.css', 'dist/page/page.css');
    },
  };
}

/** All modules of a folder but those of pages, each by its path without the ending. */
function modulesIn(folder: string): [name: string, path: string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !join(folder, path).startsWith(join('src', 'web')))
    .map((path) => [join(folder, path.slice(0, -'.ts'.length)), join(folder, path)]);
}

const bundles: BuildOptions[] = [
  {
    logLevel: 'warn',
    input: Object.fromEntries(ENTRIES.map((entry) => [`src/${entry}`, `src/${entry}.ts`])),
    platform: 'node',
    external: INSTALLED,
    plugins: [licences('src/LICENSES.txt'), ascii()],
    transform: { define: CONSTANTS },
    output: {
      ...{
        dir: 'dist',
        format: 'esm',
        entryFileNames: '[name].js',
        chunkFileNames: 'src/chunks/[name]-[hash].js',
      },
      minify: MINIFY,
    },
  },
  {
    logLevel: 'warn',
    input: { 'src/cli/main': 'src/cli/main.ts' },
    platform: 'node',
    external: INSTALLED,
    plugins: [licences('src/command-line/LICENSES.txt'), commanderModules(), ascii(), commonJs()],
    transform: { define: CONSTANTS },
    output: {
      ...{
        dir: 'dist',
        format: 'cjs',
        entryFileNames: '[name].js',
        chunkFileNames: 'src/command-line/[name]-[hash].cjs',
        codeSplitting: { groups: startGroups() },
      },
      minify: MINIFY,
    },
  },
  {
    logLevel: 'warn',
    input: { 'src/cli/replay-thread': 'src/node/replay-thread.ts' },
    platform: 'node',
    plugins: [ascii()],
    output: { dir: 'dist', format: 'cjs', entryFileNames: '[name].js', minify: MINIFY },
  },
  {
    logLevel: 'warn',
    input: 'src/page/report.tsx',
    platform: 'browser',
    plugins: [licences('LICENSES.txt'), copies()],
    output: { dir: 'dist/page', entryFileNames: 'report.js', format: 'iife', minify: true },
  },
  {
    logLevel: 'warn',
    input: Object.fromEntries(TOOLS.flatMap(modulesIn)),
    platform: 'node',
    external: /^[^./]/,
    output: { dir: 'build', format: 'esm', preserveModules: true, entryFileNames: '[name].js' },
  },
];

// Chunks have names of their content, and types those of their sources: those of earlier builds would stay.
rmSync('dist/src', { recursive: true, force: true });
await build(bundles);
