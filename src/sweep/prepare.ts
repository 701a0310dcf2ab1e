import { existsSync } from 'node:fs';
import type { Architecture } from '../architecture/architecture.ts';
import { ClsaCimError } from '../errors.ts';
import { located } from '../files/located.ts';
import { readTextFile } from '../files/text-file.ts';
import { unknownName } from '../input/nearest.ts';
import { oneLine } from '../input/show.ts';
import { duplicationNames } from '../map/duplication/tried.ts';
import { ROUNDS_NAMES } from '../map/rounds-name.ts';
import type { Network } from '../network/network.ts';
import { readArchitecture } from '../node/architecture.ts';
import { loadModel } from '../node/model.ts';
import { placementNames } from '../simulate/placement/names.ts';
import { findZooEntry } from '../zoo/index.ts';
import { defaultPareto } from './default-pareto.ts';
import { engineIdentity } from './engine-identity.ts';
import { type Axis, createGrid, digitsOf, valuesAt } from './grid.ts';
import { sha256 } from './key.ts';
import { MANIFEST_VERSION, type Manifest, type NetworkIdentity } from './manifest.ts';
import { DIM, isLoadParameter } from './parameters.ts';
import type { Value, Values } from './point.ts';
import type { RunnerSetup } from './point-runner.ts';
import { loadPolicies, policyModule } from './policies.ts';
import type { CheckedSpec } from './spec.ts';

/** Models times combinations of their dimensions; each is loaded before anything runs. */
const MAX_NETWORKS = 4096;

/** A sweep with everything that it names loaded. */
export interface Prepared {
  readonly manifest: Manifest;
  readonly setup: RunnerSetup;
  /** What loaders had to assume, and what has no effect; one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Loads models, architectures, files and policies of a sweep.
 *
 * @param where Name of the spec, for messages.
 * @param folder Where its paths start; those that are not there are taken from the current directory.
 * @throws ClsaCimError where something cannot be loaded.
 */
export async function prepareSweep(spec: CheckedSpec, where: string, folder: string): Promise<Prepared> {
  const module = spec.policies === undefined ? undefined : policyModule(located(spec.policies, folder));
  const policyNames = module === undefined ? [] : Object.keys(await loadPolicies(module));
  const texts = namedTexts(spec.axes, policyNames, where, folder);
  const models = spec.models.map((model) => loadedModel(model, spec.axes, folder));
  const architectures = spec.architectures.map((name) => readArchitecture(located(name, folder)));
  const modelNames = distinct(
    models.map(({ name }) => name),
    spec.models,
  );
  const manifest: Manifest = {
    version: MANIFEST_VERSION,
    engine: engineIdentity(),
    axes: [
      { names: ['model'], rows: modelNames.map((name) => [name]) },
      {
        names: ['architecture'],
        rows: architectureNames(architectures, spec.architectures).map((name) => [name]),
      },
      ...spec.axes,
    ],
    ...(spec.where === undefined ? {} : { where: spec.where }),
    pareto: spec.pareto ?? defaultPareto(architectures, spec.axes),
    networks: models.flatMap(({ networks }) => networks.map(({ identity }) => identity)),
    architectures,
    texts: Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, sha256(text)])),
    ...(module === undefined ? {} : { policies: { names: policyNames, digest: module.digest } }),
  };
  return {
    manifest,
    setup: {
      networks: models.flatMap(({ networks }) => networks.map(({ content }) => content)),
      architectures,
      texts,
      ...(module === undefined ? {} : { policies: module }),
    },
    warnings: [...new Set(models.flatMap(({ warnings }) => warnings)), ...withoutEffect(spec.axes)],
  };
}

interface LoadedNetwork {
  readonly identity: NetworkIdentity;
  /** JSON of the network as bytes that all threads share, or why there is none. */
  readonly content: SharedArrayBuffer | string;
}

/** A model at every combination of the parameters that it is loaded with. */
function loadedModel(model: string, axes: readonly Axis[], folder: string) {
  const path = findZooEntry(model) === undefined ? located(model, folder) : model;
  const combinations = loadCombinations(axes);
  let name: string | undefined;
  let failure: unknown;
  const warnings: string[] = [];
  const networks = combinations.map((values): LoadedNetwork => {
    try {
      const network = loadModel(path, loadOptions(values));
      name ??= network.name;
      for (const warning of network.warnings) warnings.push(warning);
      return shared(network);
    } catch (error) {
      if (!(error instanceof ClsaCimError)) throw error;
      failure ??= error;
      const message = oneLine(error.message);
      return { identity: { error: message }, content: message };
    }
  });
  if (name === undefined) throw failure;
  return { name, networks, warnings };
}

/** For every combination of the load parameters its values, as {@link networkIndex} numbers them. */
function loadCombinations(axes: readonly Axis[]): Values[] {
  const grid = createGrid(axes.filter(hasLoadParameter));
  if (grid.size > MAX_NETWORKS) {
    throw new ClsaCimError(
      `the sizes of dimensions make ${grid.size} networks of a model; give at most ${MAX_NETWORKS}`,
      'input',
      { code: 'TOO_LARGE' },
    );
  }
  const digits = new Int32Array(grid.axes.length);
  return Array.from({ length: grid.size }, (_, index) => {
    digitsOf(grid, index, digits);
    return valuesAt(grid, digits);
  });
}

/** True for an axis that models are loaded with. */
function hasLoadParameter({ names }: Axis): boolean {
  return names.some(isLoadParameter);
}

function loadOptions(values: Values) {
  const dims: Record<string, number> = {};
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith(DIM) && typeof value === 'number') dims[name.slice(DIM.length)] = value;
  }
  return { dims, allowUnknown: values.allowUnknown === true, batchAxis: values.batchAxis === true };
}

function shared({ name, layers, outputs }: Network): LoadedNetwork {
  const json = Buffer.from(JSON.stringify({ name, layers, outputs, warnings: [] } satisfies Network));
  const content = new SharedArrayBuffer(json.length);
  new Uint8Array(content).set(json);
  return { identity: { digest: sha256(json) }, content };
}

/** Names, or where two are the same, what the spec says. */
function distinct(names: readonly string[], given: readonly string[]): readonly string[] {
  return new Set(names).size === names.length ? names : given;
}

function architectureNames(
  architectures: readonly Architecture[],
  given: readonly string[],
): readonly string[] {
  return distinct(
    architectures.map(({ name }) => name),
    given,
  );
}

/** What values of a parameter name that are no files. */
interface Named {
  /** What messages call one of these. */
  readonly kind: string;
  readonly names: readonly string[];
}

/** Contents of the files that values of {@link FILE_PARAMETERS} name. */
function namedTexts(
  axes: readonly Axis[],
  policies: readonly string[],
  where: string,
  folder: string,
): Record<string, string> {
  const texts = new Map<string, string>();
  const parameters = new Map<string, Named>([
    ['duplication', { kind: 'duplication policy', names: [...duplicationNames, ...policies] }],
    ['placement', { kind: 'placement', names: placementNames }],
    ['rounds', { kind: 'kind of rounds', names: ROUNDS_NAMES }],
  ]);
  const read = (name: Value, { kind, names }: Named) => {
    if (typeof name !== 'string' || names.includes(name)) return;
    const path = located(name, folder);
    if (!existsSync(path)) {
      throw unknownName(`${where}: no ${kind} and no file is called`, name, names);
    }
    texts.set(name, readTextFile(path));
  };
  for (const { names, rows } of axes) {
    names.forEach((name, column) => {
      const named = parameters.get(name);
      if (named !== undefined) for (const row of rows) read(row[column]!, named);
    });
  }
  return Object.fromEntries(texts);
}

/** Parameters that change nothing where no point is simulated. */
function withoutEffect(axes: readonly Axis[]): string[] {
  const simulated = axes.some(({ names, rows }) => {
    const column = names.indexOf('simulated');
    return column >= 0 && rows.some((row) => row[column] === true);
  });
  if (simulated) return [];
  return axes
    .flatMap(({ names }) => names)
    .filter((name) => ['placement', 'spill'].includes(name) || name.startsWith('chip.'))
    .map((name) => `${name} changes nothing without simulated: [true]`);
}
