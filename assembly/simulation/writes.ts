/**
 * Weights that take turns (docs/simulation.md section 13). PEs are written in an order that is given: a write starts when its gate
 * is open, all before it have started, and not too many are under way. Its weights come through the off-chip port and over
 * the links to the tile, and take one of the tile's ports for writing.
 */
import { now } from '../kernel/calendar';
import {
  addWide,
  allocate,
  allocateWides,
  allocateZeros,
  get,
  getAddress,
  getWide,
  set,
  setWide,
} from '../kernel/memory';
import { wake } from './awake';
import { copyAt } from './copy';
import { EventKind, PortTask } from './event';
import {
  Copy,
  CopyWide,
  Header,
  HeaderWide,
  Node,
  NodeWide,
  PeWrite,
  Tile,
  Write,
  WriteWide,
} from './layout';
import { addMessage } from './message';
import { isPortTimed } from './off-chip-port';
import { header, headerRecord, nodeAt, tableAt, wideHeader } from './records';
import { askWith, endTask, inputSide } from './task-queues';
import { tileAt } from './tile';
import { expectWrite, newWeights, resetWeights } from './weights';

/** The next PE to be written: its record, its number, and those before it. */
let next: usize = 0;
let nextPe = 0;
let end: usize = 0;
let underWay = 0;
let parallel = 0;
/** Sets that each gate waits for. */
let gates: usize = 0;
/** Where sets are kept: records of {@link PeWrite} by number of the PE. */
let peWrites: usize = 0;

/** Nothing is written but what is there from the start; `ids` are those of all sets. */
export function resetWrites(ids: i32): void {
  next = tableAt(header(Header.WRITES));
  end = next + <usize>header(Header.WRITE_COUNT) * (Write.WORDS << 2);
  nextPe = 0;
  underWay = 0;
  // So many are never under way.
  parallel = header(Header.PARALLEL_WRITES) === 0 ? -1 : header(Header.PARALLEL_WRITES);
  resetWeights(ids);
  const bytes = (<usize>header(Header.GATE_COUNT)) << 2;
  gates = allocate(bytes);
  memory.copy(gates, tableAt(header(Header.GATES)), bytes);
  let pes = 0;
  for (let write = next; write < end; write += Write.WORDS << 2) {
    set(write, Write.NODE, <i32>nodeAt(get(write, Write.NODE_INDEX)));
    set(write, Write.FIRST, pes);
    pes += get(write, Write.PES);
  }
  peWrites = header(Header.KEEPS_SETS) ? allocateWides(pes * (PeWrite.WORDS >> 1), -1) : 0;
  set(headerRecord(), Header.PE_WRITES, <i32>peWrites);
  const ports = header(Header.TILE_WRITE_PORTS);
  if (ports === 0 || pes === 0) return;
  for (let i = 0; i < header(Header.TILES); i++)
    set(tileAt(i), Tile.WRITE_PORTS, <i32>allocateZeros((<u64>ports) << 3));
}

/** A set of a copy that others wait for is finished. */
export function setIsFinished(copy: usize): void {
  const gate = get(copy, Copy.GATE) - 1;
  set(gates, gate, get(gates, gate) - 1);
}

/** Phase 4: starts the writes that may start. */
export function startWrites(): void {
  while (next < end && underWay !== parallel) {
    if (get(gates, get(next, Write.GATE)) > 0) return;
    note(PeWrite.START, nextPe, now());
    const latency = wideHeader(HeaderWide.OFF_CHIP_LATENCY);
    if (latency > 0) expectWrite(now() + latency, EventKind.WEIGHTS_MEMORY_DONE, next, nextPe);
    else askForWeights(next, nextPe);
    underWay++;
    nextPe++;
    if (nextPe === get(next, Write.FIRST) + get(next, Write.PES)) next += Write.WORDS << 2;
  }
}

/** Memory gives the weights of a PE: they take the input side of the port. */
export function askForWeights(write: usize, n: i32): void {
  if (isPortTimed(getWide(write, WriteWide.BITS)))
    askWith(inputSide(), newWeights(EventKind.TASK, write, n, PortTask.WEIGHTS));
  else expectWrite(now(), EventKind.WEIGHTS_FETCHED, write, n);
}

/** The weights of a PE are on the chip, and sent from the tile of the port. */
export function weightsFetched(write: usize, n: i32): void {
  const bits = getWide(write, WriteWide.BITS);
  if (isPortTimed(bits)) {
    endTask(inputSide());
    addWide(getAddress(write, Write.NODE), NodeWide.OFF_CHIP, bits);
  }
  addMessage(newWeights(EventKind.WEIGHTS, write, n, 0));
}

/** The weights of a PE are on its tile: they take the port for writing that is free first. */
export function weightsArrived(write: usize, n: i32): void {
  let begin = now();
  const cycles = wideHeader(HeaderWide.WRITE_CYCLES);
  const ports = getAddress(tileAt(get(write, Write.TILE)), Tile.WRITE_PORTS);
  if (ports !== 0) {
    const port = firstFree(ports);
    begin = max(begin, load<i64>(port));
    store<i64>(port, begin + cycles);
  }
  note(PeWrite.BEGIN, n, begin);
  expectWrite(begin + cycles, EventKind.WRITTEN, write, n);
}

function note(word: i32, n: i32, at: i64): void {
  if (peWrites !== 0) setWide(peWrites, n * PeWrite.WORDS + word, at);
}

function firstFree(ports: usize): usize {
  let first = ports;
  for (let i = 1; i < header(Header.TILE_WRITE_PORTS); i++) {
    const port = ports + ((<usize>i) << 3);
    if (load<i64>(port) < load<i64>(first)) first = port;
  }
  return first;
}

/** A PE is written; with the last one its copy is free, or all copies of its node. */
export function peWritten(write: usize): void {
  underWay--;
  const node = getAddress(write, Write.NODE);
  const copy = copyAt(node, get(write, Write.COPY));
  const left = get(copy, Copy.UNWRITTEN) - 1;
  set(copy, Copy.UNWRITTEN, left);
  if (left > 0) return;
  if (header(Header.FREES_TOGETHER)) freeTogether(node);
  else free(copy);
  wake(node);
}

function free(copy: usize): void {
  set(copy, Copy.IS_BUSY, 0);
  setWide(copy, CopyWide.WRITTEN_CYCLE, now());
}

function freeTogether(node: usize): void {
  const copies = get(node, Node.COPY_COUNT);
  for (let i = 0; i < copies; i++) if (get(copyAt(node, i), Copy.UNWRITTEN) > 0) return;
  for (let i = 0; i < copies; i++) free(copyAt(node, i));
}
