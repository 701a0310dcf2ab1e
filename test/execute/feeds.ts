import { FLOAT } from '../load/onnx/onnx-writer.ts';
import { type OperatorCase, withBases } from '../load/onnx/runtime/case.ts';
import { random } from '../load/onnx/runtime/random.ts';
import type { Feed } from '../load/onnx/runtime/runtime.ts';

/** Random values for the inputs of a case, with base layers in front. */
export function feedsOf(test: OperatorCase): Record<string, Feed> {
  const { inputs = {}, types = {} } = withBases(test);
  const next = random(3);
  return Object.fromEntries(
    Object.entries(inputs).map(([name, dims]): [string, Feed] => {
      const own = name.replace(/^outside:/, '');
      const sizes = dims.map(Number);
      const type = types[name] ?? FLOAT;
      const [low, high] = test.ranges?.[own] ?? [-6, 6];
      const count = sizes.reduce((product, size) => product * size, 1);
      const drawn = Array.from({ length: count }, () => low + (high - low) * next());
      const values = test.fixed?.[own] ?? (type === FLOAT ? drawn.map(Math.fround) : drawn.map(Math.round));
      return [name, { dims: sizes, type, values }];
    }),
  );
}

/** The values of feeds. */
export function valuesOf(feeds: Readonly<Record<string, Feed>>): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(feeds).map(([name, { values }]) => [name, values]));
}
