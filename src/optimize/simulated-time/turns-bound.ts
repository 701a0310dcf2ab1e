import { cyclesOf } from '../../architecture/mvm-time.ts';
import { workPart } from '../../workload/parts.ts';
import type { Workload } from '../../workload/workload.ts';
import { leastClockCycles } from '../clock-cycles.ts';
import { fitsAtOnce, type TurnProblem } from '../turns/turn-problem.ts';
import { portCycles, sharedCycles } from './chip-bound.ts';

/** Clock cycles that no rounds and copies go below for a batch, wherever they lie (docs/optimize.md). */
export function turnsBound(problem: TurnProblem, batch: number, tiles: number): number {
  const { workload, slices, pes } = problem;
  const { mvmCycles, mvmIntervalCycles } = workload.architecture;
  const written = fitsAtOnce(problem) ? 0 : leastWrittenPes(problem, batch);
  const write = writingCycles(workload);
  const computing = slices.reduce((sum, { pesPerCopy, mvms }) => sum + pesPerCopy * mvms, 0);
  const shared = Math.max(
    batch * sharedCycles(workload, pes),
    // A PE computes or is written.
    Math.ceil((batch * computing * mvmIntervalCycles + written * (write.fetch + write.perPe)) / pes),
  );
  if (written === 0) return shared;
  const inputs = portCycles(workload.part(workPart).nodes, workload.architecture).input;
  const { parallelWrites = pes } = workload.architecture.writing!;
  const ports = tiles * (workload.architecture.chip.tileWritePorts ?? pes);
  return Math.max(
    shared,
    // Weights and inputs come through one side of the port.
    written * write.port + batch * inputs,
    // Behind the last write is an MVM of what was written.
    written * write.port + write.latency + write.perPe + mvmCycles,
    Math.ceil(written / parallelWrites) * (write.fetch + write.perPe) + mvmCycles,
    Math.ceil(written / ports) * write.perPe + mvmCycles,
  );
}

/** Clock cycles of a bound of schedules; 0 where these round times up that a chip does not. */
export function scheduledClockCycles(bound: number, { architecture }: Workload): number {
  const { mvmCycles, mvmIntervalCycles, resultCycles, writing, clockNs } = architecture;
  if (writing === undefined || mvmCycles !== resultCycles * mvmIntervalCycles) return 0;
  const isWhole = cyclesOf(writing.peWriteNs, clockNs) === writing.writeCycles * mvmIntervalCycles;
  return isWhole ? leastClockCycles(bound, architecture) : 0;
}

/** PEs that are written after cycle 0: every slice for every group, but for those that the chip holds then. */
function leastWrittenPes({ slices, pes, group }: TurnProblem, batch: number): number {
  const ofGroup = slices.reduce((sum, { pesPerCopy }) => sum + pesPerCopy, 0);
  return Math.ceil(batch / group) * ofGroup - pes;
}

/** Clock cycles of one PE: in the port, from the start of its write until its weights have come through, and until they are written. */
function writingCycles({ architecture }: Workload) {
  const { writing, clockNs, chip, crossbars, given } = architecture;
  const { crossbarRows, crossbarColumns } = crossbars.classes[0]!;
  const { offChipBitsPerCycle = Infinity, offChipLatencyNs } = chip;
  const port = Math.ceil((crossbarRows * crossbarColumns * given.cellBits) / offChipBitsPerCycle);
  const latency = Math.ceil(offChipLatencyNs / clockNs);
  return { port, latency, fetch: latency + port, perPe: cyclesOf(writing!.peWriteNs, clockNs) };
}
