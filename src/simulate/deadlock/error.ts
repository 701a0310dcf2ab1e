import { MAX_BUFFER_BYTES } from '../../architecture/chip.ts';
import { ClsaCimError } from '../../errors.ts';
import type { SimulationGraph } from '../model/graph.ts';
import type { SimulationDeadlock } from '../play/deadlock.ts';
import type { SimulationRun } from '../play/engine.ts';
import type { TooLarge } from '../spill/plan.ts';
import { tooLargeText } from '../spill/too-large.ts';
import { type BufferSize, enoughBuffers } from './buffer-sizes.ts';
import { waitingCycle } from './waiting-cycle.ts';

/** The run of a simulation that came to no end. */
export type DeadlockedRun = Pick<SimulationRun, 'tiles'> & { readonly deadlock: SimulationDeadlock };

export function isDeadlocked(run: SimulationRun): run is SimulationRun & DeadlockedRun {
  return run.deadlock !== undefined;
}

/** The error for buffers that are too small though what finds no room there goes off the chip. */
export function tooLargeError(graph: SimulationGraph, run: DeadlockedRun, tooLarge: TooLarge): ClsaCimError {
  const { cycle } = run.deadlock;
  return new ClsaCimError(
    `the chip's buffers are too small to make progress: ${tooLargeText(graph, tooLarge)}`,
    'input',
    { code: 'DEADLOCK', cycle },
  );
}

/** The error for buffers that are too small to make progress: who waits for whom, where, and what sizes would do. */
export function deadlockError(graph: SimulationGraph, run: DeadlockedRun): ClsaCimError {
  const { cycle } = run.deadlock;
  // To find sizes that would do takes many simulations.
  const message = () =>
    `the chip's buffers are too small to make progress: at cycle ${cycle} ` +
    `${waitingCycle(graph, run.deadlock)}; ${remedy(graph, run)}`;
  return new ClsaCimError(message, 'input', { code: 'DEADLOCK', cycle });
}

function remedy(graph: SimulationGraph, run: DeadlockedRun): string {
  const enough = enoughBuffers(graph, run.tiles);
  if (enough === undefined)
    return `no buffers of up to ${MAX_BUFFER_BYTES} bytes would do; use finer sets or more tiles`;
  const changed = [
    ...sizeOf('inputBufferBytes', graph.chip.inputBufferBits, enough.input),
    ...sizeOf('outputBufferBytes', graph.chip.outputBufferBits, enough.output),
  ];
  const others = [
    ...(hasLargeSets(graph) ? ['use finer sets'] : []),
    graph.chip.offChipBitsPerCycle === undefined
      ? 'give chip.offChipBitsPerCycle, so that what finds no room is stored off the chip'
      : 'let what finds no room spill off the chip',
  ];
  return `${changed.join(' and ')} would do, or ${others.join(', or ')}`;
}

function sizeOf(field: string, given: number | undefined, size: BufferSize | undefined): string[] {
  if (size === undefined || size.bits === given) return [];
  return [`chip.${field}: ${Math.ceil(size.bits / 8)}${size.isSmallest ? '' : ' at most'}`];
}

/** True where a set of a base layer has more than one pixel. */
function hasLargeSets({ nodes, mvmCycles = 1, mvmIntervalCycles = mvmCycles }: SimulationGraph): boolean {
  return nodes.some(
    ({ kind, durations }) => kind === 'base' && durations.some((cycles) => cycles > mvmIntervalCycles),
  );
}
