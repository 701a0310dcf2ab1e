import * as v from 'valibot';
import type { Arithmetic } from '../architecture/arithmetic.ts';
import { ADC_BITS } from '../architecture/arithmetic-fields.ts';
import { ClsaCimError } from '../errors.ts';
import { unknownName } from '../input/nearest.ts';
import { oneLine, show } from '../input/show.ts';
import { count, fields, isMapping, validate } from '../input/validate.ts';
import { parseYaml } from '../input/yaml.ts';

const MAX_BITS = 64;

const bitsSchema = fields({
  weightBits: v.exactOptional(count(MAX_BITS)),
  activationBits: v.exactOptional(count(MAX_BITS)),
  adcBits: v.exactOptional(count(ADC_BITS)),
});

/** Bits of one layer; those that are left out are the chip's. */
export interface LayerBits {
  /** Bits of one weight. */
  readonly weightBits?: number;
  /** Bits of one input of an MVM. */
  readonly activationBits?: number;
  /** Bits of the ADC of a column. */
  readonly adcBits?: number;
}

/**
 * Bits of layers from the text of a YAML or JSON file: a mapping from names of base layers to weightBits, activationBits and
 * adcBits.
 *
 * @param where Name of the file, for messages.
 * @param layers The base layers in the order of the file of the network.
 * @returns Bits by name; layers that the file leaves out are not in it.
 * @throws ClsaCimError one line that names the file, the layer, what was found and what is allowed.
 */
export function parseBits(
  text: string,
  where: string,
  layers: readonly { readonly name: string }[],
): ReadonlyMap<string, LayerBits> {
  return checkBits(parseYaml(text, where), where, layers);
}

/**
 * Bits of layers that come from outside.
 *
 * @param where Where they come from, for messages.
 * @param kind Who has to act where they are not right.
 * @throws ClsaCimError as {@link parseBits} does.
 */
export function checkBits(
  input: unknown,
  where: string,
  layers: readonly { readonly name: string }[],
  kind: 'input' | 'usage' = 'input',
): ReadonlyMap<string, LayerBits> {
  if (!isMapping(input)) {
    throw new ClsaCimError(
      `${where}: must be a mapping from layers to weightBits, activationBits and adcBits, found ${show(input)}`,
      kind,
    );
  }
  const names = new Set(layers.map(({ name }) => name));
  return new Map(
    Object.entries(input).map(([name, value]) => {
      if (!names.has(name)) throw unknownName(`${where}: no base layer is called`, name, [...names], kind);
      return [name, validate(bitsSchema, value, `${where}: ${oneLine(name)}`, kind)];
    }),
  );
}

/** The arithmetic of a layer: that of the chip, with the layer's own bits. */
export function withBits(arithmetic: Arithmetic, bits: LayerBits = {}): Arithmetic {
  return { ...arithmetic, ...bits };
}
