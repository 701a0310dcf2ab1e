import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder that commands of the documents write to what is too large for the repository, and of use on a site: reports, traces. */
const FOLDER = 'gallery';
const FILE = new RegExp(`\\b${FOLDER}/[\\w-]+(?:\\.\\w+)+`, 'g');

/** The files that commands of a document write for the site. */
export function madeBy(code: string): string[] {
  return [...new Set(code.match(FILE))];
}

/**
 * Runs commands of a document, and puts what they write for the site into `site`.
 *
 * @param root Of the repository, which has been built.
 * @throws Error where a command fails, or leaves a file out.
 */
export function make(code: string, root: string, site: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-site-'));
  try {
    symlinkSync(join(root, 'docs'), join(folder, 'docs'), 'junction');
    const cli = `"${process.execPath}" "${join(root, 'dist/src/cli/main.js')}"`;
    const { status, stderr } = spawnSync('sh', ['-e', '-c', code.replaceAll('npx clsa-cim', cli)], {
      cwd: folder,
      encoding: 'utf8',
    });
    const missing = madeBy(code).find((file) => !existsSync(join(folder, file)));
    if (status !== 0 || missing !== undefined) {
      throw new Error(`no ${missing ?? FOLDER} is made by ${code}: ${stderr}`);
    }
    mkdirSync(join(site, FOLDER), { recursive: true });
    for (const file of madeBy(code)) cpSync(join(folder, file), join(site, file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
