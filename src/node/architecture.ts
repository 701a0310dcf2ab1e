import { existsSync } from 'node:fs';
import type { Architecture } from '../architecture/architecture.ts';
import { parseArchitecture } from '../architecture/file.ts';
import { architecturePresets, findPreset } from '../architecture/presets.ts';
import { readTextFile } from '../files/text-file.ts';
import { demandText } from '../input/arguments.ts';
import { unknownName } from '../input/nearest.ts';
import { oneLine } from '../input/show.ts';

/**
 * A preset by its name, in upper or lower case, or the architecture in a YAML or JSON file. A preset wins
 * over a file of the same name; `./paper` is the file.
 *
 * @throws ClsaCimError one line: neither a preset (with the nearest one) nor a file, or what is wrong in it.
 */
export function readArchitecture(nameOrPath: string): Architecture {
  demandText(nameOrPath, 'architecture', 'the name of a preset or the path of a file');
  const preset = findPreset(nameOrPath);
  if (preset !== undefined) return preset;
  const names = architecturePresets.map((candidate) => candidate.name);
  if (!existsSync(nameOrPath)) {
    throw unknownName('no architecture preset and no file is called', nameOrPath, names);
  }
  return parseArchitecture(readTextFile(nameOrPath), oneLine(nameOrPath));
}
