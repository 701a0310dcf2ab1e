import { Engine } from '../src/engine/engine.ts';
import { lower } from '../src/workload/problem.ts';
import { type Measurement, measure } from './measure.ts';
import { prepare, subject } from './prepare.ts';

/**
 * The engine on one network: `lower` is the host's part, `analyse-wasm` Stages I and II and `schedule-wasm`
 * Stages III and IV, at pixel sets; the same with `-row` at row sets.
 */
export function engineBenchmarks(name: string, quick: boolean): Measurement[] {
  return (['pixel', 'row'] as const).flatMap((granularity) => {
    const prepared = prepare(name, granularity);
    const suffix = granularity === 'pixel' ? '' : `-${granularity}`;
    const engine = new Engine();
    engine.load(lower(prepared.network, granularity).words);
    engine.schedule(prepared.copies);
    return [
      measure(subject(`lower${suffix}`, prepared), () => void lower(prepared.network, granularity), quick),
      measure(subject(`analyse-wasm${suffix}`, prepared), () => engine.analyse(), quick),
      measure(subject(`schedule-wasm${suffix}`, prepared), () => engine.reschedule(), quick),
    ];
  });
}
