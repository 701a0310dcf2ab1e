import * as v from 'valibot';
import { ClsaCimError } from '../errors.ts';
import { type OptionSchemas, oneOf } from '../input/options.ts';
import { count, expected } from '../input/validate.ts';

/** How weights are written where they take turns (spec.md section 9): a PE as soon as one is free, or round by round. */
export type Reload = 'rolling' | 'barrier';

/** Which rounds weights take turns in: chosen, the fewest, or those that begin with the layers of these names. */
export type Rounds = 'auto' | 'fewest' | readonly string[];

/** How many inferences run, and how they share what is written. */
export interface BatchOptions {
  /** Inferences; 1 by default. */
  readonly batch?: number | undefined;
  /** Inferences that go through all rounds together; the whole batch by default. */
  readonly group?: number | undefined;
  /** `rolling` by default. */
  readonly reload?: Reload | undefined;
  /**
   * Where weights take turns, or shall: `auto` by default. Left out, they take turns only where the network does not
   * fit.
   */
  readonly rounds?: Rounds | undefined;
}

/** Inferences of a batch at most. */
export const MAX_BATCH = 2 ** 20;

const namesMessage = expected('auto, fewest, or a list of the names of the layers that begin a round');

/** What these options have to be. */
export const batchSchemas: OptionSchemas<BatchOptions> = {
  batch: count(MAX_BATCH),
  group: count(MAX_BATCH),
  reload: oneOf(['rolling', 'barrier']),
  rounds: v.union(
    [v.picklist(['auto', 'fewest']), v.pipe(v.array(v.string()), v.minLength(1))],
    namesMessage,
  ),
};

/** Inferences of a batch, and of its groups but for the last one, which may be smaller. */
export interface Batch {
  /** Inferences. */
  readonly batch: number;
  /** Inferences that go through all rounds together. */
  readonly group: number;
}

/** @throws ClsaCimError of kind `usage` where a group is larger than the batch. */
export function batchOf({ batch = 1, group = batch }: BatchOptions): Batch {
  if (group <= batch) return { batch, group };
  throw new ClsaCimError(
    `group: ${group} inferences are more than the batch of ${batch}; give a batch of at least as many, or a smaller group`,
    'usage',
  );
}

/** @throws ClsaCimError of kind `usage` where a batch is out of range; the message names no function. */
export function checkBatch(batch: number): void {
  if (Number.isSafeInteger(batch) && batch >= 1 && batch <= MAX_BATCH) return;
  throw new ClsaCimError(`batch: must be a whole number from 1 to ${MAX_BATCH}, found ${batch}`, 'usage');
}

/** Inferences of each group of a batch. */
export function groupsOf({ batch, group }: Batch): number[] {
  const groups = new Array<number>(Math.floor(batch / group)).fill(group);
  return batch % group === 0 ? groups : [...groups, batch % group];
}
