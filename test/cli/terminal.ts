import { execFileSync, spawnSync } from 'node:child_process';
import stringWidth from 'string-width';
import { expect } from 'vitest';
import { MAIN } from './command-line.ts';

/** A command that takes longer than this hangs. */
const LIMIT_MS = 60_000;

/** Colours, which take no columns. */
const COLOUR = /\p{Cc}\[\d+m/gu;
/** Erases progress. */
const ERASE = '\u001b[J';
/** All else that acts on a terminal. */
const ACTS = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** True where util-linux is there, whose `script` runs a command in a terminal of its own. */
export const hasScript =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;

/** How a terminal is. */
interface Terminal {
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** All that the built command line writes to a terminal, colours and all. */
export function inTerminal(args: readonly string[], { columns = 80, env = {} }: Terminal = {}): string {
  const quoted = [process.execPath, MAIN, ...args]
    .map((arg) => `'${arg.replaceAll("'", "'\\''")}'`)
    .join(' ');
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...own } = process.env;
  const written = execFileSync(
    'script',
    ['-qec', `stty cols ${columns} rows 40; exec ${quoted}`, '/dev/null'],
    {
      encoding: 'utf8',
      timeout: LIMIT_MS,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...own, TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    },
  );
  return written.replaceAll('\r\n', '\n');
}

/** What was shown and erased again while a command was at work. */
export function progressIn(written: string): string[] {
  return written
    .split(ERASE)
    .flatMap((piece) => (piece.includes('\r') ? [piece.slice(0, piece.indexOf('\r'))] : []));
}

/**
 * The lines of what was written to a terminal, without progress and colours; none is wider than the terminal, and nothing in
 * them acts on it.
 */
export function linesWithin(columns: number, written: string): string[] {
  const pieces = written.split(ERASE).map((piece) => piece.slice(piece.indexOf('\r') + 1));
  const lines = pieces.join('').replaceAll(COLOUR, '').split('\n');
  for (const line of lines) {
    expect(line).not.toMatch(ACTS);
    expect(stringWidth(line), line).toBeLessThanOrEqual(columns);
  }
  return lines;
}
