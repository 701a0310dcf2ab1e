import type { Scheduling } from '../schedule/scheduling.ts';
import type { Reload } from '../schedule/turn-options.ts';
import type { PlacementName } from '../simulate/index.ts';

/** What is put on a chip: a network of the zoo, or a file that the user has chosen. */
export type Model = { readonly zoo: string } | { readonly file: File; readonly id: number };

/** What the user has written of a chip, right or not. */
export type ChipFields = Readonly<Record<string, unknown>>;

/** Policies that schedules and simulations have; `tried` is one of simulations, and schedules take their default for it. */
export type PolicyName = 'none' | 'greedy' | 'sum' | 'tried';

/** Everything that a run depends on: the options of the command line. */
export interface Configuration {
  readonly model: Model;
  /** Sizes of dimensions by their names. */
  readonly dims: Readonly<Record<string, number>>;
  readonly batchAxis: boolean;
  readonly allowUnknown: boolean;
  /** Name of a preset, where `chip` is left out. */
  readonly arch: string;
  /** The chip in the user's own words. */
  readonly chip?: ChipFields;
  /** PEs in all, or beyond the minimum; neither: those of the chip, or the minimum. */
  readonly pes?: number;
  readonly extraPes?: number;
  /** A policy, or copies by the names of layers; left out: greedy, and simulated on tiles the fastest of several. */
  readonly duplication?: PolicyName | Readonly<Record<string, number>>;
  readonly scheduling: Scheduling;
  readonly granularity: string;
  readonly batch: number;
  readonly group?: number;
  readonly reload?: Reload;
  readonly rounds?: 'auto' | 'fewest';
  readonly placement: PlacementName;
  /** When it is simulated: false where what finds no room waits, `always` where it need not come to no end to be stored off the chip. */
  readonly spill?: false | 'always';
}

/** What the command line takes where an option is left out. */
export const defaults = {
  dims: {},
  batchAxis: false,
  allowUnknown: false,
  arch: 'paper',
  scheduling: 'xinf',
  granularity: 'pixel',
  batch: 1,
  placement: 'snake',
} as const;

/** What the page begins with. */
export const first: Configuration = { ...defaults, model: { zoo: 'tinyyolov4' }, extraPes: 32 };

/** Names of files that the page offers to download, as messages and command lines call them. */
export const CHIP_FILE = 'chip.yaml';
export const COPIES_FILE = 'copies.json';
export const SWEEP_FILE = 'sweep.yaml';
export const REPORT_FILE = 'report.html';

/** A configuration with other values; what is undefined is left out. */
export function changed(
  configuration: Configuration,
  changes: { readonly [Key in keyof Configuration]?: Configuration[Key] | undefined },
): Configuration {
  const entries = Object.entries({ ...configuration, ...changes }).filter(([, value]) => value !== undefined);
  // Only what may be left out is ever undefined.
  return Object.fromEntries(entries) as unknown as Configuration;
}

/** What a schedule takes of it: there are no copies to try without a simulation. */
export function toSchedule(configuration: Configuration): Configuration {
  return configuration.duplication === 'tried'
    ? changed(configuration, { duplication: undefined })
    : configuration;
}

/** The name of a model for people. */
export function nameOf(model: Model): string {
  return 'zoo' in model ? model.zoo : model.file.name;
}
