import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A fenced block of code in a document. */
export interface Block {
  readonly language: string;
  /** What stands behind the language: `exit=1` for commands that end so. */
  readonly info: string;
  readonly code: string;
  /** Line of the fence, from 1 on. */
  readonly line: number;
  /** The block that shows what this one prints: a `text` block with nothing but blank lines between. */
  readonly shown?: Block;
}

/** A Markdown document of this repository. */
export interface Document {
  /** Path from the root. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

const FENCED = /^```(\w*)[ ]?(.*)\n((?:(?!```).*\n)*)```$/gm;

/** What `npm run docs` writes; it has a test of its own, and is not in the repository. */
export const GENERATED = 'docs/reference';

/** README.md, the other documents of the root, and all of docs/ that somebody wrote. */
export function documents(): Document[] {
  const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .filter((path) => !path.startsWith(GENERATED));
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', ...inDocs].map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return { path, text, blocks: blocksOf(text) };
  });
}

/** True for documents to learn from, whose commands have a file of tests of their own. */
export function isLesson(path: string): boolean {
  return /^docs\/(concepts|gallery|tutorial-\w+)\.md$/.test(path);
}

function blocksOf(text: string): Block[] {
  const found = [...text.matchAll(FENCED)];
  const blocks = found.map((match): Block => {
    const [, language = '', info = '', code = ''] = match;
    return { language, info, code, line: text.slice(0, match.index).split('\n').length };
  });
  return blocks.map((block, i) => {
    const next = blocks[i + 1];
    const end = found[i]!.index + found[i]![0].length;
    const isShown = next?.language === 'text' && /^\s*$/.test(text.slice(end, found[i + 1]!.index));
    return isShown ? { ...block, shown: next } : block;
  });
}

/** A line of an output that stands for any lines that are left out. */
const LEFT_OUT = /^…\n/m;

/** True where a document shows what a command printed, but for lines that are left out. */
export function agrees(shown: string, printed: string): boolean {
  const parts = shown.split(LEFT_OUT).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('(?:.*\\n)*?')}\\n*$`).test(`${printed.trimEnd()}\n`);
}

/**
 * The text of a shown output with today's lines: those that are shown are looked up by the first of every
 * part, and as many are taken. Parts that are no longer there are for the author to see to.
 */
export function refreshed(shown: string, printed: string): string {
  if (!LEFT_OUT.test(shown)) return `${printed.trimEnd()}\n`;
  const lines = `${printed.trimEnd()}\n`.split('\n').slice(0, -1);
  const parts = shown.split(LEFT_OUT).map((part) => {
    const old = part.split('\n').slice(0, -1);
    const from = lines.indexOf(old[0] ?? '');
    return from < 0
      ? part
      : lines
          .slice(from, from + old.length)
          .map((line) => `${line}\n`)
          .join('');
  });
  return parts.join('…\n');
}

/** Writes an output into its document. */
export function replaceShown(path: string, shown: Block, output: string): void {
  const file = join(root, path);
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replace(`\`\`\`text\n${shown.code}\`\`\``, () => `\`\`\`text\n${output}\`\`\``),
  );
}
