import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/**
 * A path from the folder of the file that names it; what is not there is taken as it is: a name, or from the current
 * directory. `FILE#NAME` is there where FILE is.
 */
export function located(path: string, folder: string): string {
  if (isAbsolute(path) || folder === '') return path;
  const inFolder = join(folder, path);
  const isThere = [inFolder, inFolder.replace(/#[^#]*$/, '')].some((candidate) => existsSync(candidate));
  return isThere ? inFolder : path;
}
