import * as v from 'valibot';
import { ClsaCimError } from '../../errors.ts';
import type { Output } from '../../network/builder.ts';
import type { LoadOptions } from '../options.ts';
import { place } from './layer-kind.ts';
import type { LayerDescription, ModelDescription } from './model.ts';
import { parse, perDimension } from './schema.ts';
import type { OpenShape } from './stated-shapes.ts';

const SIZE = 'a positive integer below 2^31, or null where it is left open';
const size = v.nullable(
  v.pipe(v.number(SIZE), v.integer(SIZE), v.minValue(1, SIZE), v.maxValue(2 ** 31 - 1, SIZE)),
);
const shape = v.nullish(perDimension(size));
const shapeSchema = v.object({ batch_input_shape: shape, batch_shape: shape });

/** Layers that slide a window along a sequence: in the network, Conv1D has its positions in W. */
const SLIDES_ALONG_SEQUENCE =
  /^(Q|Quant)?(Separable|Depthwise)?Conv(olution)?1D(Transpose)?$|^(Max|Average)Pooling1D$/;

/** Where the positions of sequences lie. */
export interface SequenceAxes {
  readonly h: number;
  readonly w: number;
}

/** Looks at all layers of a model, and of the models in it, to find out where its sequences lie. */
export function findSequenceAxes(layers: readonly LayerDescription[]): SequenceAxes {
  const slides = layers.some(({ className }) => SLIDES_ALONG_SEQUENCE.test(className));
  return slides ? { h: -1, w: 1 } : { h: 1, w: -1 };
}

/** The shape that a layer gives for the input of its model, if it does. */
export function readShape(layer: LayerDescription): OpenShape | undefined {
  const { batch_input_shape, batch_shape } = parse(shapeSchema, layer.config, place(layer));
  return batch_input_shape ?? batch_shape ?? undefined;
}

/** The shape that a Sequential model was built for, if it says. */
export function readBuildShape({ buildInputShape }: ModelDescription): OpenShape | undefined {
  return (
    parse(v.object({ build_input_shape: shape }), { build_input_shape: buildInputShape }, 'the model')
      .build_input_shape ?? undefined
  );
}

/** An input of the network before the dimensions that it leaves open are known. */
export interface OpenInput {
  readonly name: string;
  readonly shape: OpenShape;
}

/**
 * The dimensions of the network's inputs by their names, with what the user gives for the open ones.
 *
 * @throws ClsaCimError listing the dimensions that stay open, or naming one that no input has
 */
export function resolveInputs(
  inputs: readonly OpenInput[],
  { dims: given = {} }: LoadOptions,
): ReadonlyMap<string, readonly number[]> {
  const known = inputs.flatMap(({ name, shape }) => shape.map((_, axis) => `${name}:${axis}`));
  for (const [key, size] of Object.entries(given)) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new ClsaCimError(`dimension ${key}=${size} must be a positive integer`, 'usage');
    }
    if (!known.includes(key)) {
      throw new ClsaCimError(`dimension ${key}: the model's inputs have ${some(known)}`, 'usage', {
        ...{ code: 'UNKNOWN_NAME', given: key, known },
      });
    }
  }
  const open: string[] = [];
  const resolve = (key: string, axis: number, size: number | null) => {
    if (axis === 0) return 1;
    const wanted = Object.hasOwn(given, key) ? given[key] : undefined;
    if (size === null && wanted === undefined) open.push(key);
    if (size !== null && wanted !== undefined && wanted !== size) {
      throw new ClsaCimError(`dimension ${key}=${wanted}: the file fixes it to ${size}`, 'usage');
    }
    return size ?? wanted ?? 1;
  };
  const resolved = inputs.map(({ name, shape }) => {
    return [name, shape.map((size, axis) => resolve(`${name}:${axis}`, axis, size))] as const;
  });
  if (open.length > 0) {
    throw new ClsaCimError(
      `the file leaves open how large its input is (${some(open)}); ` +
        `give ${open.length === 1 ? 'it' : 'them'} with dims`,
      'input',
      { code: 'OPEN_SIZES', dims: Object.fromEntries(open.map((key) => [key, 224])) },
    );
  }
  return new Map(resolved);
}

/** The first of many names. */
function some(names: readonly string[]): string {
  return names.slice(0, 8).join(', ') + (names.length > 8 ? ', …' : '');
}

/**
 * Where H and W of an input lie if none of its readers says: of an image, of a sequence (spec.md section 2), of a
 * sequence of images, or nowhere.
 */
export function inputAxes(dims: readonly number[], sequenceAxes: SequenceAxes): Output {
  if (dims.length === 3) return { dims, ...sequenceAxes };
  if (dims.length < 3) return { dims, h: -1, w: -1 };
  const first = dims.length === 5 ? 2 : 1;
  return { dims, h: first, w: first + 1 };
}
