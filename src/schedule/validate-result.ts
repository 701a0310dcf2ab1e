import { type AnyArchitecture, normalArchitecture } from '../architecture/normal-architecture.ts';
import { ClsaCimError } from '../errors.ts';
import type { Network } from '../network/network.ts';
import type { OnProgress } from '../progress.ts';
import type { DetailedSchedule } from './schedule-result.ts';
import type { LayerSets } from './sets.ts';
import type { LayerInTurns, TurnsToValidate } from './turns-to-validate.ts';
import { validatePes } from './validate-pes.ts';
import { validateTurns } from './validate-turns.ts';
import { validateTurnsLayerByLayer } from './validate-turns-layer-by-layer.ts';

/**
 * Checks a finished schedule by brute force, whatever was asked for: across layers or layer by layer, of one inference or a
 * batch, with weights that stay or take turns.
 *
 * @param schedule with its sets (`keepSets`).
 * @param onProgress is told how far the check is.
 * @throws ClsaCimError of kind `usage` where the schedule has kept no sets; Error that names the layer, the set or copy and
 * what is violated. A wrong schedule is a bug of ours.
 */
export function validateResult(
  network: Network,
  architecture: AnyArchitecture,
  schedule: DetailedSchedule,
  onProgress?: OnProgress,
): void {
  const turns = turnsOf(architecture, schedule);
  validatePes(network, architecture, { layers: schedule.layers, sets: keptSets(schedule) });
  if (schedule.scheduling === 'lbl') validateTurnsLayerByLayer(network, turns);
  else validateTurns(network, turns, onProgress);
}

/**
 * What a schedule claims.
 *
 * @throws ClsaCimError of kind `usage` where it has kept no sets.
 */
export function turnsOf(architecture: AnyArchitecture, schedule: DetailedSchedule): TurnsToValidate {
  const { writing, resultCycles } = normalArchitecture(architecture);
  const { cycles, totalPes, reload, batch = 1, group = 1, groupEndCycles = [cycles] } = schedule;
  // By number: names of slices may be those of other layers.
  let next = 0;
  const rounds = schedule.rounds?.map(({ layers }) => {
    const start = next;
    next += layers.length;
    return start;
  });
  const claims = { cycles, totalPes, reload, batch, group, groupEndCycles, rounds };
  return { ...claims, layers: layersOf(schedule), writing, resultCycles };
}

function keptSets({ sets }: DetailedSchedule): readonly LayerSets[] {
  if (sets !== undefined) return sets;
  throw new ClsaCimError('schedule: has kept no sets; make it with keepSets', 'usage');
}

/** Layers with their sets; those of one base layer are its slices. */
function layersOf(schedule: DetailedSchedule): LayerInTurns[] {
  const { layers } = schedule;
  const sets = keptSets(schedule);
  const slices = new Map<number, number>();
  for (const { layer } of sets) slices.set(layer, (slices.get(layer) ?? 0) + 1);
  const seen = new Map<number, number>();
  return sets.map((own, i) => {
    const index = seen.get(own.layer) ?? 0;
    seen.set(own.layer, index + 1);
    return { ...own, pesPerCopy: layers[i]!.pes, slice: { index, of: slices.get(own.layer)! } };
  });
}
