import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './judge.ts';
import type { Target } from './target.ts';

/** What tells findings apart: the first lines of what was thrown, without numbers and texts of the input. */
export function signature({ kind, what }: Finding): string {
  const [head = '', ...stack] = what.split('\n');
  const frames = stack.filter((line) => /^\s+at .*(?:src|assembly|wasm)/.test(line)).slice(0, 3);
  const general = (text: string) => text.replace(/"[^"]*"|'[^']*'/g, '"…"').replace(/\d+/g, '#');
  // What a slow input did when it was stopped is not known.
  return [
    kind,
    ...(stack.length === 0 ? [general(head).slice(0, 80)] : [general(head).slice(0, 40)]),
    ...frames.map((line) => line.trim()),
  ].join(' | ');
}

/** Writes an input that went wrong, and beside it how, into `folder`. Its path. */
export function writeFinding(
  folder: string,
  target: Target,
  seed: number,
  bytes: Uint8Array,
  finding: Finding,
): string {
  const own = join(folder, target.name);
  mkdirSync(own, { recursive: true });
  const id = createHash('sha256').update(signature(finding)).digest('hex').slice(0, 12);
  const path = join(own, `${id}${target.suffix}`);
  writeFileSync(path, bytes);
  const { node } = process.versions;
  writeFileSync(
    `${path}.txt`,
    `target ${target.name}, seed ${seed}, Node ${node}\n${finding.kind}: ${finding.what}\n`,
  );
  return path;
}
