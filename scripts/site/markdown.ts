import { Marked, type Tokens } from 'marked';
import { diagram } from './diagram.ts';
import { escaped } from './html.ts';
import { madeBy } from './made.ts';

/** A heading of a page. */
export interface Heading {
  readonly depth: number;
  readonly text: string;
  readonly id: string;
}

/** A document as HTML. */
export interface Rendered {
  readonly html: string;
  readonly headings: readonly Heading[];
  /** Commands that write files for the site, to which the page leads. */
  readonly commands: readonly string[];
}

/**
 * A document as HTML.
 *
 * @param path Of the document, for messages.
 * @param target Where a link or picture of the document leads to in the site.
 * @throws Error where the document has HTML of its own.
 */
export function render(text: string, path: string, target: (link: string) => string): Rendered {
  const headings: Heading[] = [];
  const commands: string[] = [];
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const inner = this.parser.parseInline(tokens);
        const name = this.parser.parseInline(tokens, this.parser.textRenderer);
        const heading = { depth, text: plain(name), id: idOf(plain(name), headings) };
        headings.push(heading);
        return `<h${depth} id="${heading.id}">${inner}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escaped(target(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text: alternative }) {
        // On a narrow screen it scrolls, since its letters would be too small.
        return `<span class="picture" tabindex="0"><img src="${escaped(target(href))}" alt="${escaped(plain(alternative))}"></span>`;
      },
      code({ text: code, lang = '' }) {
        if (lang === 'mermaid') return diagram(code);
        const made = madeBy(code);
        if (made.length > 0) commands.push(code);
        const links = made.map((file) => `<a href="${file}">${file.replace(/^.*\//, '')}</a>`);
        const behind = links.length === 0 ? '' : `<p>Open what it has written: ${links.join(', ')}</p>\n`;
        // It scrolls, so it has to be in reach of the keyboard.
        return `<pre tabindex="0"><code>${escaped(code)}\n</code></pre>\n${behind}`;
      },
      table(table) {
        return `<div class="table" tabindex="0">${tableHtml(table, (cell) => this.parser.parseInline(cell.tokens))}</div>\n`;
      },
      html({ raw }) {
        if (raw.startsWith('<!--') && raw.trimEnd().endsWith('-->')) return '';
        throw new Error(`${path} has HTML of its own: ${raw.slice(0, 60)}`);
      },
    },
  });
  return { html: marked.parse(text, { async: false }), headings, commands };
}

function tableHtml({ header, rows }: Tokens.Table, inner: (cell: Tokens.TableCell) => string): string {
  const cells = (row: readonly Tokens.TableCell[], tag: string) =>
    row.map((cell) => {
      const align = cell.align === null ? '' : ` class="${cell.align}"`;
      // A column without a name is a column of data.
      const named = tag === 'th' && cell.tokens.length === 0 ? 'td' : tag;
      return `<${named}${align}>${inner(cell)}</${named}>`;
    });
  const line = (row: readonly Tokens.TableCell[], tag: string) => `<tr>${cells(row, tag).join('')}</tr>\n`;
  const body = rows.map((row) => line(row, 'td')).join('');
  return `<table>\n<thead>${line(header, 'th')}</thead>\n<tbody>${body}</tbody>\n</table>`;
}

/** Marked escapes what it gives. */
function plain(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** What GitHub leads to a heading with; it numbers equal ones. */
function idOf(text: string, before: readonly Heading[]): string {
  const id = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
  const taken = before.map((heading) => heading.id);
  let unique = id;
  for (let n = 1; taken.includes(unique); n++) unique = `${id}-${n}`;
  return unique;
}
