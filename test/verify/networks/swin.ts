import type { ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

const [SIDE, WINDOW, HEADS] = [8, 4, 2];

/** A stage of Swin (Liu et al., 2021): attention in windows, in windows that are rolled, and patches merged. */
export function swin(): ModelSpec {
  const size = 16;
  const net = new Net({ image: [1, 3, 32, 32] });
  const patches = net.conv('image', size, 4, { stride: 4, pads: [0, 0, 0, 0] });
  let x = net.layerNorm(net.transpose(patches, 0, 2, 3, 1));
  for (const shift of [0, WINDOW / 2]) {
    x = net.add('Add', [x, inWindows(net, net.layerNorm(x), shift)]);
    x = net.add('Add', [x, net.dense(net.gelu(net.dense(net.layerNorm(x), 2 * size)), size)]);
  }
  const merged = net.layerNorm(merge(net, x));
  const halved = net.add('MatMul', [merged, net.weights([4 * size, 2 * size], 4 * size)], {}, 2 * size);
  const last = net.add('ReduceMean', [net.layerNorm(halved)], { axes: [1, 2], keepdims: 0 });
  return net.spec([net.dense(last, 10)]);
}

function inWindows(net: Net, x: string, shift: number): string {
  const size = net.channels(x);
  const [across, tokens] = [SIDE / WINDOW, WINDOW * WINDOW];
  const rolled = roll(net, x, shift);
  const cut = net.reshape(rolled, [1, across, WINDOW, across, WINDOW, size]);
  const windows = net.reshape(net.transpose(cut, 0, 1, 3, 2, 4, 5), [across * across, tokens, size]);
  const bias = net.uniform([1, HEADS, tokens, tokens], -1, 1);
  const attended = net.attention(windows, [across * across], tokens, HEADS, bias);
  const apart = net.reshape(attended, [1, across, across, WINDOW, WINDOW, size]);
  const whole = net.reshape(net.transpose(apart, 0, 1, 3, 2, 4, 5), [1, SIDE, SIDE, size]);
  return roll(net, whole, SIDE - shift);
}

/** Moves rows and columns by `shift` to the front, those at the front to the end. */
function roll(net: Net, x: string, shift: number): string {
  if (shift % SIDE === 0) return x;
  return [1, 2].reduce((value, axis) => {
    const part = (from: number, to: number) =>
      net.add('Slice', [value, net.ints(from), net.ints(to), net.ints(axis)]);
    return net.add('Concat', [part(shift, SIDE), part(0, shift)], { axis }, net.channels(x));
  }, x);
}

/** The four positions of each 2x2 patch as channels of one. */
function merge(net: Net, x: string): string {
  const quarters = [0, 1].flatMap((column) =>
    [0, 1].map((row) =>
      net.add('Slice', [x, net.ints(row, column), net.ints(SIDE, SIDE), net.ints(1, 2), net.ints(2, 2)]),
    ),
  );
  return net.concat(quarters, 3);
}
