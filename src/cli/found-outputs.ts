import { ClsaCimError } from '../errors.ts';
import { jsonDocument } from '../files/json-document.ts';
import { checkPlace, writeWhole } from '../files/whole-file.ts';
import { show } from '../input/show.ts';
import type { Optimization } from '../optimize/index.ts';
import type { RunOutput } from './run-outputs.ts';

/** What has the best that a search has found. */
interface Found {
  readonly result: Optimization;
}

/** `--rounds-out`: the best rounds, which `schedule --rounds` takes. JSON is YAML. */
export const roundsOutput: RunOutput<Found> = {
  flags: '--rounds-out <file>',
  description: 'write the best rounds as a file for schedule --rounds',
  check: checkPlace,
  write(path, { result }) {
    const { rounds } = result.best;
    if (rounds === undefined) {
      throw new ClsaCimError(
        `${show(path)}: there are no rounds, since all weights fit at once; leave it out, or give --rounds`,
        'usage',
      );
    }
    writeWhole(path, jsonDocument(rounds.map(({ layers }) => layers[0]!)));
  },
};

/** `--copies-out`: the best copies, which `schedule --duplication` takes. */
export const copiesOutput: RunOutput<Found> = {
  flags: '--copies-out <file>',
  description: 'write the best copies as a file for schedule --duplication',
  check: checkPlace,
  write(path, { result }) {
    writeWhole(path, jsonDocument(result.best.copies));
  },
};
