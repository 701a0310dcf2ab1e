import { existsSync } from 'node:fs';
import { findZooEntry } from '../zoo/index.ts';

/**
 * True for what the zoo answers for: its own names, which win over files of the same name, and what is no file either, which
 * it refuses with the nearest name.
 */
export function isForZoo(model: string): boolean {
  return findZooEntry(model) !== undefined || !existsSync(model);
}
