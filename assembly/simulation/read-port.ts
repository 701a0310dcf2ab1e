/** Ports of the input buffers, through which sets read; where they have a width, that takes time. */
import { now } from '../kernel/calendar';
import { allocateZeros, get, getAddress, set } from '../kernel/memory';
import { Copy, Edge, Header, HeaderWide, Node, Stalls, Tile, UNLIMITED } from './layout';
import { edgeAt, entry, header, item, itemsOf, lengthOf, listAt, nodeAt, wideHeader } from './records';
import { addStall } from './stalls';
import { tileAt } from './tile';

/** True where reading takes time. */
function isReadingTimed(): bool {
  return wideHeader(HeaderWide.READ_BITS) !== UNLIMITED;
}

/** All ports are free, and it is known what sets read. */
export function resetReadPorts(): void {
  if (!isReadingTimed()) return;
  const ports = <u64>header(Header.READ_PORTS);
  for (let i = 0; i < header(Header.TILES); i++)
    set(tileAt(i), Tile.READ_PORTS, <i32>allocateZeros(ports << 3));
  for (let i = 0; i < header(Header.NODES); i++)
    set(nodeAt(i), Node.READ_BITS, <i32>countReadBits(nodeAt(i)));
}

/** A set that starts now takes a port on every tile of its copy; returns when the last one has read. */
export function readInputs(node: usize, k: i32, copy: usize): i64 {
  const width = wideHeader(HeaderWide.READ_BITS);
  if (width === UNLIMITED) return now();
  const bits = load<i64>(getAddress(node, Node.READ_BITS) + ((<usize>k) << 3));
  if (bits === 0) return now();
  const cycles = (bits - 1) / width + 1;
  let end = now();
  for (let i = 0; i < get(copy, Copy.TILE_COUNT); i++) {
    const tile = tileAt(entry(get(copy, Copy.TILES), i));
    const port = firstFreePort(tile);
    const begin = max(now(), load<i64>(port));
    store<i64>(port, begin + cycles);
    addStall(node, tile, Stalls.READ, begin - now());
    end = max(end, begin + cycles);
  }
  return end;
}

function firstFreePort(tile: usize): usize {
  const ports = getAddress(tile, Tile.READ_PORTS);
  let first = ports;
  for (let i = 1; i < header(Header.READ_PORTS); i++) {
    const port = ports + ((<usize>i) << 3);
    if (load<i64>(port) < load<i64>(first)) first = port;
  }
  return first;
}

/** Bits that every set of a node reads, as a table of 64 bits each: all along every edge. */
function countReadBits(node: usize): usize {
  const sets = get(node, Node.SETS);
  const columns = get(node, Node.SET_COLUMNS);
  const first = get(node, Node.FIRST_IN);
  const bits = allocateZeros((<u64>sets) << 3);
  for (let e = first; e < first + get(node, Node.IN_COUNT); e++) {
    const edge = edgeAt(e);
    const common = get(edge, Edge.IS_CONSTANT) ? bitsAlong(edge, 0, 0) : 0;
    for (let k = 0; k < sets; k++) {
      const address = bits + ((<usize>k) << 3);
      const along = get(edge, Edge.IS_CONSTANT) ? common : bitsAlong(edge, k / columns, k % columns);
      store<i64>(address, load<i64>(address) + along);
    }
  }
  return bits;
}

function bitsAlong(edge: usize, row: i32, column: i32): i64 {
  const setColumns = get(nodeAt(get(edge, Edge.PRODUCER)), Node.SET_COLUMNS);
  const rows = listAt(get(edge, Edge.ROW_LISTS), row);
  const columns = listAt(get(edge, Edge.COLUMN_LISTS), column);
  let bits: i64 = 0;
  for (let r = 0; r < lengthOf(rows); r++) {
    const rowFirst = item(itemsOf(rows), r) * setColumns;
    for (let c = 0; c < lengthOf(columns); c++) {
      bits += entry(get(edge, Edge.BITS), rowFirst + item(itemsOf(columns), c));
    }
  }
  return bits;
}
