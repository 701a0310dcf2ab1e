import { ClsaCimError } from '../errors.ts';
import { isInteger, rangeOf } from '../execute/data-types.ts';
import type { Feeds } from '../execute/machine.ts';
import { show } from '../input/show.ts';
import { withName } from '../load/format.ts';
import type { Program, ProgramInput } from '../load/program.ts';
import { elements } from '../network/tensor.ts';
import { withFile } from './file-bytes.ts';
import { readNpy } from './npy.ts';

/**
 * Values of inputs from `.npy` files, each given as `NAME=FILE`, or as `FILE` where the model has one input.
 *
 * @throws ClsaCimError that names the file, or the input.
 */
export function feedsOfFiles({ inputs }: Program, given: readonly string[]): Feeds {
  return Object.fromEntries(
    given.map((text) => {
      const { input, path } = inputOf(inputs, text);
      return [input.name, valuesOf(input, path)];
    }),
  );
}

function inputOf(inputs: readonly ProgramInput[], text: string): { input: ProgramInput; path: string } {
  for (const input of inputs) {
    if (text.startsWith(`${input.name}=`)) return { input, path: text.slice(input.name.length + 1) };
  }
  const [only, another] = inputs;
  if (only !== undefined && another === undefined) return { input: only, path: text };
  const names = inputs.map(({ name }) => show(name)).join(', ');
  throw new ClsaCimError(`--input ${show(text)} names no input; give NAME=FILE for one of ${names}`, 'usage');
}

function valuesOf(input: ProgramInput, path: string): Float64Array {
  return naming(path, () => {
    const array = withFile(path, (bytes) => readNpy(bytes.read(0, bytes.size).slice()));
    checkShape(input, array.shape);
    checkWhole(input, array.values);
    return array.values;
  });
}

/** Sizes of 1 are no matter, and a vector may hold everything. */
function checkShape({ name, dims }: ProgramInput, shape: readonly number[]): void {
  const isFlat = shape.length === 1 && shape[0] === elements(dims);
  const [own, wanted] = [shape, dims].map((sizes) => sizes.filter((size) => size !== 1).join());
  if (isFlat || own === wanted) return;
  throw new ClsaCimError(
    `an array of shape [${shape.join(', ')}] does not fit input ${show(name)} of shape [${dims.join(', ')}]`,
  );
}

/** Inputs of integers have values of their type: what is cut or wrapped would be another input. */
function checkWhole({ name, dataType }: ProgramInput, values: Float64Array): void {
  if (!isInteger(dataType)) return;
  const [low, high] = rangeOf(dataType);
  const wrong = values.find((value) => !(Number.isInteger(value) && value >= low && value <= high));
  if (wrong === undefined) return;
  throw new ClsaCimError(
    `the value ${wrong} does not fit input ${show(name)}, which has integers from ${low} to ${high}`,
  );
}

function naming<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withName(path, error);
  }
}
