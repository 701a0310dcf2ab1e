import { show } from '../input/show.ts';
import type { LayerSets } from '../schedule/sets.ts';
import type { NodeSets } from '../simulate/index.ts';
import { interruptible } from './interruption.ts';
import { refuseInputs, writingOf } from './outputs.ts';

const OPTION = '--schedule-out';

/**
 * Checks the file of `--schedule-out` before anything is computed.
 *
 * @param inputs What is read, as for {@link refuseInputs}.
 * @throws ClsaCimError where it cannot be written, or is one of the inputs.
 */
export async function checkSetOutput(path: string, inputs: readonly string[]): Promise<void> {
  const { checkSetFile } = await import('../report/set-file.ts');
  await writingOf(OPTION, () => checkSetFile(path));
  refuseInputs(OPTION, path, inputs);
}

/**
 * Writes the file of `--schedule-out`.
 *
 * @throws ClsaCimError where it cannot be written, or writing is stopped.
 */
export async function writeSetOutput(
  path: string,
  sets: readonly LayerSets[] | readonly NodeSets[],
): Promise<void> {
  const { writeSetFile } = await import('../report/set-file.ts');
  await interruptible(
    (signal) => writingOf(OPTION, () => writeSetFile(path, sets, signal)),
    () => `stopped; ${show(path)} was not written`,
  );
}
