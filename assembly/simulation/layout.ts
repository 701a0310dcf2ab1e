/**
 * How a simulation lies in memory: the one description of it, for the engine and for the host alike.
 *
 * A simulation is one block of 32-bit words: a header, records of nodes, edges and copies, and the tables
 * that these point to. It holds offsets (in words, from the start of the block) and no addresses. The engine
 * keeps a copy and fills in the words below "state"; what it points to from there are addresses, of what is in play-layout.ts, too. Words of 64 bits
 * are an enum of their own, `…Wide`, beside that of the 32-bit words of the record.
 *
 * A firing is set k of inference i, numbered k + i·n of its node with n sets; ids count those of all nodes. The
 * destinations of a node are all tiles where anybody may ever read from it, ascending; a destination is an index
 * among them.
 */

// --- header -------------------------------------------------------------------------------------------

/** What tells these words from others. */
export enum Format {
  MAGIC = 0x434c5353, // "CLSS"
  VERSION = 11,
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
  READ_PORTS = 26,
  /** 1: what finds no room goes through off-chip memory, where it is planned so (`SPILLED` of {@link Node}). */
  SPILLS = 28,
  /** The tile that has the off-chip port. */
  OFF_CHIP_TILE = 29,
  /** Table by tile: records of {@link TilePlan}, filled in before it is played. */
  TILE_PLANS = 32,
  /** State: where weights take turns and sets are kept, address of the {@link PeWrite}s, in the order of writing. */
  PE_WRITES = 33,
  /** The most bins that what is used over time is kept in, an even number; 0: it is not kept. */
  USE_BINS = 27,
  // state: addresses of the records of tiles and links, and of when inferences ended (64 bits each)
  TILE_RECORDS = 34,
  LINK_RECORDS = 35,
  INFERENCE_ENDS = 36,
  /** Address of the {@link OffChip}. */
  OFF_CHIP = 37,
  /** Where weights take turns: 1, offset and number of the records of {@link Write}. */
  HAS_TURNS = 48,
  WRITES = 49,
  WRITE_COUNT = 50,
  /** Table by gate: sets that have to be finished; and how many there are. */
  GATES = 51,
  GATE_COUNT = 52,
  /** PEs of the chip, and of a tile, that are written at a time; 0 without a limit. */
  PARALLEL_WRITES = 53,
  TILE_WRITE_PORTS = 54,
  /** 1: the copies of a node are free together, when all are written. */
  FREES_TOGETHER = 55,
  /** 1: every inference is played, even where it is known what happens. */
  PLAYS_ALL = 62,
  /** State: inferences that were not played, since what happens was known. */
  SKIPPED = 63,
  WORDS = 64,
}

/** Words of the header that are 64 bits each. */
export enum HeaderWide {
  /** {@link UNLIMITED} where there is no limit. */
  LINK_BITS = 10,
  HOP_CYCLES = 12,
  INPUT_CAPACITY = 14,
  OUTPUT_CAPACITY = 16,
  OFF_CHIP_BITS = 18,
  /** Cycles between the starts of two MVMs of a copy. */
  MVM_INTERVAL = 20,
  READ_BITS = 22,
  /** Cycles from when a set gives its copy free to its last result; 0 where MVMs do not overlap. */
  RESULT_DELAY = 24,
  /** Cycles until off-chip memory begins to give what is fetched. */
  OFF_CHIP_LATENCY = 30,
  /** Cycles to write a PE. */
  WRITE_CYCLES = 56,
  /** Bits of the shared buffer, 0 where there is none, and bits per cycle of each of its sides. */
  SHARED_CAPACITY = 58,
  SHARED_BITS = 60,
  // state
  CYCLES = 38,
  /** When the last event was; of a run that goes on, when the next one is. */
  NOW = 40,
  EVENTS = 42,
  MESSAGES = 44,
  /** Where use is kept: cycles of a bin. */
  BIN_CYCLES = 46,
}

/** A size without a limit. */
export const UNLIMITED = -1;

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
  /** Between the starts of two sets, too: values were fetched last, or the copy was written. */
  FETCH = 16,
  WRITE = 18,
  WORDS = 20,
}

// --- nodes --------------------------------------------------------------------------------------------

/**
 * A node, in topological order; see {@link NodeWide}, too. What most events look at has the numbers up to those of STALLS, so that it lies
 * together: a cache line holds 16 words, and with all over the record a simulation takes up to a tenth longer.
 */
export enum Node {
  /** See {@link NodeKind}. */
  KIND = 0,
  /** Sets of one inference, and how many of them lie in a row. */
  SETS = 1,
  SET_COLUMNS = 2,
  /** Records of {@link Copy}: offset and number. */
  COPIES = 3,
  COPY_COUNT = 4,
  /** Destination tiles: offset and number. */
  DESTINATIONS = 14,
  DESTINATION_COUNT = 5,
  /** Tables by set. */
  DURATIONS = 6,
  GPEU_CYCLES = 7,
  RESULT_BITS = 8,
  /** Table by set: bits that leave the chip; 0 where nothing goes to the off-chip port. */
  LEAVING_BITS = 9,
  /** The most bits of a result: what the window of an output buffer holds. */
  MOST_BITS = 15,
  /** The edges to the node lie one behind the other: the index of the first, and their number. */
  FIRST_IN = 10,
  IN_COUNT = 11,
  /** Table of the indices of the edges from the node. */
  OUT = 12,
  OUT_COUNT = 13,
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
  /** Table by destination of 64 bits each, filled in before it is played: sizes of the windows in input buffers. */
  WINDOW_SIZES = 22,
  /** Table by destination, filled in before it is played: 1 where values go through off-chip memory if there is no room. */
  SPILLED = 23,
  /** Table by destination: routes from the off-chip port. */
  FETCH_ROUTES = 24,
  // state
  INDEX = 25,
  /** Id of the first firing, and how many there are. */
  FIRST_ID = 86,
  FIRINGS = 87,
  /** Per set: values that it reads, each on one tile. */
  READS = 88,
  /** With ports of input buffers: bits that each set reads, 64 bits each. */
  READ_BITS = 89,
  /** Per inference: its block, or {@link NoBlock}; blocks that may be used again. */
  BLOCKS = 26,
  UNUSED_BLOCK = 90,
  /** Bytes of a block, and where the values start in it. */
  BLOCK_BYTES = 91,
  BLOCK_VALUES = 27,
  /** The firing that starts next, also as set and inference, and its copy. Of a join: how many have started. */
  NEXT = 28,
  NEXT_SET = 29,
  NEXT_INFERENCE = 30,
  NEXT_COPY = 31,
  /** Of a join: the firings that have everything and have not started, as a bit set. */
  READY = 42,
  /** The firing that is in turn: all before it are finished and sent. */
  TURN = 32,
  /** Results that wait to be injected: an {@link OrderedQueue}. */
  QUEUE = 33,
  /** Records of {@link Window}: in the input buffers, per destination; in the output buffers, per home. */
  INPUT_WINDOWS = 35,
  OUTPUT_WINDOWS = 36,
  /** 1 where a set was passed over for want of room since the last start. */
  PASSED_OVER = 37,
  /** Layer by layer: sets that are not finished yet, per inference. */
  UNFINISHED = 92,
  /** Where sets are kept: start and finish of every firing, 64 bits each. */
  STARTS = 43,
  FINISHES = 93,
  /** Where sets are kept and values spill: when every firing was granted, and had all, if something was fetched for it; 64 bits each. */
  FETCH_STARTS = 94,
  FETCH_ENDS = 95,
  /** A series (use.ts): cycles that its copies compute; of a join, its GPEU. */
  COMPUTE_BINS = 96,
  /** 1 where it is known that all of its sets are finished: see ahead.ts. */
  IS_DONE = 112,
  /** With spilling: 1 where some destination is spilled; where the {@link Spill}s of a block start, in bytes; behind them
   * stands by set how many destinations have still to read it from the shared buffer. */
  IS_SPILLED = 40,
  BLOCK_SPILLS = 98,
  /** Of granted sets that have not started: how many there are, and the first and last {@link Grant}, by firing. */
  GRANTED = 38,
  FIRST_GRANT = 99,
  LAST_GRANT = 100,
  /** Grants of sets that have started and are not finished. */
  STARTED_GRANTS = 101,
  /** Of a join: firings that may get what they read and need a grant, as a bit set. */
  WANTS = 102,
  /** 1 while its next set waits for room in a pool, and the next node that waits there. */
  IS_WAITING = 103,
  NEXT_WAITING = 104,
  /** Addresses of the edges from the node, one word each. */
  OUT_EDGES = 97,
  /** A record of {@link Stalls}. */
  STALLS = 56,
  /** The node of the same layer in the first group, which counts what the layer waits for; 1 while it may start no set. */
  CLOCK = 41,
  IS_CLOSED = 39,
  /** How many blocks there are, and an inference before which all are over. */
  BLOCK_COUNT = 105,
  FIRST_BLOCK = 106,
  /** Layer by layer: an inference before which no set is unfinished. */
  FIRST_UNFINISHED = 107,
  // no state: its inferences, of which sets and firings are counted: how many, and the first
  INFERENCES = 108,
  FIRST_INFERENCE = 109,
  /** Where weights take turns: index of the node of the same layer in the group before, and of that behind, -1 for none. */
  GROUP_BEFORE = 110,
  GROUP_BEHIND = 111,
  WORDS = 116,
}

/** Words of a node that are 64 bits each. */
export enum NodeWide {
  /** First and last start, last finish; -1 for none. */
  START = 46,
  LAST_START = 44,
  END = 48,
  /** Cycles that tasks stood in the queues of the off-chip port. */
  WAIT_PORT = 76,
  /** Bits: see NodeRun. */
  INPUT_WRITTEN = 50,
  OUTPUT_READ = 52,
  HOP_BITS = 54,
  OFF_CHIP = 78,
  /** Bits of results that were stored since there was no room for them, and of values that were fetched. */
  SPILLED = 80,
  FETCHED = 82,
  /** Bits of both that went through the shared buffer. */
  SHARED = 84,
}

/** What a node is. */
export enum NodeKind {
  BASE = 0,
  JOIN = 1,
  INPUT = 2,
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
  /** Table of routes from home to every destination, and then to the off-chip port: offsets of {@link Route}. */
  ROUTES = 5,
  /** Table by tile but home: routes home. */
  PARTIAL_ROUTES = 6,
  /** Table by tile but home: bits per pixel; 0 for none at all. */
  PARTIAL_BITS = 7,
  // state
  IS_BUSY = 8,
  /** PEs that are not written yet. */
  UNWRITTEN = 9,
  /** No state: the gate that its sets open, 0 for none, otherwise its index and 1; PEs that are written after cycle 0. */
  GATE = 14,
  TO_WRITE = 15,
  WORDS = 16,
}

/** Words of a copy that are 64 bits each. */
export enum CopyWide {
  /** When the copy got free; -1 for not yet. */
  FREE_CYCLE = 10,
  /** When its last PE was written; -1 for not yet. */
  WRITTEN_CYCLE = 12,
}

/** A route: number of links, and then these. */
export enum Route {
  LENGTH = 0,
  LINKS = 1,
}

// --- edges --------------------------------------------------------------------------------------------

/** An edge from the producer to the reader, by the reader. */
export enum Edge {
  PRODUCER = 0,
  READER = 1,
  /** 1 where all sets of the reader read the same. */
  IS_CONSTANT = 2,
  /** Tables by row (column) of sets of the reader: a {@link List} of those that it reads of the producer. */
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
  /** Of a constant edge: where its {@link Barrier}s, by destination, start in a block of the producer, in bytes. */
  BARRIERS = 13,
  // state: addresses of what the words above are offsets and indices of
  HOLDS_AT = 14,
  READER_AT = 15,
  READER_ROWS_AT = 16,
  READER_COLUMNS_AT = 17,
  HELD_AT = 18,
  PRODUCER_AT = 19,
  ROW_LISTS_AT = 20,
  COLUMN_LISTS_AT = 21,
  DESTINATIONS_AT = 22,
  /** By how much the copy of a set of the reader is behind that of the set above it. */
  COPY_STEP = 23,
  WORDS = 24,
}

/** See `HELD` of {@link Edge}. */
export const HELD_AHEAD = 24;

/** Which copies of the reader a tile holds. */
export enum Holds {
  NONE = 0,
  SOME = 1,
  ALL = 2,
}

/** An entry of a table of lists, which are ascending: offset of the list, and its length. */
export enum List {
  OFFSET = 0,
  LENGTH = 1,
  /** The first item, 0 where there is none; 1 where the items are some, one behind the other. */
  FIRST = 2,
  IS_RUN = 3,
  WORDS = 4,
}

// --- what is planned for tiles ------------------------------------------------------------------------

/** What is planned for a tile. */
export enum TilePlan {
  /** 64 bits: the most bits of spilled streams that one set reads there. */
  LARGEST_READS = 0,
  /** 1 where the output buffer has no windows. */
  IS_TIGHT = 2,
  WORDS = 4,
}

// --- weights that take turns --------------------------------------------------------------------------

/** PEs of a copy on one tile that are written one after the other; see {@link WriteWide}, too. */
export enum Write {
  /** State: address of its node, where a {@link Block} has it; number of its first PE in the order of writing. */
  NODE = 0,
  FIRST = 1,
  /** Index of the node, number of the copy, the tile, and how many PEs there are. */
  NODE_INDEX = 2,
  COPY = 3,
  TILE = 4,
  PES = 5,
  /** Index of the gate that has to be open. */
  GATE = 6,
  /** Offset of the {@link Route} from the off-chip port. */
  ROUTE = 7,
  WORDS = 10,
}

/** When the write of a PE started, and when its tile began to write it; 64 bits each, -1 for not yet. */
export enum PeWrite {
  START = 0,
  BEGIN = 2,
  WORDS = 4,
}

/** Words of a write that are 64 bits each. */
export enum WriteWide {
  /** Bits of the weights of one PE. */
  BITS = 8,
}

// --- tiles and their buffers --------------------------------------------------------------------------

/** A tile; see {@link TileWide}, too. */
export enum Tile {
  /** Records of {@link Buffer}. */
  INPUT = 0,
  OUTPUT = 16,
  /** Copies that are held and GPEU tasks. */
  ACTIVE = 38,
  /** Address of the cycles at which the ports of the input buffer get free, 64 bits each. */
  READ_PORTS = 39,
  /** The same of those through which PEs are written. */
  WRITE_PORTS = 40,
  /** Series (use.ts): cycles that the GPEU is at work, and that a copy or the GPEU is. */
  GPEU_BINS = 56,
  BUSY_BINS = 57,
  /** A record of {@link Stalls}. */
  STALLS = 58,
  WORDS = 78,
}

/** Words of a tile that are 64 bits each. */
export enum TileWide {
  GPEU_BUSY = 32,
  /** Cycles in which a copy or the GPEU is at work, and since when the present ones are. */
  BUSY = 34,
  ACTIVE_SINCE = 36,
  /** Bits of results of its copies that were stored, of values that were fetched to it, and what of both was in the shared buffer. */
  SPILLED = 42,
  FETCHED = 44,
  SHARED = 46,
}

/** A buffer; see {@link BufferWide}, too. */
export enum Buffer {
  /** The first window whose node waits for room. */
  WAITING = 10,
  /** Series (use.ts): bits times the cycles that they were in it, and the most bits. */
  BIT_CYCLE_BINS = 11,
  PEAK_BINS = 12,
  /** 1 where values of some window are charged in another way than in the state that is kept. */
  DIFFERS = 13,
  WORDS = 16,
}

/** Words of a buffer that are 64 bits each: what is in it, the most that there was, and what is not in windows. */
export enum BufferWide {
  BITS = 0,
  PEAK = 2,
  SHARED = 4,
  /** How much may be outside of windows, and what all windows take. */
  SHARED_CAPACITY = 6,
  WINDOWS = 8,
  /** Where use is kept: when that which is in it was noted last. */
  NOTED = 14,
}

// --- the off-chip port --------------------------------------------------------------------------------

/** What is beside the off-chip port, and what of it is used. */
export enum OffChip {
  /** The {@link Buffer} that is shared by all that spills. */
  SHARED = 0,
  /** Series (use.ts): cycles that the input side and the output side of the port are at work. */
  INPUT_BINS = 16,
  OUTPUT_BINS = 17,
  WORDS = 18,
}

// --- links --------------------------------------------------------------------------------------------

/** A link; see {@link LinkWide}, too. */
export enum Link {
  /** Number of the last message, and of the last whose bits were noted. */
  MESSAGE = 10,
  SIZED_MESSAGE = 11,
  /** Series (use.ts): cycles that messages hold it, and bits when they enter. */
  BUSY_BINS = 12,
  BIT_BINS = 13,
  WORDS = 14,
}

/** Words of a link that are 64 bits each. */
export enum LinkWide {
  FREE_CYCLE = 0,
  BITS = 2,
  BUSY = 4,
  /** Of the last message: when it entered, and its bits. */
  ENTRY = 6,
  MESSAGE_BITS = 8,
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
  /** The first firing whose result waits to be sent, -1 for none; address of a table by destination: 1 without room. */
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
  WEIGHTS = 3,
}
