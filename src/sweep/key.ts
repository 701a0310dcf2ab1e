import { hash } from 'node:crypto';
import * as v from 'valibot';
import { overridden } from './architecture-overrides.ts';
import type { Manifest } from './manifest.ts';
import { FILE_PARAMETERS, isArchitectureField, runSchema } from './parameters.ts';
import type { Value, Values } from './point.ts';

/** Combinations of architecture fields whose part of the key is kept. */
const KEPT_PREFIXES = 4096;

/**
 * Makes keys of points: SHA-256, in hexadecimal, of the content of the network, the content of the architecture
 * with its overrides, all run parameters with their defaults, and the engine. Points that mean the same have the same
 * key, whatever files and axes they come from. The values of parameters are those that a spec was checked to have.
 */
export function keyMaker(
  manifest: Manifest,
): (network: number, architecture: number, parameters: Values) => string {
  const { engine, networks, architectures, texts, policies, axes } = manifest;
  const overrides = axes.flatMap(({ names }) => names.filter(isArchitectureField));
  const defaults = Object.entries<Value>(v.parse(runSchema, {}));
  const prefixes = new Map<string, string>();
  /** What a value of {@link FILE_PARAMETERS} names: the content of a file or a module, or what is built in. */
  const named = (name: Value): Value => {
    if (typeof name !== 'string') return name;
    if (Object.hasOwn(texts, name)) return `file ${texts[name]}`;
    return policies?.names.includes(name) ? `module ${policies.digest} ${name}` : name;
  };
  const prefixOf = (network: number, architecture: number, parameters: Values): string => {
    let name = `${network} ${architecture}`;
    for (const override of overrides) name += ` ${parameters[override]}`;
    let prefix = prefixes.get(name);
    if (prefix === undefined) {
      if (prefixes.size >= KEPT_PREFIXES) prefixes.clear();
      const content = overridden(architectures[architecture]!, parameters).content();
      prefix = canonicalJson([engine, networks[network], sha256(canonicalJson(content))]);
      prefixes.set(name, prefix);
    }
    return prefix;
  };
  return (network, architecture, parameters) => {
    const run = defaults.map(([name, value]) => {
      const own = parameters[name] ?? value;
      // What is not simulated has these copies, whether or not that is said.
      if (own === null && name === 'duplication' && parameters.simulated !== true) return 'greedy';
      return FILE_PARAMETERS.includes(name) ? named(own) : own;
    });
    // Nothing is what was there before the parameters at the end were.
    while (run.at(-1) === null) run.pop();
    return sha256(prefixOf(network, architecture, parameters) + JSON.stringify(run));
  };
}

/** SHA-256 in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return hash('sha256', content);
}

/** JSON with the keys of objects in order, so that equal content is equal text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
