import * as v from 'valibot';
import { ClsaCimError } from '../errors.ts';
import { demandObject } from '../input/arguments.ts';
import { optionsOf } from '../input/options.ts';
import { show } from '../input/show.ts';
import { expected } from '../input/validate.ts';
import { formatGranularity } from '../workload/granularity.ts';
import { Workload } from '../workload/workload.ts';
import { MAX_KEPT_SETS } from './timeline.ts';

/** How a timeline is made. */
export interface TimelineOptions {
  /**
   * Sets whose times are kept at most; of more there are bins only. 2,097,152 by default; `Infinity` for all, which a
   * trace needs.
   */
  readonly mostSets?: number | undefined;
}

const atLeast0 = expected('a number of sets, 0 or more');
const mostSetsSchema = v.pipe(v.number(atLeast0), v.minValue(0, atLeast0));

/** What a timeline is made of says what it is itself. */
interface Result {
  readonly model: string;
  readonly architecture: string;
  readonly granularity: string;
}

/**
 * The options of a timeline, with their defaults.
 *
 * @param of Name of the function, for messages.
 * @throws ClsaCimError of kind `usage` where an option is wrong, or the result is not one of the workload.
 */
export function timelineOptions(
  of: 'timelineOfSchedule' | 'timelineOfSimulation',
  workload: Workload,
  result: Result,
  options: TimelineOptions,
): { readonly mostSets: number } {
  const { mostSets = MAX_KEPT_SETS } = optionsOf<TimelineOptions>(of, { mostSets: mostSetsSchema })(options);
  demandObject(result, 'result', of === 'timelineOfSchedule' ? 'schedule' : 'simulate');
  if (!(workload instanceof Workload)) demandObject(undefined, 'workload', 'prepare');
  const expectedParts = {
    model: workload.network.name,
    architecture: workload.architecture.name,
    granularity: formatGranularity(workload.granularity),
  };
  for (const [part, wanted] of Object.entries(expectedParts)) {
    const found = result[part as keyof Result];
    if (found === wanted) continue;
    throw new ClsaCimError(
      `${of}: the workload and the result differ in their ${part}, ${show(wanted)} and ${show(found)}; give the workload that was run`,
      'usage',
    );
  }
  return { mostSets };
}

/** @throws ClsaCimError of kind `usage` for what was not kept. */
export function demandKept(of: string, kept: Readonly<Record<string, unknown>>): void {
  const missing = Object.keys(kept).filter((option) => kept[option] === undefined);
  if (missing.length === 0) return;
  throw new ClsaCimError(
    `${of}: the result was made without ${missing.join(' and ')}; set ${missing.length === 1 ? 'it' : 'them'} to true where it is made`,
    'usage',
  );
}
