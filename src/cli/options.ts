import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Architecture } from '../architecture/architecture.ts';
import { normalArchitecture } from '../architecture/normal-architecture.ts';
import { findPreset } from '../architecture/presets.ts';
import { ClsaCimError } from '../errors.ts';
import { type DuplicationPolicy, duplicationPolicies } from '../map/duplication/index.ts';
import { TRIED } from '../map/duplication/tried.ts';
import type { MappingOptions } from '../map/mapping.ts';
import { copiedLayers } from '../map/slices.ts';
import type { Network } from '../network/network.ts';
import { loadModelLazily } from '../node/model-lazily.ts';
import { warn } from './notify.ts';
import { inPhase } from './phase.ts';

/** Options of every command that takes a chip. */
export interface ChipFlags {
  readonly arch: string;
  readonly pes?: number;
  readonly extraPes?: number;
}

/** Options of every command that takes a model and puts it on a chip. */
export interface MappingFlags extends ChipFlags {
  readonly duplication: string;
}

/** The same of a simulation, which has a policy of its own. */
export interface SimulatedMappingFlags extends ChipFlags {
  readonly duplication?: string;
}

/** Options of every command that takes a model. */
export interface ModelFlags {
  readonly dim: Readonly<Record<string, number>>;
  readonly batchAxis?: boolean;
  readonly allowUnknown?: boolean;
}

/** Adds the argument MODEL and the options that say what a model file leaves open. */
export function withModel(command: Command): Command {
  return command
    .argument(
      '<model>',
      'a model file (ONNX, Darknet .cfg, Keras or TF.js JSON) or a name from `clsa-cim models`',
    )
    .addOption(
      new Option('--dim <name=size>', 'size of a dimension that the model leaves open; may be repeated')
        .argParser(addDim)
        .default({}, 'none'),
    )
    .option(
      '--batch-axis',
      'axis 0 of an input of rank 2 is a batch, which counts as 1 (default: a sequence)',
    )
    .option('--allow-unknown', 'take an unknown operator as one that works position by position on the GPEU');
}

/** The model that the command is for; what the loader had to assume goes to standard error. */
export async function loadNetwork(model: string, flags: ModelFlags): Promise<Network> {
  const { dim: dims, batchAxis = false, allowUnknown = false } = flags;
  const network = await inPhase('loading', (onProgress) =>
    loadModelLazily(model, { dims, batchAxis, allowUnknown, onProgress }),
  );
  for (const warning of network.warnings) warn(warning);
  return network;
}

/** Adds the options that say which chip, and how many PEs. */
export function withChip(command: Command): Command {
  return command
    .option('--arch <name|file>', 'a preset from `clsa-cim architectures`, or a YAML or JSON file', 'paper')
    .option('--pes <n>', 'number of PEs, instead of the architecture’s', wholeNumber(1))
    .option('--extra-pes <n>', 'PEs beyond the minimum of the network (default: 0)', wholeNumber(0));
}

/** Adds the options that say which chip, how many PEs, and who gets copies. */
export function withMapping(command: Command): Command {
  return withChip(command).option(
    '--duplication <policy>',
    'none, greedy, sum, a YAML or JSON file of copies, or a module with a policy (FILE or FILE#NAME)',
    'greedy',
  );
}

/** Adds the options that say which chip is simulated, how many PEs it has, and who gets copies. */
export function withSimulatedMapping(command: Command): Command {
  return withChip(command).option(
    '--duplication <policy>',
    'none, greedy, sum, tried (the fastest of several), a YAML or JSON file of copies, or a module with a policy ' +
      '(FILE or FILE#NAME) (default: tried where the chip has tiles, greedy elsewhere)',
  );
}

/** The option that says in which order layers run. */
export function schedulingOption(): Option {
  return new Option('--scheduling <order>', 'xinf: across layers; lbl: layer by layer')
    .choices(['xinf', 'lbl'])
    .default('xinf');
}

/** The option that says how large sets are; `done` is what is done with a set as one piece. */
export function granularityOption(done: string): Option {
  const what = `what is ${done} as one piece: pixel, row or a block such as 4x4`;
  return new Option('--granularity <sets>', what).default('pixel');
}

/** The chip and the mapping options that the flags ask for. */
export async function resolveMapping(
  flags: SimulatedMappingFlags,
  network: Network,
): Promise<{ architecture: Architecture; options: MappingOptions }> {
  checkBudget(flags);
  const { pes, extraPes } = flags;
  const architecture = await resolveArchitecture(flags.arch);
  const layers = () => copiedLayers(network, normalArchitecture(architecture), { pes, extraPes });
  const duplication =
    flags.duplication === undefined ? undefined : await resolveDuplication(flags.duplication, layers);
  return { architecture, options: { pes, extraPes, duplication } };
}

/** A policy by name, the function of a module, or the copies in a file. */
async function resolveDuplication(
  name: string,
  layers: () => readonly { readonly name: string }[],
): Promise<MappingOptions['duplication']> {
  if (isPolicy(name)) return name;
  const { namedFunction } = await import('../node/user-module.ts');
  const policy = await namedFunction(name, '--duplication');
  // What it gives is checked where copies are shared out.
  if (policy !== undefined) return policy as DuplicationPolicy;
  const { readDuplicationFile } = await import('../node/duplication.ts');
  return readDuplicationFile(name, layers());
}

/** Demands that a budget is given in one way only. */
export function checkBudget({ pes, extraPes }: ChipFlags): void {
  if (pes === undefined || extraPes === undefined) return;
  throw new ClsaCimError('--pes and --extra-pes are both given; give only one of them', 'usage');
}

/** A preset, or what is in a file; only then the parser of YAML is loaded. */
export async function resolveArchitecture(nameOrPath: string): Promise<Architecture> {
  const preset = findPreset(nameOrPath);
  if (preset !== undefined) return preset;
  const { readArchitecture } = await import('../node/architecture.ts');
  return readArchitecture(nameOrPath);
}

function isPolicy(name: string): name is keyof typeof duplicationPolicies | typeof TRIED {
  return name === TRIED || Object.hasOwn(duplicationPolicies, name);
}

/** Parses an option that is a whole number from `least` on, up to `most`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const range = most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `from ${least} on`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

function addDim(text: string, dims: Readonly<Record<string, number>>): Record<string, number> {
  const [, name, size] = /^(.+)=(\d+)$/.exec(text) ?? [];
  if (name === undefined || !(Number(size) >= 1) || !Number.isSafeInteger(Number(size))) {
    throw new InvalidArgumentError('It must be NAME=SIZE with a size of at least 1, such as sequence=128.');
  }
  return { ...dims, [name]: Number(size) };
}
