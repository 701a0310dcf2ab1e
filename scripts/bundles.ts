/**
 * What `npm run build` makes of TypeScript: the package (`dist/src`: its entry points, with what they
 * share in chunks, and all of others that these use), the script of pages (`dist/page`), and what only this repository runs
 * (`build/`: file by file). Licences of what is bundled lie beside it.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'rolldown';

const MODULES = `node_modules${sep}`;

/** Entry points of the package, the command line, and what the worker threads of a sweep run. */
const ENTRIES = [
  'index',
  'core',
  'sweep/index',
  'sweep/queue/index',
  'node/plot',
  'node/verify',
  'cli/main',
  'sweep/worker',
];

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
    plugins: [licences('src/LICENSES.txt')],
    output: {
      ...{
        dir: 'dist',
        format: 'esm',
        entryFileNames: '[name].js',
        chunkFileNames: 'src/chunks/[name]-[hash].js',
      },
      // Whoever reports a bug sends a stack of names.
      minify: { compress: true, codegen: true, mangle: false },
    },
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
