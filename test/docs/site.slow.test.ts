import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseHTML } from 'linkedom';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chapters } from '../../scripts/site/chapters.ts';
import { diagram } from '../../scripts/site/diagram.ts';
import { render } from '../../scripts/site/markdown.ts';
import { buildSite } from '../../scripts/site.ts';
import { violations } from '../browser/axe.ts';
import { chromium, launchChromium, messagesOf } from '../browser/chromium.ts';
import { root } from './documents.ts';

const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-site-'));
const site = join(folder, 'docs');
/** The pages with their text, by their path in the site. */
const pages = new Map<string, Document>();

beforeAll(async () => {
  // The playground, to which every page leads, is another part of the same site.
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  mkdirSync(site);
  writeFileSync(join(site, 'left-over.html'), '');
  for (const page of await buildSite(folder, { root, hasPlayground: true })) {
    pages.set(page, parseHTML(readFileSync(join(site, page), 'utf8')).document);
  }
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Values of an attribute within a page. */
const values = (document: Document, name: string) =>
  [...document.querySelectorAll(`[${name}]`)].map((element) => element.getAttribute(name)!);

describe('the site of the documents', () => {
  test('has a page for every document, and nothing else', () => {
    expect([...pages.keys()]).toEqual(expect.arrayContaining(['index.html', 'spec.html', 'CHANGELOG.html']));
    const files = readdirSync(site, { recursive: true, encoding: 'utf8' }).map((name) =>
      name.replaceAll('\\', '/'),
    );
    // Reports are no documents.
    const own = files.filter((name) => name.endsWith('.html') && !name.startsWith('gallery/'));
    expect(own.toSorted()).toEqual([...pages.keys()].toSorted());
  });

  test('has every document in one chapter', () => {
    const paths = chapters.flatMap(({ documents }) => documents.map(([path]) => path));
    expect(paths).toEqual([...new Set(paths)]);
  });

  test('leads to files and headings that are there', () => {
    const broken = [...pages].flatMap(([page, document]) => {
      const links = [...values(document, 'href'), ...values(document, 'src')];
      const inside = links.filter((link) => !/^https?:/.test(link));
      expect(inside.length).toBeGreaterThan(10);
      return inside.filter((link) => {
        const [file, id] = link.split('#');
        const target = file === '' ? page : posix.join(posix.dirname(page), file!);
        if (!existsSync(join(site, target))) return true;
        return id !== undefined && pages.get(target)?.getElementById(id) === null;
      });
    });
    expect(broken).toEqual([]);
  });

  test('loads nothing from elsewhere, and has neither scripts nor styles in its pages', () => {
    for (const document of pages.values()) {
      const loaded = [
        ...values(document, 'src'),
        ...[...document.querySelectorAll('link')].map((link) => link.href),
      ];
      expect(loaded.filter((link) => /^(\w+:|\/)/.test(link))).toEqual([]);
      expect(document.querySelectorAll('script, style, [style], iframe, object, embed')).toHaveLength(0);
      expect(document.querySelector('meta[http-equiv]')!.getAttribute('content')).toContain(
        "default-src 'none'",
      );
    }
    expect(readFileSync(join(site, 'site.css'), 'utf8')).not.toMatch(/url\(|@import/);
  });

  test('has reports and traces that commands of the documents write', () => {
    const links = values(pages.get('gallery.html')!, 'href').filter((link) => link.startsWith('gallery/'));
    expect(links).toEqual(['gallery/report.html', 'gallery/trace.json']);
    expect(readFileSync(join(site, 'gallery/report.html'), 'utf8')).toMatch(/<title>.*tinyyolov4.*<\/title>/);
    expect(JSON.parse(readFileSync(join(site, 'gallery/trace.json'), 'utf8'))).toHaveProperty('traceEvents');
  });

  test('draws the diagrams of the documents, and leaves no Mermaid', () => {
    const drawn = [...pages.values()].flatMap((document) => [...document.querySelectorAll('.diagram svg')]);
    expect(drawn.length).toBe(3);
    for (const [page, document] of pages)
      expect(document.body.textContent, page).not.toMatch(/^(flowchart|xychart)/m);
  });

  test('every page has one heading of the first level, a title and where it stands', () => {
    for (const [page, document] of pages) {
      expect(document.querySelectorAll('h1'), page).toHaveLength(1);
      expect(document.title).toContain('clsa-cim');
      const isSource = /\.(\w+)\.html$|LICENSE/.test(page);
      expect(document.querySelectorAll('[aria-current=page]'), page).toHaveLength(isSource ? 0 : 1);
    }
  });

  test('is refused where a document is in no chapter', async () => {
    const other = join(folder, 'other');
    mkdirSync(join(other, 'docs'), { recursive: true });
    writeFileSync(join(other, 'docs/new.md'), '# New\n');
    await expect(buildSite(folder, { root: other })).rejects.toThrow('docs/new.md is in no chapter');
  });
});

describe('a document as a page', () => {
  const to = (link: string) => link;

  test('has the ids of GitHub, also of equal headings', () => {
    const { headings } = render('# `a-b`: c & d\n## Twice\n## Twice\n### Ünit, 4 x 4\n', 'x.md', to);
    expect(headings.map(({ id }) => id)).toEqual(['a-b-c--d', 'twice', 'twice-1', 'ünit-4-x-4']);
    expect(headings[0]!.text).toBe('a-b: c & d');
  });

  test('shows text as text', () => {
    const { html } = render('# x\n\n`<script>` &amp; <https://redis.io>\n\n```sh\n<b>\n```\n', 'x.md', to);
    expect(html).toContain('<code>&lt;script&gt;</code> &amp; <a href="https://redis.io">');
    expect(html).toContain('<code>&lt;b&gt;\n</code>');
  });

  test('has no HTML of its own but comments', () => {
    expect(render('# x\n\n<!-- no -->\n', 'x.md', to).html).toBe('<h1 id="x">x</h1>\n');
    expect(() => render('# x\n\n<b>y</b>\n', 'x.md', to)).toThrow('x.md has HTML of its own');
    expect(() => render('# x\n\ny <img src=z> y\n', 'x.md', to)).toThrow('x.md has HTML of its own');
  });
});

describe('a diagram', () => {
  test('has a box for every name and an arrow for every line', () => {
    const { document } = parseHTML(diagram('flowchart LR\n  a[<b> c] --> b\n  b --> c\n  c -. back .-> b\n'));
    expect([...document.querySelectorAll('.name')].map((text) => text.textContent)).toEqual([
      '<b> c',
      'b',
      'c',
    ]);
    expect(document.querySelectorAll('.arrow')).toHaveLength(3);
    expect(document.querySelector('.label')!.textContent).toBe('back');
    const lefts = [...document.querySelectorAll('rect')].map((box) => Number(box.getAttribute('x')));
    expect(lefts).toEqual(lefts.toSorted((a, b) => a - b));
  });

  test('has a point for every value of a chart, where the axis says', () => {
    const code = 'xychart-beta\n  title "t"\n  x-axis "x" [1, 2]\n  y-axis "y" 0 --> 10\n  line [0, 10]\n';
    const { document } = parseHTML(diagram(code));
    const heights = [...document.querySelectorAll('circle')].map((point) => point.getAttribute('cy'));
    const ticks = [...document.querySelectorAll('.grid + .tick')];
    expect(heights).toEqual([ticks[0], ticks.at(-1)].map((tick) => tick!.getAttribute('y')));
  });

  test.each(['pie', 'flowchart LR\n  a ==> b', 'xychart-beta\n  bar [1]'])(
    'of another kind is an error: %s',
    (code) => {
      expect(() => diagram(code)).toThrow(/^no (diagram|arrow|chart)/);
    },
  );
});

describe.skipIf(chromium === undefined)('in a browser, from disk', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(() => browser?.close());

  test.each([
    ...(['light', 'dark'] as const).flatMap((colorScheme) => [
      { page: 'index.html', colorScheme, width: 1440 },
      { page: 'architecture.html', colorScheme, width: 390 },
    ]),
    { page: 'experiments.html', colorScheme: 'light' as const, width: 1440 },
    { page: 'gallery.html', colorScheme: 'dark' as const, width: 390 },
    { page: 'examples/architect.mjs.html', colorScheme: 'dark' as const, width: 390 },
  ])(
    '$page is accessible, $colorScheme and $width pixels wide',
    async ({ page, colorScheme, width }) => {
      const tab = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
      const messages = messagesOf(tab);
      await tab.goto(pathToFileURL(join(site, page)).href);
      expect(await violations(tab)).toEqual([]);
      expect(messages).toEqual([]);
      expect(await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
        0,
      );
      await tab.close();
    },
    60_000,
  );

  test('keeps to its policy: it has its style and its pictures, and no message', async () => {
    const tab = await browser.newPage();
    const messages = messagesOf(tab);
    await tab.goto(pathToFileURL(join(site, 'index.html')).href);
    expect(await tab.evaluate(() => getComputedStyle(document.querySelector('header')!).position)).toBe(
      'sticky',
    );
    expect(await tab.evaluate(() => [...document.images].map((image) => image.naturalWidth > 0))).toEqual(
      [...pages.get('index.html')!.querySelectorAll('img')].map(() => true),
    );
    expect(messages).toEqual([]);
    await tab.close();
  }, 60_000);
});
