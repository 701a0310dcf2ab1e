import { posix } from 'node:path';
import { type Chapter, pageOf } from './chapters.ts';
import { escaped } from './html.ts';
import type { Heading } from './markdown.ts';

/** Nothing but what lies in the same site: no script, no style in the page, nothing from elsewhere. */
const POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";

/** What a page is made of. */
export interface PageParts {
  /** Where it lies, from the folder of the site. */
  readonly page: string;
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly chapters: readonly Chapter[];
  /** True where the playground lies in the folder above. */
  readonly hasPlayground: boolean;
}

/** A whole page. */
export function pageHtml({ page, title, html, headings, chapters, hasPlayground }: PageParts): string {
  const to = (other: string) => posix.relative(posix.dirname(page), other);
  const name = title === 'clsa-cim' ? title : `${title} · clsa-cim`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(name)}</title>
<link rel="stylesheet" href="${to('site.css')}">
</head>
<body>
<a class="skip" href="#main">Skip to the text</a>
<header>
<a class="name" href="${to('index.html')}">clsa-cim</a>
${hasPlayground ? `<a href="${to('../index.html')}">Playground</a>\n` : ''}<a class="to-contents" href="#contents">Contents</a>
</header>
<div class="columns">
<main id="main">
<article>
${html}</article>
${neighbours(page, chapters, to)}</main>
<nav id="contents" aria-label="Contents">
${chapters.map((chapter) => chapterHtml(chapter, page, headings, to)).join('')}</nav>
</div>
</body>
</html>
`;
}

function chapterHtml(
  { title, documents }: Chapter,
  page: string,
  headings: readonly Heading[],
  to: (other: string) => string,
): string {
  const items = documents.map(([path, name]) => {
    const other = pageOf(path);
    const isHere = other === page;
    const link = `<a href="${to(other)}"${isHere ? ' aria-current="page"' : ''}>${escaped(name)}</a>`;
    return `<li>${link}${isHere ? sections(headings) : ''}</li>\n`;
  });
  return `<h2>${escaped(title)}</h2>\n<ul>\n${items.join('')}</ul>\n`;
}

/** The sections of the page that is open. */
function sections(headings: readonly Heading[]): string {
  const items = headings
    .filter(({ depth }) => depth === 2)
    .map(({ id, text }) => `<li><a href="#${id}">${escaped(text)}</a></li>\n`);
  return items.length === 0 ? '' : `\n<ul>\n${items.join('')}</ul>\n`;
}

/** The pages before and after this one. */
function neighbours(page: string, chapters: readonly Chapter[], to: (other: string) => string): string {
  const all = chapters.flatMap(({ documents }) => documents);
  const at = all.findIndex(([path]) => pageOf(path) === page);
  if (at < 0) return '';
  const link = (i: number, name: string, rel: string) => {
    const document = all[i];
    if (document === undefined) return '';
    return `<a rel="${rel}" href="${to(pageOf(document[0]))}"><span>${name}</span> ${escaped(document[1])}</a>\n`;
  };
  return `<nav class="neighbours" aria-label="Neighbours">\n${link(at - 1, 'Before', 'prev')}${link(at + 1, 'Next', 'next')}</nav>\n`;
}
