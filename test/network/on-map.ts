import { NetworkBuilder } from '../../src/network/builder.ts';

/** A map of 4 x 5 positions of three channels. */
export const map = { dims: [1, 4, 5, 3], h: 1, w: 2 };

/** A network in the making, of which the map is the input. */
export function onMap() {
  const b = new NetworkBuilder('test');
  return { b, x: b.input('x', map) };
}
