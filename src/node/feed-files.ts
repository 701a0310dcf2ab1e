import { ClsaCimError } from '../errors.ts';
import type { Feeds } from '../execute/machine.ts';
import { show } from '../input/show.ts';
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

function valuesOf({ name, dims }: ProgramInput, path: string): Float64Array {
  const { shape, values } = withFile(path, (bytes) =>
    naming(path, () => readNpy(bytes.read(0, bytes.size).slice())),
  );
  if (values.length === elements(dims)) return values;
  throw new ClsaCimError(
    `${path}: an array of shape [${shape.join(', ')}] does not fit input ${show(name)} of shape [${dims.join(', ')}]`,
  );
}

function naming<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ClsaCimError ? new ClsaCimError(`${path}: ${error.message}`) : error;
  }
}
