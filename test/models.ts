import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Real model files for tests; a checkout of the project alone does not have them. */
export const MODELS = fileURLToPath(new URL('../../shared/models/', import.meta.url));

/** Path of a file in {@link MODELS}. */
export function modelFile(name: string): string {
  return `${MODELS}${name}`;
}

if (!existsSync(MODELS)) {
  console.warn(`tests on real model files are skipped: there is no folder ${MODELS}`);
}
