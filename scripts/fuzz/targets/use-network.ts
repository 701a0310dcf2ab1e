import { paper } from '../../../src/architecture/presets.ts';
import { mapNetwork } from '../../../src/map/mapping.ts';
import type { Network } from '../../../src/network/network.ts';
import { schedule } from '../../../src/schedule/schedule.ts';
import { validateResult } from '../../../src/schedule/validate-result.ts';

/** Networks with more rows and columns are not scheduled: that takes its time, as it may. */
const MAX_ROWS = 20_000;
/** Nor are schedules checked that have more positions. */
const MAX_POSITIONS = 2_000;
const MAX_LAYERS = 300;

/** What users do with a network that was loaded: it is mapped, scheduled where it is small, and the schedule is right. */
export function useNetwork(network: Network): void {
  mapNetwork(network, paper);
  const { layers } = network;
  const rows = layers.reduce((sum, { shape }) => sum + shape.height + shape.width, 0);
  if (rows > MAX_ROWS || layers.length > MAX_LAYERS) return;
  const positions = layers.reduce((sum, { shape }) => sum + shape.height * shape.width, 0);
  if (positions > MAX_POSITIONS) {
    schedule(network, paper, { granularity: 'row', extraPes: 8 });
    return;
  }
  validateResult(network, paper, schedule(network, paper, { extraPes: 8, keepSets: true }));
}
