/**
 * The documents as a static site: `npm run site` writes it to `build/web/docs`, beside the playground. It needs no script and no
 * server, and loads nothing from elsewhere.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reference } from './reference.ts';
import { chapters, pageOf, REFERENCE } from './site/chapters.ts';
import { escaped } from './site/html.ts';
import { make } from './site/made.ts';
import { render } from './site/markdown.ts';
import { pageHtml } from './site/page.ts';

/** How a site is built. */
export interface SiteOptions {
  /** The root of the repository, which has been built; left out, the current directory. */
  readonly root?: string;
  /** True where the playground lies in the same folder; pages lead to it then. */
  readonly hasPlayground?: boolean;
}

/** Files that are shown as they are, on a page of their own. */
const SHOWN = /\.(ya?ml|json|mjs|cfg|cff|ts)$|^LICENSE$/;
const PICTURE = /\.(svg|png)$/;

/**
 * Writes the documents into the folder `docs` of `folder`; nothing else stays there.
 *
 * @returns the paths of its pages, from that folder.
 * @throws Error where a document is in no chapter, or links to what is not there.
 */
export async function buildSite(
  folder: string,
  { root = process.cwd(), hasPlayground = false }: SiteOptions = {},
): Promise<string[]> {
  const site = join(folder, 'docs');
  const documents = await documentsOf(root);
  const linked = new Set<string>();
  const toRun: string[] = [];
  const pages = [...documents].map(([path, text]) => {
    const page = pageOf(path);
    const target = (link: string) => targetOf(link, path, page, documents, linked);
    const { html, headings, commands } = render(text, path, target);
    toRun.push(...commands);
    const title = headings[0]?.text ?? path;
    return [page, pageHtml({ page, title, html, headings, chapters, hasPlayground })] as const;
  });
  const sources = [...linked].filter((path) => SHOWN.test(path));
  for (const path of sources) {
    const page = pageOf(path);
    const html = `<h1>${escaped(path)}</h1>\n<pre tabindex="0"><code>${escaped(readFileSync(join(root, path), 'utf8'))}</code></pre>\n`;
    pages.push([page, pageHtml({ page, title: path, html, headings: [], chapters, hasPlayground })]);
  }
  // Not before all pages are made: where that fails, the old ones stay.
  rmSync(site, { recursive: true, force: true });
  for (const [page, html] of pages) write(join(site, page), html);
  for (const path of linked) {
    if (PICTURE.test(path)) cpSync(join(root, path), join(site, pictureOf(path)));
  }
  for (const code of toRun) make(code, root, site);
  cpSync(join(root, 'scripts/site/site.css'), join(site, 'site.css'));
  return pages.map(([page]) => page);
}

/** The documents of the chapters with their text, and a check that these are all. */
async function documentsOf(root: string): Promise<Map<string, string>> {
  const paths = chapters.flatMap((chapter) => chapter.documents.map(([path]) => path));
  const forgotten = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .find((path) => path.endsWith('.md') && !path.startsWith(REFERENCE) && !paths.includes(path));
  if (forgotten !== undefined) {
    throw new Error(`${forgotten} is in no chapter; add it to scripts/site/chapters.ts`);
  }
  const made = await reference(root);
  const generated = new Map(made.map(({ path, text }) => [`${REFERENCE}/${path}`, text]));
  const textOf = (path: string) => generated.get(path) ?? readFileSync(join(root, path), 'utf8');
  return new Map(paths.map((path) => [path, textOf(path)]));
}

const pictureOf = (path: string) => path.replace(/^docs\//, '');

/** Where a link of a document leads to in the site; what it needs besides documents is put to `linked`. */
function targetOf(
  link: string,
  path: string,
  page: string,
  documents: ReadonlyMap<string, string>,
  linked: Set<string>,
): string {
  if (/^https?:\/\//.test(link) || link.startsWith('#')) return link;
  const [file = '', fragment] = link.split('#');
  const linkedPath = posix.join(posix.dirname(path), file);
  const to = (other: string) => posix.relative(posix.dirname(page), other);
  const behind = fragment === undefined ? '' : `#${fragment}`;
  if (documents.has(linkedPath)) return to(pageOf(linkedPath)) + behind;
  if (!PICTURE.test(linkedPath) && !SHOWN.test(linkedPath))
    throw new Error(`${path} links to ${link}, which no site has`);
  linked.add(linkedPath);
  return to(PICTURE.test(linkedPath) ? pictureOf(linkedPath) : pageOf(linkedPath));
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await buildSite(join(process.cwd(), 'build/web'));
}
