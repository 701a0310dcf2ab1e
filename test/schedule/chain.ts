import { NetworkBuilder } from '../../src/network/builder.ts';
import { convolution, UNIT_WINDOW } from '../../src/network/operators/index.ts';

/** Convolutions of 1x1 one behind the other. */
export function chain(layers: number, height: number, width: number) {
  const b = new NetworkBuilder('chain');
  let x = b.input('input', { dims: [1, height, width, 1], h: 1, w: 2 });
  for (let i = 0; i < layers; i++) {
    const windows = [UNIT_WINDOW, UNIT_WINDOW];
    x = convolution(b, `conv${i}`, x, { windows, spatialAxes: [1, 2], channelAxis: 3, outputChannels: 1 });
  }
  return b.build();
}
