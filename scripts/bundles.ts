/**
 * Bundles what users get without installing what it is made of: the script of pages (`dist/page`), plots with their library
 * (in place, in `dist/src/plot`), and the font of PNGs. Licences of what is bundled lie beside it.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OutputChunk, rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../../', import.meta.url));
const MODULES = `node_modules${sep}`;

/** The folder of the package that a module belongs to, if it is of one. */
function packageOf(module: string): string | undefined {
  const at = module.lastIndexOf(MODULES);
  if (at < 0) return undefined;
  const parts = module.slice(at + MODULES.length).split(sep);
  const name = parts[0]!.startsWith('@') ? parts.slice(0, 2) : parts.slice(0, 1);
  return join(module.slice(0, at + MODULES.length), ...name);
}

/** The licences of all packages that are in the chunks. */
function licencesOf(chunks: readonly OutputChunk[]): string {
  const modules = chunks.flatMap((chunk) => chunk.moduleIds);
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

/** The script of reports, as one file without imports. */
async function bundlePage(): Promise<void> {
  const build = await rolldown({
    input: join(root, 'src/page/report.tsx'),
    platform: 'browser',
  });
  const { output } = await build.write({
    file: join(root, 'dist/page/report.js'),
    format: 'iife',
    minify: true,
  });
  writeFileSync(
    join(root, 'dist/page/LICENSES.txt'),
    licencesOf(output.filter((part) => part.type === 'chunk')),
  );
  copyFileSync(join(root, 'src/page/page.css'), join(root, 'dist/page/page.css'));
}

/** Plots in place: what is imported of other rooms stays an import, what is of a package comes in. */
async function bundlePlots(): Promise<void> {
  const folder = join(root, 'dist/src/plot');
  const isOutside = (id: string, importer: string | undefined) =>
    importer !== undefined &&
    !importer.includes(MODULES) &&
    id.startsWith('.') &&
    !resolve(dirname(importer), id).startsWith(folder + sep);
  const build = await rolldown({
    input: join(folder, 'index.js'),
    platform: 'node',
    external: (id, importer) => id === '@resvg/resvg-wasm' || isOutside(id, importer),
  });
  const { output } = await build.write({
    file: join(folder, 'index.js'),
    format: 'esm',
    minify: true,
    codeSplitting: false,
  });
  writeFileSync(join(folder, 'LICENSES.txt'), licencesOf(output.filter((part) => part.type === 'chunk')));
}

function copyFont(): void {
  const fonts = join(root, 'node_modules/dejavu-fonts-ttf');
  const target = join(root, 'dist/fonts');
  mkdirSync(target, { recursive: true });
  copyFileSync(join(fonts, 'ttf/DejaVuSans.ttf'), join(target, 'DejaVuSans.ttf'));
  if (existsSync(join(fonts, 'LICENSE'))) copyFileSync(join(fonts, 'LICENSE'), join(target, 'LICENSE'));
}

await Promise.all([bundlePage(), bundlePlots()]);
copyFont();
