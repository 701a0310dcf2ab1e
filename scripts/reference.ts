/** The reference in Markdown: `npm run docs` writes it to `docs/reference`. Nothing of it is edited by hand. */
import { mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiReference, type Page } from './api-reference.ts';
import { commandsPage } from './reference/commands.ts';
import { filesPage } from './reference/files.ts';
import { resultsPage } from './reference/results.ts';

/** The pages of the reference of the package at `root`, which has been built. */
export async function reference(root: string): Promise<Page[]> {
  const pages = [
    { path: 'commands.md', text: await commandsPage() },
    { path: 'files.md', text: filesPage() },
    { path: 'results.md', text: resultsPage(root) },
    ...apiReference(root),
  ];
  const lines = pages.map(({ path, text }) => `- [${/^# (.*)$/m.exec(text)?.[1] ?? path}](${path})`);
  const contents = `# Reference\n\nWritten by \`npm run docs\` from the code and its declarations; nothing here is edited by hand.\n\n${lines.join('\n')}\n`;
  return [{ path: 'README.md', text: contents }, ...pages];
}

/** Writes the pages into `folder`, and nothing else stays there. */
function write(pages: readonly Page[], folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { path, text } of pages) writeFileSync(join(folder, path), text);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = process.cwd();
  write(await reference(root), join(root, 'docs/reference'));
}
