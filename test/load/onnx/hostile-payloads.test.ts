import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClsaCimError } from '../../../src/errors.ts';
import { bytesInMemory } from '../../../src/load/model-bytes.ts';
import { loadOnnxProgram } from '../../../src/load/onnx/index.ts';
import { checkPayloads, readPayload } from '../../../src/load/onnx/payload.ts';
import { elements } from '../../../src/network/tensor.ts';
import { floats, INT32, ints, model, node, weights } from './onnx-writer.ts';

const whole = model({
  inputs: { x: [1, 4, 6, 6] },
  initializers: {
    w: { dims: [2, 4, 1, 1], floats: [1, 2, 3, 4, 5, 6, 7, 8] },
    b: floats(1, 2),
    s: ints(1, -1),
    q: { dims: [3], ints: [1, 2, 3], type: INT32 },
    e: weights(3),
  },
  nodes: [node('Conv', 'x w b', 'c', {}, 'conv'), node('Reshape', 'c s', 'y', {}, 'reshape')],
  outputs: ['y'],
});

/** Loads a model and reads all that it says it has; whatever is wrong with it is one clear line. */
function survives(bytes: Uint8Array): 'read' | 'refused' {
  try {
    const file = bytesInMemory(bytes);
    const { program } = loadOnnxProgram(file, 'test.onnx');
    const source = {
      model: file,
      external: (location: string) => {
        throw new ClsaCimError(`there is no file ${JSON.stringify(location)}`);
      },
    };
    checkPayloads(program.constants.values(), source);
    for (const data of program.constants.values()) {
      const count = Math.min(elements(data.dims), 1000);
      readPayload(data, source, 0, count, new Float64Array(count));
    }
    return 'read';
  } catch (error) {
    expect(error).toBeInstanceOf(ClsaCimError);
    expect((error as ClsaCimError).message).not.toMatch(/[\n\r]/);
    return 'refused';
  }
}

test('a tensor without values is said to have none', () => {
  expect(survives(whole)).toBe('refused');
});

test('a model that is cut short, or has wrong bytes, is read or says what is wrong', () => {
  for (let length = 0; length < whole.length; length++) survives(whole.slice(0, length));
  const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(flips, (changes) => {
      const bytes = whole.slice();
      for (const [at, byte] of changes) bytes[at] = byte;
      survives(bytes);
    }),
    { numRuns: 2000 },
  );
});
