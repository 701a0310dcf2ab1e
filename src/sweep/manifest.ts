import * as v from 'valibot';
import type { Architecture } from '../architecture/architecture.ts';
import { architectureSchema } from '../architecture/architecture-schema.ts';
import { ClsaCimError } from '../errors.ts';
import { readFile } from '../files/read-file.ts';
import { oneLine, show } from '../input/show.ts';
import { textsByName, validate } from '../input/validate.ts';
import type { Axis } from './grid.ts';
import type { Value } from './point.ts';

/** A model with the options of one combination of load parameters, or why it cannot be loaded so. */
export type NetworkIdentity = { readonly digest: string } | { readonly error: string };

/**
 * All that the keys, the order and the columns of a sweep come from, with contents in place of paths. It is kept
 * beside the journal (`sweep.json`), so that results can be merged where the models are not.
 */
export interface Manifest {
  /** Of the layout of this file. */
  readonly version: 1;
  /** Version of the package and content of the Wasm engine that computed the results. */
  readonly engine: string;
  /** `model` and `architecture` first; their values are names that tell them apart. */
  readonly axes: readonly Axis[];
  readonly where?: string;
  readonly pareto: readonly string[];
  /** Model by model, for every combination of load parameters. */
  readonly networks: readonly NetworkIdentity[];
  readonly architectures: readonly Architecture[];
  /** SHA-256 of the files that values of `duplication`, `placement` and `rounds` name. */
  readonly texts: Readonly<Record<string, string>>;
  /** The user's policies: names, and SHA-256 of the module. */
  readonly policies?: { readonly names: readonly string[]; readonly digest: string };
}

/** The layout of `sweep.json`, of this version of it. */
export const MANIFEST_VERSION = 1;

const value: v.GenericSchema<unknown, Value> = v.union([v.string(), v.number(), v.boolean(), v.null()]);
const manifestSchema: v.GenericSchema<unknown, Manifest> = v.object({
  version: v.literal(MANIFEST_VERSION),
  engine: v.string(),
  axes: v.array(v.object({ names: v.array(v.string()), rows: v.array(v.array(value)) })),
  where: v.exactOptional(v.string()),
  pareto: v.array(v.string()),
  networks: v.array(v.union([v.object({ digest: v.string() }), v.object({ error: v.string() })])),
  architectures: v.array(architectureSchema),
  texts: textsByName,
  policies: v.exactOptional(v.object({ names: v.array(v.string()), digest: v.string() })),
});

/** @throws ClsaCimError where there is no manifest of this version. */
export function readManifest(path: string): Manifest {
  const text = readFile(path, 'give a directory that a sweep has written').toString();
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? oneLine(error.message).slice(0, 200) : '';
    throw new ClsaCimError(`${show(path)} is no JSON (${reason}); run the sweep of this directory again`);
  }
  return validate(manifestSchema, input, oneLine(path));
}
