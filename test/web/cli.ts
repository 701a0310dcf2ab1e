import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../docs/documents.ts';

/** What the command line says. */
export function clsaCim(
  args: readonly string[],
  cwd = root,
): { readonly out: string; readonly errors: string[] } {
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/src/cli/main.js'), ...args], {
    encoding: 'utf8',
    cwd,
    maxBuffer: 2 ** 28,
  });
  return {
    out: stdout,
    errors: stderr
      .trim()
      .split('\n')
      .map((line) => line.replace(/^clsa-cim: /, '')),
  };
}
