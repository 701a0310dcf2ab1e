import type { GivenFields } from './architecture.ts';
import { MAX_WRITE_NS } from './field.ts';
import { cyclesOf, hasOneTime, mvmLatencyNsOf, TIME_FIELDS } from './mvm-time.ts';
import { peWriteNsOf, WRITE_FIELDS, type WriteField } from './writing.ts';

/** Cycles of one write: few enough that those of many are exact numbers. */
const MAX_WRITE_CYCLES = 2 ** 43;

/** What the cycles of a write follow from. */
export const WRITE_TIME_FIELDS = [
  ...TIME_FIELDS,
  'mvmIntervalNs',
  'crossbarRows',
  'peWriteNs',
  'rowWriteNs',
] as const;

/** The name of a field that the cycles of a write follow from. */
export type WriteTimeField = (typeof WRITE_TIME_FIELDS)[number];

/** What is wrong with the time to write, with the field at fault. */
export function writeTimeFault(given: Pick<GivenFields, WriteTimeField>): string | undefined {
  const { peWriteNs, rowWriteNs, crossbarRows } = given;
  if (peWriteNs !== undefined && rowWriteNs !== undefined) {
    return 'peWriteNs: is given as well as rowWriteNs; give only one of them';
  }
  const field = peWriteNs === undefined ? 'rowWriteNs' : 'peWriteNs';
  const ns = peWriteNsOf(given);
  if (ns === undefined || !hasOneTime(given)) return undefined;
  if (ns > MAX_WRITE_NS) {
    return `${field}: ${crossbarRows} rows take ${ns} ns to write, more than ${MAX_WRITE_NS}; give a shorter time`;
  }
  const cycleNs = given.mvmIntervalNs ?? mvmLatencyNsOf(given);
  const cycles = cyclesOf(ns, cycleNs);
  if (cycles <= MAX_WRITE_CYCLES) return undefined;
  return `${field}: writing a PE takes ${cycles} cycles of ${cycleNs} ns, more than ${MAX_WRITE_CYCLES}; give a shorter time`;
}

/** What is wrong where something is said of writes, but not how long one takes, with the field at fault. */
export function timelessWriteFault(given: Pick<GivenFields, WriteField | 'crossbars'>): string | undefined {
  const hasTime = given.peWriteNs !== undefined || given.rowWriteNs !== undefined;
  // With crossbars of several sizes it is wrong anyway, and is told so.
  if (hasTime || given.crossbars !== undefined) return undefined;
  const field = WRITE_FIELDS.find((name) => given[name] !== undefined);
  if (field === undefined) return undefined;
  return `${field}: does nothing without the time to write; add peWriteNs or rowWriteNs, or remove it`;
}
