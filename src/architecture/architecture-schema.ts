import * as v from 'valibot';
import { show } from '../input/show.ts';
import { fields, rule } from '../input/validate.ts';
import type { GivenFields, LegalArchitecture } from './architecture.ts';
import { architectureFields } from './architecture-fields.ts';
import { saysTiles } from './chip.ts';
import { cyclesOf, hasOneTime, mvmLatencyNsOf, TIME_FIELDS, type TimeField } from './mvm-time.ts';
import { timelessWriteFault, WRITE_TIME_FIELDS, type WriteTimeField, writeTimeFault } from './write-fault.ts';
import { WRITE_FIELDS, type WriteField } from './writing.ts';

/** The first name that two classes have, if any. */
function nameGivenTwice(classes: readonly { readonly name: string }[] = []): string | undefined {
  return classes.find(({ name }, i) => classes.findIndex((other) => other.name === name) < i)?.name;
}

/** Fields of crossbars of one size. */
const ONE_SIZE_FIELDS = ['crossbarRows', 'crossbarColumns', 'pes', ...WRITE_FIELDS] as const;

type OneSize = 'crossbars' | (typeof ONE_SIZE_FIELDS)[number];

/** What is wrong where crossbars of one size and of several are given. */
function bothKinds(given: Pick<GivenFields, OneSize>): string | undefined {
  const other = ONE_SIZE_FIELDS.find((name) => given[name] !== undefined);
  return given.crossbars === undefined || other === undefined ? undefined : oneSizeOnly(other);
}

function oneSizeOnly(field: string): string {
  return `${field} is given as well; it is for crossbars of one size, so remove it`;
}

/** What is wrong with the PEs of tiles, with the field at fault. */
function pesPerTileFault({ crossbars, chip }: Pick<GivenFields, 'crossbars' | 'chip'>): string | undefined {
  const missing = 'pesPerTile: is missing, and a mesh or links need it; add it';
  if (crossbars === undefined) {
    return saysTiles(chip) && chip?.pesPerTile === undefined ? `chip.${missing}` : undefined;
  }
  if (chip?.pesPerTile !== undefined) return `crossbars: ${oneSizeOnly('chip.pesPerTile')}`;
  const open = crossbars.findIndex(({ pesPerTile }) => pesPerTile === undefined);
  return saysTiles(chip) && open >= 0 ? `crossbars.${open}.${missing}` : undefined;
}

/** Clock cycles of one MVM are a 32-bit number. */
const MAX_MVM_CYCLES = 2 ** 31 - 1;

/** What is wrong with the clock, with the field at fault. */
function clockFault(architecture: Pick<GivenFields, TimeField | 'chip'>): string | undefined {
  if (!hasOneTime(architecture) || architecture.chip?.clockNs === undefined) return undefined;
  const cycles = cyclesOf(mvmLatencyNsOf(architecture), architecture.chip.clockNs);
  if (cycles <= MAX_MVM_CYCLES) return undefined;
  return `chip.clockNs: an MVM takes ${cycles} clock cycles, more than ${MAX_MVM_CYCLES}; give a longer clock`;
}

/** What is wrong with the time between two MVMs, if anything. */
function intervalFault(times: Pick<GivenFields, TimeField | 'mvmIntervalNs'>): string | undefined {
  if (times.mvmIntervalNs === undefined || !hasOneTime(times)) return undefined;
  const latencyNs = mvmLatencyNsOf(times);
  // Of times that are the same but for their last bit, neither is longer.
  if (times.mvmIntervalNs > latencyNs && cyclesOf(times.mvmIntervalNs, latencyNs) > 1) {
    return `an MVM takes ${latencyNs} ns, and another one cannot have to wait for longer; give at most that`;
  }
  const cycles = cyclesOf(latencyNs, times.mvmIntervalNs);
  if (cycles <= MAX_MVM_CYCLES) return undefined;
  return `${cycles} MVMs of a PE would be under way at a time, more than ${MAX_MVM_CYCLES}; give a longer time`;
}

/** What the rules leave, as a type. */
function isLegal(given: GivenFields): given is LegalArchitecture {
  const { crossbars, crossbarRows, crossbarColumns } = given;
  const isOneSize = crossbarRows !== undefined && crossbarColumns !== undefined;
  return (crossbars !== undefined || isOneSize) && hasOneTime(given);
}

/** The schema of an architecture file. Files, presets and what code gives are all held against it. */
export const architectureSchema = v.pipe(
  fields(architectureFields),
  rule<GivenFields, 'mvmLatencyNs' | 'readLatencyNs'>(['mvmLatencyNs', 'readLatencyNs'], (times) =>
    hasOneTime(times)
      ? undefined
      : 'give the time of one MVM, either as mvmLatencyNs or as readLatencyNs, not both',
  ),
  rule<GivenFields, 'crossbars' | 'crossbarRows'>(
    ['crossbars', 'crossbarRows'],
    ({ crossbars, crossbarRows }) =>
      crossbars === undefined && crossbarRows === undefined
        ? 'is missing; add it, or crossbars of several sizes'
        : undefined,
    'crossbarRows',
  ),
  rule<GivenFields, 'crossbars' | 'crossbarRows' | 'crossbarColumns'>(
    ['crossbars', 'crossbarRows', 'crossbarColumns'],
    ({ crossbars, crossbarRows, crossbarColumns }) =>
      crossbars === undefined && crossbarRows !== undefined && crossbarColumns === undefined
        ? 'is missing; add it'
        : undefined,
    'crossbarColumns',
  ),
  rule<GivenFields, OneSize>(['crossbars', ...ONE_SIZE_FIELDS], bothKinds, 'crossbars'),
  rule<GivenFields, 'crossbars'>(
    ['crossbars'],
    ({ crossbars }) => {
      const twice = nameGivenTwice(crossbars);
      return twice === undefined
        ? undefined
        : `the name ${show(twice)} is given twice; give every size its own`;
    },
    'crossbars',
  ),
  rule<GivenFields, 'crossbars' | 'chip'>(['crossbars', 'chip'], pesPerTileFault),
  rule<GivenFields, TimeField | 'chip'>([...TIME_FIELDS, 'chip'], clockFault),
  rule<GivenFields, TimeField | 'mvmIntervalNs'>(
    [...TIME_FIELDS, 'mvmIntervalNs'],
    intervalFault,
    'mvmIntervalNs',
  ),
  rule<GivenFields, WriteTimeField>(WRITE_TIME_FIELDS, writeTimeFault),
  rule<GivenFields, WriteField | 'crossbars'>([...WRITE_FIELDS, 'crossbars'], timelessWriteFault),
  v.guard(isLegal),
);
