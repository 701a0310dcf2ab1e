import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sample } from '../target.ts';

/** The root of the project, from sources and from `dist` alike. */
const root = fileURLToPath(import.meta.resolve('clsa-cim/package.json').replace(/package\.json$/, ''));

/** Files of a folder that end so; none where the folder is not there. */
function filesIn(folder: string, suffix: string): Sample[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(suffix))
    .toSorted()
    .map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) }));
}

/** Model files beside the project, which a checkout alone does not have. */
export function realFiles(suffix: string): Sample[] {
  return ['models', 'cases'].flatMap((folder) => filesIn(join(root, '../shared', folder), suffix));
}

/** Files of the documents. */
export function exampleFiles(suffix: string): Sample[] {
  return filesIn(join(root, 'docs/examples'), suffix);
}

/** A sample of a text. */
export function textSample(name: string, text: string): Sample {
  return { name, bytes: new TextEncoder().encode(text) };
}

/** The text of an input. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
