import { NetworkBuilder } from '../../src/network/builder.ts';
import type { Network } from '../../src/network/network.ts';
import { elementwise } from '../../src/network/operators/index.ts';
import { conv } from '../../src/zoo/feature-maps.ts';

/** Channels of every layer: its weights fit a single PE of the paper. */
const CHANNELS = 16;

/** Rows and columns of OFMs of deep networks: small, so that the number of layers is what costs. */
const SIDE = 8;

function input(b: NetworkBuilder, side: number) {
  return b.input('input', { dims: [1, side, side, CHANNELS], h: 1, w: 2 });
}

/** Convolutions of 3x3 one behind the other, on square maps. */
export function chain(convolutions: number, side = SIDE): Network {
  const b = new NetworkBuilder('chain');
  let x = input(b, side);
  for (let i = 0; i < convolutions; i++) x = conv(b, `conv${i}`, x, { channels: CHANNELS, kernel: 3 });
  return b.build();
}

/** Blocks of two convolutions around which their input is added again. */
export function residual(convolutions: number): Network {
  const b = new NetworkBuilder('residual');
  let x = input(b, SIDE);
  for (let i = 0; i < convolutions; i += 2) {
    const first = conv(b, `conv${i}`, x, { channels: CHANNELS, kernel: 3 });
    const second = conv(b, `conv${i + 1}`, first, { channels: CHANNELS, kernel: 3 });
    x = elementwise(b, `add${i}`, 'Add', [x, second]);
  }
  return b.build();
}
