/** Which copies of its reader an edge finds at a destination. */
import { get, getAddress } from '../kernel/memory';
import { Edge } from './layout';

/** Address of the bits that say which copies of the edge's reader the tile at a destination holds. */
export function heldAt(edge: usize, destination: i32): usize {
  return getAddress(edge, Edge.HELD_AT) + ((<usize>destination * get(edge, Edge.HELD_WORDS)) << 2);
}

/** A bit for a copy, whether it is held, and for at least {@link HELD_AHEAD} copies behind it. */
export function heldBits(held: usize, copy: i32): i32 {
  return <i32>(load<u32>(held + <usize>(copy >> 3)) >> (copy & 7));
}
