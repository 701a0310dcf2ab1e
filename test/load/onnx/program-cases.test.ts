import { describe, expect, test } from 'vitest';
import { bytesInMemory } from '../../../src/load/model-bytes.ts';
import { hasPayload, readPayload } from '../../../src/load/onnx/payload.ts';
import { elements } from '../../../src/network/tensor.ts';
import { load } from './helpers.ts';
import { loadProgram } from './load-program.ts';
import { type ModelSpec, model } from './onnx-writer.ts';
import { checkProgram } from './program-check.ts';
import { withBases } from './runtime/case.ts';
import { families } from './runtime/cases/index.ts';

describe.each(Object.entries(families))('%s', (_, cases) => {
  test.each(cases)('the program of $name is what the file says', (operator) => {
    const spec = withBases(operator);
    const loaded = loadProgram(spec);
    checkProgram(loaded, model(spec));
    checkConstants(loaded.program.constants.values(), spec);
    expect(loaded.network).toEqual(load(spec));
  });
});

/** The initializers of a model come back as they were written. */
function checkConstants(
  constants: ReturnType<ReturnType<typeof loadProgram>['program']['constants']['values']>,
  spec: ModelSpec,
): void {
  const source = { model: bytesInMemory(model(spec)), external: () => expect.fail('there is no other file') };
  for (const data of constants) {
    const written = spec.initializers?.[data.name];
    if (written === undefined) continue;
    const count = elements(data.dims);
    const values = new Float64Array(count);
    expect(hasPayload(data)).toBe(true);
    readPayload(data, source, 0, count, values);
    expect([...values], data.name).toEqual(written.ints ?? written.floats?.map(Math.fround));
  }
}
