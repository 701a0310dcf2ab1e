/** What nodes and tiles waited for. */
import { addWide } from '../kernel/memory';
import { Node, Tile } from './layout';

/** Counts cycles (a word of {@link Stalls}) for a node and for a tile. */
export function addStall(node: usize, tile: usize, word: i32, cycles: i64): void {
  addWide(node, Node.STALLS + word, cycles);
  addWide(tile, Tile.STALLS + word, cycles);
}
