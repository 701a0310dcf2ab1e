import type { Mapping } from '../map/mapping.ts';
import type { MapOptions } from '../schedule/choose-rounds.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import type { Workload } from '../workload/workload.ts';

/**
 * The mapping of a simulation: in rounds where a schedule has rounds.
 *
 * @throws ClsaCimError as `Scheduler.map` does.
 */
export function mapToSimulate(workload: Workload, options: MapOptions): Mapping {
  const { pes, extraPes, duplication, batch, group, reload, rounds, scheduling } = options;
  const scheduler = new Scheduler(workload);
  try {
    return scheduler.map({ pes, extraPes, duplication, batch, group, reload, rounds, scheduling });
  } finally {
    scheduler.release();
  }
}
