/**
 * How a simulation lies in memory: the one description of it, for the engine and for the host alike.
 *
 * A simulation is one block of 32-bit words: a header, records of nodes, edges and copies, and the tables
 * that these point to. It holds offsets (in words, from the start of the block) and no addresses. The engine
 * keeps a copy and fills in the words below "state"; what it points to from there are addresses.
 *
 * "Firing" is set k of inference i, numbered k + i·n of its node with n sets. The destination tiles of a
 * node are all that may ever read from it, ascending; a "destination" is an index among them.
 */

// --- header -------------------------------------------------------------------------------------------

/** What tells these words from others. */
export enum Format {
  MAGIC = 0x434c5353, // "CLSS"
  VERSION = 2,
}

/** The header; see {@link HeaderWide}, too. */
export enum Header {
  MAGIC = 0,
  VERSION = 1,
  NODES = 2,
  EDGES = 3,
  TILES = 4,
  LINKS = 5,
  BATCH = 6,
  /** 1: layer by layer. */
  IS_LBL = 7,
  /** 1: start and finish of every set are kept. */
  KEEPS_SETS = 8,
  /** Offset of the edge records; those of the nodes follow the header. */
  EDGE_RECORDS = 9,
  /** Ports of the input buffer of a tile. */
  READ_PORTS = 24,
  // state: addresses of the records of tiles and links, and of when inferences ended (64 bits each)
  TILE_RECORDS = 25,
  LINK_RECORDS = 26,
  INFERENCE_ENDS = 27,
  WORDS = 36,
}

/** Words of the header that are 64 bits each. */
export enum HeaderWide {
  /** {@link UNLIMITED} where there is no limit. */
  LINK_BITS = 10,
  HOP_CYCLES = 12,
  INPUT_CAPACITY = 14,
  OUTPUT_CAPACITY = 16,
  OFF_CHIP_BITS = 18,
  MVM_CYCLES = 20,
  READ_BITS = 22,
  // state
  CYCLES = 28,
  /** When the last event was. */
  NOW = 30,
  EVENTS = 32,
  MESSAGES = 34,
}

/** A size without a limit. */
export const UNLIMITED = -1;

// --- stalls -------------------------------------------------------------------------------------------

/** Cycles that nodes and tiles computed and waited, 64 bits each. */
export enum Stalls {
  COMPUTE = 0,
  /** Between the starts of two sets, by the condition that was met last. */
  DATA = 2,
  ROOM = 4,
  COPY = 6,
  /** For ports of input buffers, in queues of GPEUs, for room in input buffers, for links. */
  READ = 8,
  GPEU = 10,
  SEND = 12,
  LINK = 14,
  WORDS = 16,
}

// --- nodes, in topological order ----------------------------------------------------------------------

/** A node; see {@link NodeWide}, too. */
export enum Node {
  KIND = 0,
  /** Sets of one inference, and how many of them lie in a row. */
  SETS = 1,
  SET_COLUMNS = 2,
  COPIES = 3,
  COPY_COUNT = 4,
  /** Destination tiles: offset and number. */
  DESTINATIONS = 5,
  DESTINATION_COUNT = 6,
  /** Tables by set. */
  DURATIONS = 7,
  GPEU_CYCLES = 8,
  RESULT_BITS = 9,
  /** Table by set: bits that leave the chip; 0 where nothing goes to the off-chip port. */
  LEAVING_BITS = 10,
  /** The most bits of a result: what the window of an output buffer holds. */
  MOST_BITS = 11,
  /** The edges to the node lie one behind the other: the index of the first, and their number. */
  FIRST_IN = 12,
  IN_COUNT = 13,
  /** Table of the indices of the edges from the node. */
  OUT = 14,
  OUT_COUNT = 15,
  /** 1 where no edge at all leaves the node. */
  IS_SINK = 16,
  /** Index of the base node before and behind a base node, -1 for none. */
  BASE_BEFORE = 17,
  BASE_BEHIND = 18,
  /** Homes of the copies, each once: offset and number. */
  HOMES = 19,
  HOME_COUNT = 20,
  /** How many tiles each of the copies has, 0 where they differ. */
  COPY_TILES = 21,
  /** Table by destination of 64 bits each, filled in before it is played: windows of the streams in input buffers. */
  WINDOWS = 22,
  // state
  INDEX = 23,
  /** Number of the first firing among those of all nodes, and how many there are. */
  FIRST_ID = 24,
  FIRINGS = 25,
  /** Per set: values that it reads, each on one tile. */
  READS = 26,
  /** With ports of input buffers: bits that each set reads, 64 bits each. */
  READ_BITS = 27,
  /** Per inference: its block, or {@link NoBlock}; blocks that may be used again. */
  BLOCKS = 28,
  UNUSED_BLOCK = 29,
  /** Bytes of a block, and where the values start in it. */
  BLOCK_BYTES = 30,
  BLOCK_VALUES = 31,
  /** The firing that starts next, also as set and inference, and its copy. Of a join: how many have started. */
  NEXT = 32,
  NEXT_SET = 33,
  NEXT_INFERENCE = 34,
  NEXT_COPY = 35,
  /** Of a join: the firings that have everything and have not started, as a bit set. */
  READY = 36,
  /** The firing that is in turn: all before it are finished and sent. */
  TURN = 37,
  /** Events of results that wait to be injected, by firings. */
  QUEUE_HEAD = 38,
  QUEUE_TAIL = 39,
  /** Per destination: see {@link Stream}. */
  STREAMS = 40,
  /** Per home: bits in the window of its output buffer, 64 bits each. */
  OUTPUT_USED = 41,
  /** 1 while the node waits for room in the output buffer of a tile, and the next one that does. */
  WAITS_FOR_ROOM = 42,
  ROOM_NEXT = 43,
  /** 1 where a set was passed over for want of room since the last start. */
  PASSED_OVER = 44,
  /** Layer by layer: sets that are not finished yet, per inference. */
  UNFINISHED = 45,
  /** Where sets are kept: start and finish of every firing, 64 bits each. */
  STARTS = 46,
  FINISHES = 47,
  /** A record of {@link Stalls}. */
  STALLS = 64,
  WORDS = 80,
}

/** Words of a node that are 64 bits each. */
export enum NodeWide {
  /** First and last start, last finish; -1 for none. */
  START = 48,
  LAST_START = 50,
  END = 52,
  /** Cycles that tasks stood in the queues of the off-chip port. */
  WAIT_PORT = 54,
  /** Bits: see NodeRun. */
  INPUT_WRITTEN = 56,
  OUTPUT_READ = 58,
  HOP_BITS = 60,
  OFF_CHIP = 62,
}

/** What a node is. */
export enum NodeKind {
  BASE = 0,
  JOIN = 1,
  INPUT = 2,
}

// --- blocks: the state of one inference at a node, while it is in flight -----------------------------------

/** In place of the address of a block: nothing has happened to the inference yet, or all has. */
export enum NoBlock {
  NOT_YET = 0,
  OVER = 1,
}

/** A block. */
export enum Block {
  NODE = 0,
  INFERENCE = 1,
  /** The firing that is set 0, and its number among those of all nodes. */
  FIRST = 2,
  FIRST_ID = 3,
  /** Sets whose results have not left (to the port: arrived) yet, and values not read by all. Over at 0. */
  LEFT = 4,
  /** The next block that may be used again. */
  NEXT = 5,
  /** Per set its state, see {@link SetState}; then the counters of constant edges, then the values. */
  SETS = 8,
}

/**
 * Before a set starts its state is the number of values, each on each tile of the copy, that are still to come;
 * then these flags.
 */
export enum SetState {
  /** It has started. */
  STARTED = -0x80000000,
  /** Its result is finished and injected, or goes nowhere. */
  SENT = 1,
  /** Its result is in the window of the output buffer. */
  IN_WINDOW = 2,
}

// --- copies -------------------------------------------------------------------------------------------

/** A copy; see {@link CopyWide}, too. */
export enum Copy {
  /** Table of the tiles that hold the copy, and how many do; the last one is its home. */
  TILES = 0,
  TILE_COUNT = 1,
  HOME = 2,
  /** Index of the home among those of the node. */
  HOME_INDEX = 3,
  /** Number of the copy. */
  INDEX = 4,
  /** Table of routes from home to every destination, and then to the off-chip port: offsets of routes. */
  ROUTES = 5,
  /** Table by tile but home: routes home. */
  PARTIAL_ROUTES = 6,
  /** Table by tile but home: bits per pixel; 0 for none at all. */
  PARTIAL_BITS = 7,
  // state
  IS_BUSY = 8,
  WORDS = 12,
}

/** Words of a copy that are 64 bits each. */
export enum CopyWide {
  /** When the copy got free; -1 for not yet. */
  FREE_CYCLE = 10,
}

/** A route: number of links, and then these. */
export enum Route {
  LENGTH = 0,
  LINKS = 1,
}

// --- edges, by the node that reads --------------------------------------------------------------------

/** An edge. */
export enum Edge {
  PRODUCER = 0,
  READER = 1,
  /** 1 where all sets of the reader read the same. */
  IS_CONSTANT = 2,
  /** Tables by row (column) of sets of the reader: a list of those that it reads of the producer. */
  ROW_LISTS = 3,
  COLUMN_LISTS = 4,
  /** Tables by row (column) of sets of the producer: a list of those of the reader; constant: empty or not. */
  READER_ROWS = 5,
  READER_COLUMNS = 6,
  /** Table by set of the producer: bits of a message. */
  BITS = 7,
  /** Table by copy of the reader: a list of the destinations (of the producer) that hold it. */
  DESTINATIONS = 8,
  /** 1 where these lists are all the same. */
  IS_GATHERED = 9,
  /** Table by destination: how many copies of the reader it holds, see {@link Holds}. */
  HOLDS = 10,
  /**
   * Table by destination of `HELD_WORDS` words: a bit for each copy of the reader that it holds. Behind the last
   * copy the first ones come again, {@link HELD_AHEAD} in all, so that copies one behind the other are read at once.
   */
  HELD = 11,
  HELD_WORDS = 12,
  // state
  /** Of a constant edge: where its counters, by destination, start in a block of the producer, in bytes; see {@link Barrier}. */
  BARRIERS = 13,
  WORDS = 14,
}

/** See `HELD` of {@link Edge}. */
export const HELD_AHEAD = 24;

/** Which copies of the reader a tile holds. */
export enum Holds {
  NONE = 0,
  SOME = 1,
  ALL = 2,
}

/** An entry of a table of lists: offset of the list, and its length. */
export enum List {
  OFFSET = 0,
  LENGTH = 1,
  WORDS = 2,
}

/** Counters of a constant edge at a destination. */
export enum Barrier {
  /** Values still to come, and sets on the tile that are not finished yet. */
  VALUES = 0,
  SETS = 1,
  WORDS = 2,
}

// --- values: a set at a destination -----------------------------------------------------------------------------

/**
 * By destination, one word per set each: first how many (constant edges count as one) have still to read it there,
 * 0 where nobody does; then its {@link ValueBits}.
 */
export enum Value {
  WORDS = 2,
}

/** Bits of a value, and a flag: it is in the window of its stream. */
export enum ValueBits {
  IN_WINDOW = -0x80000000,
  SIZE = 0x7fffffff,
}

// --- streams: all that a node sends to a destination ------------------------------------------------------------

/** Words of a stream that are 64 bits each. */
export enum StreamWide {
  /** The size of its window in the input buffer, and what is in it. */
  WINDOW = 0,
  USED = 2,
}

/** A stream; see {@link StreamWide}, too. */
export enum Stream {
  /** The node; 1 while it waits for room at the destination, and the next stream that does. */
  NODE = 4,
  WAITS = 5,
  NEXT = 6,
  WORDS = 8,
}

// --- tiles ------------------------------------------------------------------------------------------------

/** A tile; see {@link TileWide}, too. */
export enum Tile {
  /** Records of {@link Buffer}. */
  INPUT = 0,
  OUTPUT = 10,
  /** Copies that are held and GPEU tasks. */
  ACTIVE = 26,
  /** The first node (stream) that waits for room in the output (input) buffer. */
  ROOM_WAITERS = 27,
  INPUT_WAITERS = 28,
  /** Address of the cycles at which the ports of the input buffer get free, 64 bits each. */
  READ_PORTS = 29,
  /** A record of {@link Stalls}. */
  STALLS = 30,
  WORDS = 46,
}

/** Bits in a buffer, the most that there were, those not in windows, room for such, and all windows; 64 bits each. */
export enum Buffer {
  BITS = 0,
  PEAK = 2,
  SHARED = 4,
  SHARED_ROOM = 6,
  WINDOWS = 8,
  WORDS = 10,
}

/** Words of a tile that are 64 bits each. */
export enum TileWide {
  GPEU_BUSY = 20,
  /** Cycles in which a copy or the GPEU is at work, and since when the present ones are. */
  BUSY = 22,
  ACTIVE_SINCE = 24,
}

// --- links ------------------------------------------------------------------------------------------------

/** Words of a link that are 64 bits each. */
export enum LinkWide {
  FREE_CYCLE = 0,
  BITS = 2,
  BUSY = 4,
  /** Of the last message: when it entered, and its bits. */
  ENTRY = 6,
  MESSAGE_BITS = 8,
}

/** A link; see {@link LinkWide}, too. */
export enum Link {
  /** Number of the last message, and of the last whose bits were noted. */
  MESSAGE = 10,
  SIZED_MESSAGE = 11,
  WORDS = 12,
}

// --- deadlocks ----------------------------------------------------------------------------------------

/** What a node waits for where nothing can happen any more. */
export enum Stuck {
  /** The firing that would be next, -1 where all have started, and what it waits for, see {@link StuckCause}. */
  SET = 0,
  CAUSE = 1,
  /** Of values: the node of the first one that is missing. */
  PRODUCER = 2,
  /** Of room: the tile whose output buffer has none. */
  TILE = 3,
  /** The first firing whose result waits to be sent, -1 for none, and the address of a table by destination: 1 without room. */
  RESULT = 4,
  IS_FULL = 5,
  /** Address of a table by destination, 64 bits each: bits of what others have still to read there. */
  HELD = 6,
  WORDS = 8,
}

/** What a set waits for. */
export enum StuckCause {
  VALUES = 0,
  LAYER_BEFORE = 1,
  OUTPUT_ROOM = 2,
}
