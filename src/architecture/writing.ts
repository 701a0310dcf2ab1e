import type { GivenFields, LegalArchitecture } from './architecture.ts';
import { cyclesOf } from './mvm-time.ts';

/** Fields of how weights are written. They take turns on crossbars of one size only. */
export const WRITE_FIELDS = [
  'peWriteNs',
  'rowWriteNs',
  'parallelWrites',
  'peWriteEnergyPj',
  'enduranceWrites',
] as const satisfies readonly (keyof GivenFields)[];

/** The name of a field of how weights are written. */
export type WriteField = (typeof WRITE_FIELDS)[number];

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
  const peWriteNs = peWriteNsOf(given);
  if (peWriteNs === undefined) return undefined;
  const { parallelWrites, peWriteEnergyPj, enduranceWrites } = given;
  const writeCycles = cyclesOf(peWriteNs, cycleNs);
  return { peWriteNs, writeCycles, parallelWrites, peWriteEnergyPj, enduranceWrites };
}

type WriteTime = Pick<GivenFields, 'peWriteNs' | 'rowWriteNs' | 'crossbarRows'>;

/** Time to write one PE: as it is given, or that of all rows of its crossbar, one after the other. */
export function peWriteNsOf({ peWriteNs, rowWriteNs, crossbarRows }: WriteTime): number | undefined {
  if (peWriteNs !== undefined) return peWriteNs;
  return rowWriteNs === undefined || crossbarRows === undefined ? undefined : rowWriteNs * crossbarRows;
}
