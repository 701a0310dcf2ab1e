/**
 * Builds the playground (`src/web`) to static files in `build/web`, which any host can serve from any folder. Scripts, styles
 * and the engine lie in a folder that is named after their content, so that no cache mixes two versions.
 *
 * Beside it lie the documents. With a folder as argument only the playground is built there; `--serve` serves it while it is
 * worked on, and every load of the page builds it anew.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { dirname, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { version } from '../src/version.ts';
import { buildSite } from './site.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const source = join(root, 'src/web');
const PORT = 8080;

/** What `import.meta.url` and names leave open, and the bundler fills in. */
const CONSTANTS = { BUNDLED_VERSION: JSON.stringify(version) };

type Files = Map<string, string | Uint8Array>;

/** Page and workers, with what both need in chunks that they share, and what is needed later in chunks of its own. */
async function bundleScripts(): Promise<Files> {
  const build = await rolldown({
    input: { main: join(source, 'main.tsx'), worker: join(source, 'worker.ts') },
    platform: 'browser',
    transform: { define: CONSTANTS },
    onLog(level, log) {
      throw new Error(`${level}: ${log.message}`);
    },
  });
  try {
    const { output } = await build.generate({
      format: 'esm',
      minify: true,
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
    });
    return new Map(output.map((part) => [part.fileName, part.type === 'chunk' ? part.code : part.source]));
  } finally {
    await build.close();
  }
}

/** The service worker, which keeps all these files, and documents, for when there is no network. */
async function bundleServiceWorker(
  paths: readonly string[],
  revision: string,
  documents: Files,
): Promise<string> {
  const constants = {
    ...{ PATHS: paths, REVISION: revision },
    ...{ DOCUMENTS: [...documents.keys()], DOCUMENTS_REVISION: revisionOf(documents) },
  };
  const define = Object.fromEntries(
    Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  const build = await rolldown({
    input: join(source, 'service-worker.ts'),
    platform: 'browser',
    transform: { define },
  });
  try {
    const { output } = await build.generate({ format: 'iife', minify: true });
    return output[0].code;
  } finally {
    await build.close();
  }
}

function revisionOf(files: Files): string {
  const hash = createHash('sha256');
  for (const [path, content] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 12);
}

/**
 * All files of the playground, by their paths.
 *
 * @param documents What lies beside it.
 */
async function playground(documents: Files = new Map()): Promise<Files> {
  const text = (name: string) => readFileSync(join(source, name), 'utf8');
  const assets: Files = new Map([
    ...(await bundleScripts()),
    ['web.css', text('web.css')],
    // What `bundles.ts` has made for reports.
    ['report.js', readFileSync(join(root, 'dist/page/report.js'))],
    ['page.css', readFileSync(join(root, 'dist/page/page.css'))],
    ['engine.wasm', readFileSync(join(root, 'dist/engine.wasm'))],
  ]);
  const folder = `app-${revisionOf(assets)}`;
  const files: Files = new Map([
    ['index.html', text('index.html').replaceAll('./ASSETS/', `./${folder}/`)],
    ['icon.svg', text('icon.svg')],
    ['manifest.webmanifest', text('manifest.webmanifest')],
  ]);
  for (const [name, content] of assets) files.set(`${folder}/${name}`, content);
  const paths = ['', ...[...files.keys()].filter((path) => path !== 'index.html')];
  files.set('service-worker.js', await bundleServiceWorker(paths, revisionOf(files), documents));
  return files;
}

const DOCUMENTS = 'docs';

/** Writes the playground into a folder, which is emptied first but for the documents that lie there. */
export async function buildWeb(out: string): Promise<void> {
  const files = await playground(documentsIn(out));
  mkdirSync(out, { recursive: true });
  for (const name of readdirSync(out)) {
    if (name !== DOCUMENTS) rmSync(join(out, name), { recursive: true, force: true });
  }
  for (const [path, content] of files) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), content);
  }
}

/** The documents in a folder, by their paths from it. */
function documentsIn(folder: string): Files {
  const documents = join(folder, DOCUMENTS);
  if (!existsSync(documents)) return new Map();
  const entries = readdirSync(documents, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    paths.toSorted().map((path) => [relative(folder, path).replaceAll(sep, '/'), readFileSync(path)]),
  );
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

async function serve(): Promise<void> {
  let files = await playground();
  const answer = async (path: string, response: ServerResponse) => {
    if (path === 'index.html') files = await playground();
    const content = files.get(path);
    if (content === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/plain' }).end(content);
  };
  createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    answer(pathname.slice(1) || 'index.html', response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  }).listen(PORT, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${PORT}/\n`));
}

const [argument] = process.argv.slice(2);
if (argument === '--serve') await serve();
else if (argument !== undefined) await buildWeb(argument);
else {
  const out = join(root, 'build/web');
  await buildSite(out, { root, hasPlayground: true });
  await buildWeb(out);
}
