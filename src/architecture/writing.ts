import type { LegalArchitecture } from './architecture.ts';
import { cyclesOf } from './mvm-time.ts';

/** How long it takes to write weights, and what it costs (spec.md section 9). */
export interface Writing {
  /** Time to write one PE. */
  readonly peWriteNs: number;
  /** The same in cycles of a schedule, 1 or more. */
  readonly writeCycles: number;
  /** PEs of the chip that are written at a time; undefined: all. */
  readonly parallelWrites: number | undefined;
  /** Energy to write one PE, in pJ, where it is known. */
  readonly peWriteEnergyPj: number | undefined;
  /** Writes that a cell outlives, where it is known. */
  readonly enduranceWrites: number | undefined;
}

/** How an architecture writes weights; undefined where it does not say how long that takes. */
export function writingOf(given: LegalArchitecture, cycleNs: number): Writing | undefined {
  const { peWriteNs = rowsNs(given), parallelWrites, peWriteEnergyPj, enduranceWrites } = given;
  if (peWriteNs === undefined) return undefined;
  const writeCycles = cyclesOf(peWriteNs, cycleNs);
  return { peWriteNs, writeCycles, parallelWrites, peWriteEnergyPj, enduranceWrites };
}

/** All rows of a crossbar one after the other. */
function rowsNs({ rowWriteNs, crossbarRows }: LegalArchitecture): number | undefined {
  return rowWriteNs === undefined || crossbarRows === undefined ? undefined : rowWriteNs * crossbarRows;
}
