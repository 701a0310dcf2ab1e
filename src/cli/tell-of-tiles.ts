import { tilesIgnored } from '../report/tiles-ignored.ts';
import { notify } from './notify.ts';

const told = new Set<string>();

/** Says on standard error that what is computed leaves out the tiles of a chip, and what does not; once of each chip. */
export function tellOfTiles(...about: Parameters<typeof tilesIgnored>): void {
  const line = tilesIgnored(...about);
  if (line === undefined || told.has(line)) return;
  told.add(line);
  notify(line);
}
