/** What is summed up while the chip is played: so much that a stretch of it is added as often as it is not played. */
import { addWide, allocate, getWide } from '../kernel/memory';
import { Header, HeaderWide, LinkWide, Node, NodeWide, Stalls, Tile, TileWide } from './layout';
import { linkAt } from './link';
import { header, headerRecord, nodeAt } from './records';
import { countWork, tileAt } from './tile';

/** Words of the counts of a node, of bits that move and of cycles at the port; and of a tile. */
const OF_NODE = 16;
const OF_TILE = 10;

/** Sums as they were when they were kept last. */
let kept: usize = 0;
let at: usize = 0;
/** How often what was added since is added once more; 0: sums are kept. */
let times: i64 = 0;

/** There is no memory for sums. */
export function resetSums(): void {
  kept = 0;
}

/** Keeps all sums as they are now. */
export function keepSums(): void {
  if (kept === 0) kept = allocate(sizeOfSums());
  times = 0;
  walkSums();
}

/** Adds what was added since sums were kept so many times more. */
export function addSumsAgain(count: i64): void {
  times = count;
  walkSums();
}

function sizeOfSums(): u64 {
  const perNode = <u64>(OF_NODE + Stalls.WORDS);
  const perTile = <u64>(OF_TILE + Stalls.WORDS);
  const words =
    4 + perNode * header(Header.NODES) + perTile * header(Header.TILES) + 4 * <u64>header(Header.LINKS);
  return words << 2;
}

function walkSums(): void {
  at = kept;
  sum(headerRecord(), HeaderWide.EVENTS);
  sum(headerRecord(), HeaderWide.MESSAGES);
  for (let i = 0; i < header(Header.NODES); i++) {
    const node = nodeAt(i);
    sum(node, NodeWide.WAIT_PORT);
    sum(node, NodeWide.INPUT_WRITTEN);
    sum(node, NodeWide.OUTPUT_READ);
    sum(node, NodeWide.HOP_BITS);
    sum(node, NodeWide.OFF_CHIP);
    sum(node, NodeWide.SPILLED);
    sum(node, NodeWide.FETCHED);
    sum(node, NodeWide.SHARED);
    sumStalls(node, Node.STALLS);
  }
  for (let i = 0; i < header(Header.TILES); i++) {
    const tile = tileAt(i);
    sum(tile, TileWide.GPEU_BUSY);
    countWork(tile);
    sum(tile, TileWide.BUSY);
    sum(tile, TileWide.SPILLED);
    sum(tile, TileWide.FETCHED);
    sum(tile, TileWide.SHARED);
    sumStalls(tile, Tile.STALLS);
  }
  for (let i = 0; i < header(Header.LINKS); i++) {
    sum(linkAt(i), LinkWide.BITS);
    sum(linkAt(i), LinkWide.BUSY);
  }
}

function sumStalls(record: usize, stalls: i32): void {
  for (let word = 0; word < Stalls.WORDS; word += 2) sum(record, stalls + word);
}

function sum(record: usize, word: i32): void {
  const value = getWide(record, word);
  if (times === 0) store<i64>(at, value);
  else addWide(record, word, times * (value - load<i64>(at)));
  at += 8;
}
