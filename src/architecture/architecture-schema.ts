import * as v from 'valibot';
import { show } from '../input/show.ts';
import { fields, rule } from '../input/validate.ts';
import type { GivenFields, LegalArchitecture } from './architecture.ts';
import { architectureFields } from './architecture-fields.ts';
import { saysTiles } from './chip.ts';
import { cyclesOf, type GivenTime, mvmLatencyNsOf } from './mvm-time.ts';

/** The first name that two classes have, if any. */
function nameGivenTwice(classes: readonly { readonly name: string }[] = []): string | undefined {
  return classes.find(({ name }, i) => classes.findIndex((other) => other.name === name) < i)?.name;
}

type OneSize = 'crossbars' | 'crossbarRows' | 'crossbarColumns' | 'pes';

/** What is wrong where crossbars of one size and of several are given. */
function bothKinds({ crossbars, crossbarRows, crossbarColumns, pes }: Pick<GivenFields, OneSize>) {
  const given = Object.entries({ crossbarRows, crossbarColumns, pes });
  const other = given.find(([, value]) => value !== undefined)?.[0];
  return crossbars === undefined || other === undefined ? undefined : oneSizeOnly(other);
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

/** Exactly one of two times of an MVM is given. */
function hasOneTime<Times extends Pick<GivenFields, 'mvmLatencyNs' | 'readLatencyNs'>>(
  times: Times,
): times is Times & GivenTime {
  return (times.mvmLatencyNs === undefined) !== (times.readLatencyNs === undefined);
}

/** Clock cycles of one MVM are a 32-bit number. */
const MAX_MVM_CYCLES = 2 ** 31 - 1;

type Times = 'mvmLatencyNs' | 'readLatencyNs' | 'activationBits' | 'dacBits' | 'chip';

/** What is wrong with the clock, with the field at fault. */
function clockFault(architecture: Pick<GivenFields, Times>): string | undefined {
  if (!hasOneTime(architecture) || architecture.chip?.clockNs === undefined) return undefined;
  const cycles = cyclesOf(mvmLatencyNsOf(architecture), architecture.chip.clockNs);
  if (cycles <= MAX_MVM_CYCLES) return undefined;
  return `chip.clockNs: an MVM takes ${cycles} clock cycles, more than ${MAX_MVM_CYCLES}; give a longer clock`;
}

/** What is wrong with the time between two MVMs, if anything. */
function intervalFault(times: Pick<GivenFields, Times | 'mvmIntervalNs'>): string | undefined {
  if (times.mvmIntervalNs === undefined || !hasOneTime(times)) return undefined;
  const latencyNs = mvmLatencyNsOf(times);
  if (times.mvmIntervalNs > latencyNs) {
    return `an MVM takes ${latencyNs} ns, and another one cannot have to wait for longer; give at most that`;
  }
  const cycles = cyclesOf(latencyNs, times.mvmIntervalNs);
  if (cycles <= MAX_MVM_CYCLES) return undefined;
  return `${cycles} MVMs of a PE would be under way at a time, more than ${MAX_MVM_CYCLES}; give a longer time`;
}

type WriteTimes = 'peWriteNs' | 'rowWriteNs';

/** What is wrong where the time to write is given twice. */
function writeFault({ peWriteNs, rowWriteNs }: Pick<GivenFields, WriteTimes>): string | undefined {
  if (peWriteNs === undefined || rowWriteNs === undefined) return undefined;
  return 'is given as well as rowWriteNs; give only one of them';
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
  rule<GivenFields, OneSize>(['crossbars', 'crossbarRows', 'crossbarColumns', 'pes'], bothKinds, 'crossbars'),
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
  rule<GivenFields, Times>(
    ['mvmLatencyNs', 'readLatencyNs', 'activationBits', 'dacBits', 'chip'],
    clockFault,
  ),
  rule<GivenFields, Times | 'mvmIntervalNs'>(
    ['mvmIntervalNs', 'mvmLatencyNs', 'readLatencyNs', 'activationBits', 'dacBits', 'chip'],
    intervalFault,
    'mvmIntervalNs',
  ),
  rule<GivenFields, WriteTimes>(['peWriteNs', 'rowWriteNs'], writeFault, 'peWriteNs'),
  v.guard(isLegal),
);
