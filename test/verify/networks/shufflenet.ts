import type { ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

/** Units of ShuffleNetV2 (Ma et al., 2018): half of the channels goes through, then both halves are shuffled. */
export function shufflenet(): ModelSpec {
  const net = new Net({ image: [1, 3, 32, 32] });
  const shuffle = (x: string, size: number) => {
    const channels = net.channels(x);
    const split = net.reshape(x, [1, 2, channels / 2, size, size]);
    return net.reshape(net.transpose(split, 0, 2, 1, 3, 4), [1, channels, size, size], channels);
  };
  const branch = (x: string, to: number, stride: number) => {
    const first = net.relu(net.convNorm(x, to, 1));
    const depthwise = net.convNorm(first, to, 3, { stride, group: to, pads: [1, 1, 1, 1] });
    return net.relu(net.convNorm(depthwise, to, 1));
  };
  const unit = (x: string, size: number) => {
    const half = net.channels(x) / 2;
    const [kept, changed] = net.addAll('Split', [x, net.ints(half, half)], { axis: 1 }, [half, half]);
    return shuffle(net.concat([kept!, branch(changed!, half, 1)]), size);
  };
  const halving = (x: string, to: number, size: number) => {
    const own = net.channels(x);
    const depthwise = net.convNorm(x, own, 3, { stride: 2, group: own, pads: [1, 1, 1, 1] });
    return shuffle(net.concat([net.relu(net.convNorm(depthwise, to / 2, 1)), branch(x, to / 2, 2)]), size);
  };
  const stem = net.relu(net.convNorm('image', 8, 3, { stride: 2, pads: [1, 1, 1, 1] }));
  const x = unit(halving(unit(halving(stem, 16, 8), 8), 32, 4), 4);
  return net.spec([net.classify(net.relu(net.convNorm(x, 32, 1)), 10)]);
}
