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

/** `--placement-out`: the order in which the best copies take tiles, which `simulate --placement` takes. */
export const placementOutput: RunOutput<Found> = {
  flags: '--placement-out <file>',
  description: 'write where the best copies lie as a file for simulate --placement',
  check: checkPlace,
  write(path, { result }) {
    const { tileOrder } = result.best;
    if (tileOrder === undefined) {
      throw new ClsaCimError(
        `${show(path)}: no placement was searched for; leave it out, or take the objective simulated-latency or ` +
          'simulated-throughput on a chip with tiles, without --placement',
        'usage',
      );
    }
    writeWhole(path, jsonDocument(tileOrder));
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
