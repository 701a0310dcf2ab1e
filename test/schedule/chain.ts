import { NetworkBuilder } from '../../src/network/builder.ts';
import { convolution } from '../../src/network/operators/index.ts';
import type { Tensor } from '../../src/network/tensor.ts';

/** A convolution of one channel that keeps the size of its map. */
export function layer(b: NetworkBuilder, name: string, input: Tensor, kernel = 1): Tensor {
  const window = { kernel, stride: 1, dilation: 1, before: (kernel - 1) >> 1, after: kernel >> 1 };
  const channels = { channelAxis: 3, outputChannels: 1 };
  return convolution(b, name, input, { windows: [window, window], spatialAxes: [1, 2], ...channels });
}

/** A builder, and an input of one channel. */
export function mapOf(height: number, width: number): { readonly b: NetworkBuilder; readonly input: Tensor } {
  const b = new NetworkBuilder('chain');
  return { b, input: b.input('input', { dims: [1, height, width, 1], h: 1, w: 2 }) };
}

/** Convolutions one behind the other. */
export function chain(layers: number, height: number, width: number, kernel = 1) {
  const { b, input } = mapOf(height, width);
  let x = input;
  for (let i = 0; i < layers; i++) x = layer(b, `conv${i}`, x, kernel);
  return b.build();
}
