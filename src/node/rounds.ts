import { existsSync } from 'node:fs';
import { readTextFile } from '../files/text-file.ts';
import { unknownName } from '../input/nearest.ts';
import { oneLine } from '../input/show.ts';
import { parseRounds } from '../map/rounds-file.ts';
import { ROUNDS_NAMES } from '../map/rounds-name.ts';

/**
 * Rounds from a YAML or JSON file, as `parseRounds` takes its text.
 *
 * @throws ClsaCimError one line that names the file, the entry, what was found and what is allowed.
 */
export function readRoundsFile(path: string): string[] {
  if (!existsSync(path)) throw unknownName('no kind of rounds and no file is called', path, ROUNDS_NAMES);
  return parseRounds(readTextFile(path), oneLine(path));
}
