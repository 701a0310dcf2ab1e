import type { ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

/** What the networks of He et al. (2016) and Xie et al. (2017) differ in. */
export interface ResnetOptions {
  /** Height and width of the input. */
  readonly size: number;
  readonly classes: number;
  /** Channels of the stem. */
  readonly stem: number;
  /** Per stage: channels of its 3x3 convolutions, and how many blocks it has. */
  readonly stages: readonly (readonly [channels: number, blocks: number])[];
  /** How many times as many channels a block ends with, where it is a bottleneck. */
  readonly expansion?: number;
  readonly groups?: number;
}

/** A residual network. */
export function resnet({ size, classes, stem, stages, expansion, groups }: ResnetOptions): ModelSpec {
  const net = new Net({ image: [1, 3, size, size] });
  const first = net.relu(net.convNorm('image', stem, 7, { stride: 2, pads: [3, 3, 3, 3] }));
  let x = net.pool('MaxPool', first, 3, 2, [1, 1, 1, 1]);
  stages.forEach(([channels, blocks], stage) => {
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 && stage > 0 ? 2 : 1;
      x =
        expansion === undefined
          ? basicBlock(net, x, channels, stride)
          : bottleneck(net, x, { channels, stride, expansion, group: groups ?? 1 });
    }
  });
  return net.spec([net.classify(x, classes)]);
}

function basicBlock(net: Net, x: string, channels: number, stride: number): string {
  const first = net.relu(net.convNorm(x, channels, 3, { stride, pads: [1, 1, 1, 1] }));
  return residual(net, x, net.convNorm(first, channels, 3), stride);
}

function bottleneck(
  net: Net,
  x: string,
  {
    channels,
    stride,
    expansion,
    group,
  }: {
    readonly channels: number;
    readonly stride: number;
    readonly expansion: number;
    readonly group: number;
  },
): string {
  const narrow = net.relu(net.convNorm(x, channels, 1));
  const middle = net.relu(net.convNorm(narrow, channels, 3, { stride, group, pads: [1, 1, 1, 1] }));
  return residual(net, x, net.convNorm(middle, channels * expansion, 1), stride);
}

function residual(net: Net, x: string, y: string, stride: number): string {
  const to = net.channels(y);
  const isSame = stride === 1 && net.channels(x) === to;
  return net.relu(net.add('Add', [y, isSame ? x : net.convNorm(x, to, 1, { stride })]));
}
