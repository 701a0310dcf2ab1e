import { NetworkBuilder } from '../../../src/network/builder.ts';
import type { Network } from '../../../src/network/network.ts';
import {
  concat,
  convolution,
  elementwise,
  pooling,
  type Window,
} from '../../../src/network/operators/index.ts';
import type { Tensor } from '../../../src/network/tensor.ts';

/** What is particular of a convolution. */
interface ConvolutionShape {
  readonly kernel: number;
  readonly channels: number;
  readonly stride?: number;
}

function conv(
  b: NetworkBuilder,
  name: string,
  input: Tensor,
  { kernel, channels, stride = 1 }: ConvolutionShape,
): Tensor {
  // Of an even kernel, or an odd padding, more lies behind than in front.
  const before = Math.floor((kernel - 1) / 2);
  const window: Window = { ...{ kernel, stride, dilation: 1 }, before, after: kernel - 1 - before };
  return convolution(b, name, input, {
    ...{ windows: [window, window], spatialAxes: [0, 1], channelAxis: 2, outputChannels: channels },
  });
}

const relu = (b: NetworkBuilder, input: Tensor) => elementwise(b, `${b.nameOf(input)}_relu`, 'Relu', [input]);

/** What is multiplied with its sigmoid, which is a join. */
function silu(b: NetworkBuilder, input: Tensor): Tensor {
  const name = b.nameOf(input);
  return elementwise(b, `${name}_silu`, 'Mul', [
    input,
    elementwise(b, `${name}_sigmoid`, 'Sigmoid', [input]),
  ]);
}

function networkOf(name: string, layers: (b: NetworkBuilder, input: Tensor) => void): Network {
  const b = new NetworkBuilder(name);
  layers(b, b.input('input', { dims: [12, 12, 8], h: 0, w: 1 }));
  return b.build();
}

/** Layers one behind the other, with a pooling and a stride. */
const chain = networkOf('chain', (b, input) => {
  const first = relu(b, conv(b, 'first', input, { kernel: 3, channels: 64 }));
  const window: Window = { kernel: 2, stride: 2, dilation: 1, before: 0, after: 0 };
  const pooled = pooling(b, 'pool', first, { op: 'MaxPool', windows: [window, window], spatialAxes: [0, 1] });
  const second = silu(b, conv(b, 'second', pooled, { kernel: 3, channels: 96 }));
  conv(b, 'third', second, { kernel: 3, channels: 16, stride: 2 });
});

/** Two residual blocks. */
const residual = networkOf('residual', (b, input) => {
  let last = conv(b, 'stem', input, { kernel: 3, channels: 72 });
  for (const block of ['a', 'b']) {
    const inside = relu(b, conv(b, `${block}1`, last, { kernel: 3, channels: 72 }));
    last = elementwise(b, `${block}_add`, 'Add', [
      conv(b, `${block}2`, inside, { kernel: 3, channels: 72 }),
      last,
    ]);
  }
  conv(b, 'head', last, { kernel: 3, channels: 16 });
});

/** Branches that are concatenated, and one that scales the others. */
const branches = networkOf('branches', (b, input) => {
  const stem = conv(b, 'stem', input, { kernel: 3, channels: 40 });
  const left = conv(b, 'left', stem, { kernel: 1, channels: 24 });
  const right = conv(b, 'right', relu(b, stem), { kernel: 5, channels: 40 });
  const gate = elementwise(b, 'sigmoid', 'Sigmoid', [conv(b, 'gate', stem, { kernel: 2, channels: 64 })]);
  const together = concat(b, 'concat', [left, right], 2);
  const scaled = elementwise(b, 'scale', 'Mul', [together, gate]);
  conv(b, 'head', scaled, { kernel: 3, channels: 16 });
});

/** Networks in which errors are planted: small, and each read in another way. */
export const networks: readonly Network[] = [chain, residual, branches];
