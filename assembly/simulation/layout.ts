/**
 * How a simulation lies in memory: the one description of it, for the engine and for the host alike.
 *
 * A simulation is one block of 32-bit words: a header, records of nodes, edges and copies, and the tables
 * that these point to. It holds offsets (in words, from the start of the block) and no addresses. The engine
 * keeps a copy and fills in the words below "state"; what it points to from there are addresses.
 *
 * "Instance" is set k of inference i, numbered k + i·n of its node with n sets. The destination tiles of a
 * node are all that may ever read from it, ascending; a "place" is an index among them.
 */

// --- header -------------------------------------------------------------------------------------------
export const SIMULATION_MAGIC = 0x434c5353; // "CLSS"
export const SIMULATION_VERSION = 1;

export const SIMULATION_HEADER_MAGIC = 0;
export const SIMULATION_HEADER_VERSION = 1;
export const SIMULATION_NODES = 2;
export const SIMULATION_EDGES = 3;
export const SIMULATION_TILES = 4;
export const SIMULATION_LINKS = 5;
export const SIMULATION_BATCH = 6;
/** 1: layer by layer. */
export const SIMULATION_IS_LBL = 7;
/** 1: start and finish of every set are kept. */
export const SIMULATION_KEEPS_SETS = 8;
/** Offset of the edge records; those of the nodes follow the header. */
export const SIMULATION_EDGE_RECORDS = 9;
/** 64 bits each; the sizes are {@link UNLIMITED} where there is no limit. */
export const SIMULATION_LINK_BITS = 10;
export const SIMULATION_HOP_CYCLES = 12;
export const SIMULATION_INPUT_ROOM = 14;
export const SIMULATION_OUTPUT_ROOM = 16;
export const SIMULATION_OFF_CHIP_BITS = 18;
export const SIMULATION_MVM_CYCLES = 20;
// state: addresses of the records of tiles and links, then counts of 64 bits
export const SIMULATION_TILE_RECORDS = 22;
export const SIMULATION_LINK_RECORDS = 23;
/** Address of the first node that waits for room in input buffers, 0 for none. */
export const SIMULATION_LINE = 24;
export const SIMULATION_CYCLES = 26;
/** When the last event was. */
export const SIMULATION_NOW = 28;
export const SIMULATION_EVENTS = 30;
export const SIMULATION_MESSAGES = 32;
/** Bits written to the input buffers, and written to and read from the output buffers. */
export const SIMULATION_INPUT_WRITTEN = 34;
export const SIMULATION_OUTPUT_WRITTEN = 36;
export const SIMULATION_OUTPUT_READ = 38;
/** Bits that came through the off-chip port, and that left through it. */
export const SIMULATION_OFF_CHIP_IN = 40;
export const SIMULATION_OFF_CHIP_OUT = 42;
export const SIMULATION_HEADER_WORDS = 44;

/** A size without a limit. */
export const UNLIMITED = -1;

// --- nodes, in topological order ----------------------------------------------------------------------
export const NODE_KIND = 0;
/** Sets of one inference, and how many of them lie in a row. */
export const NODE_SETS = 1;
export const NODE_SET_COLUMNS = 2;
export const NODE_COPIES = 3;
export const NODE_COPY_COUNT = 4;
/** Destination tiles: offset and number. */
export const NODE_TILES = 5;
export const NODE_TILE_COUNT = 6;
/** 1 where results go to the off-chip port. */
export const NODE_TO_PORT = 7;
/** Tables by set. */
export const NODE_DURATIONS = 8;
export const NODE_GPEU_CYCLES = 9;
export const NODE_BITS = 10;
/** The edges to the node lie one behind the other: the index of the first, and their number. */
export const NODE_FIRST_IN = 11;
export const NODE_IN_COUNT = 12;
/** Table of the indices of the edges from the node. */
export const NODE_OUT = 13;
export const NODE_OUT_COUNT = 14;
/** Index of the base node before and behind a base node, -1 for none. */
export const NODE_BASE_BEFORE = 15;
export const NODE_BASE_BEHIND = 16;
// state
export const NODE_INDEX = 17;
/** Number of the first instance among those of all nodes, and how many there are. */
export const NODE_FIRST_ID = 18;
export const NODE_INSTANCES = 19;
/** Records of values: one per instance and place. */
export const NODE_VALUES = 20;
/** Per instance: values (each on each tile of the copy) that are still to come; {@link STARTED} behind its start. */
export const NODE_MISSING = 21;
/** The instance that starts next. Of a join: how many have started. */
export const NODE_NEXT = 22;
/** Of a join: the instances that have everything and have not started, as a bit set. */
export const NODE_READY = 23;
/** Instances whose results wait to be injected (numbers among those of all nodes). */
export const NODE_QUEUE_HEAD = 24;
export const NODE_QUEUE_TAIL = 25;
/** The next node in line. */
export const NODE_LINE_NEXT = 26;
/** 1 while the node waits for room in the output buffer of a tile, and the next one that does. */
export const NODE_WAITS_FOR_ROOM = 27;
export const NODE_ROOM_NEXT = 28;
/** 1 where the next set was passed over for want of room. */
export const NODE_PASSED_OVER = 29;
/** Layer by layer: sets that are not finished yet, per inference. */
export const NODE_UNFINISHED = 30;
/** Where sets are kept: start and finish of every instance, 64 bits each. */
export const NODE_STARTS = 31;
export const NODE_FINISHES = 32;
/** 64 bits each: first and last start, last finish; -1 for none. */
export const NODE_START = 34;
export const NODE_LAST_START = 36;
export const NODE_END = 38;
/** Cycles of copies, or of the GPEU for a join. */
export const NODE_COMPUTE = 40;
/** Cycles between the starts of two sets, by the condition that was met last. */
export const NODE_WAIT_DATA = 42;
export const NODE_WAIT_ROOM = 44;
export const NODE_WAIT_COPY = 46;
/** Cycles that tasks stood in the queue of a GPEU, and in those of the off-chip port. */
export const NODE_WAIT_GPEU = 48;
export const NODE_WAIT_PORT = 50;
/** Cycles that results waited for room in input buffers, and that messages waited for links. */
export const NODE_WAIT_SEND = 52;
export const NODE_WAIT_LINK = 54;
export const NODE_WORDS = 56;

export const KIND_BASE = 0;
export const KIND_JOIN = 1;
export const KIND_INPUT = 2;

export const STARTED = -1;

// --- copies -------------------------------------------------------------------------------------------
/** Table of the tiles that hold the copy, and how many do; the last one is its home. */
export const COPY_TILES = 0;
export const COPY_TILE_COUNT = 1;
export const COPY_HOME = 2;
/** Table of routes from home to every place, and then to the off-chip port: offsets of routes. */
export const COPY_ROUTES = 3;
/** Table by tile but home: routes home. */
export const COPY_PARTIAL_ROUTES = 4;
/** Table by tile but home: bits per pixel; 0 for none at all. */
export const COPY_PARTIAL_BITS = 5;
// state
export const COPY_IS_BUSY = 6;
/** When the copy got free, 64 bits; -1 for not yet. */
export const COPY_FREE_CYCLE = 8;
export const COPY_WORDS = 10;

/** A route: number of links, and then these. */
export const ROUTE_LENGTH = 0;
export const ROUTE_LINKS = 1;

// --- edges, by the node that reads --------------------------------------------------------------------
export const EDGE_SOURCE = 0;
export const EDGE_READER = 1;
/** 1 where all sets of the reader read the same. */
export const EDGE_IS_CONSTANT = 2;
/** Tables by row (column) of sets of the reader: a list of those that it reads of the source. */
export const EDGE_ROW_LISTS = 3;
export const EDGE_COLUMN_LISTS = 4;
/** Tables by row (column) of sets of the source: a list of those of the reader; constant: empty or not. */
export const EDGE_READER_ROWS = 5;
export const EDGE_READER_COLUMNS = 6;
/** Table by set of the source: bits of a message. */
export const EDGE_BITS = 7;
/** Table by copy of the reader: a list of the places (of the source) that hold it. */
export const EDGE_PLACES = 8;
/** 1 where these lists are all the same. */
export const EDGE_IS_GATHERED = 9;
/** Table by place: how many copies of the reader it holds, see `HOLDS_…`. */
export const EDGE_HOLDS = 10;
/** Table by place of {@link EDGE_HELD_WORDS} words: a bit for each copy of the reader that it holds. */
export const EDGE_HELD = 11;
export const EDGE_HELD_WORDS = 12;
// state
/** Of a constant edge, by inference and place: see `SHARED_…`. */
export const EDGE_SHARED = 13;
export const EDGE_RECORD_WORDS = 14;

export const HOLDS_NONE = 0;
export const HOLDS_SOME = 1;
export const HOLDS_ALL = 2;

/** An entry of a table of lists: offset of the list, and its length. */
export const LIST_OFFSET = 0;
export const LIST_LENGTH = 1;
export const LIST_WORDS = 2;

/** Values still to come, and sets on the tile that are not finished yet. */
export const SHARED_VALUES = 0;
export const SHARED_SETS = 1;
export const SHARED_WORDS = 2;

// --- values: an instance at a place -------------------------------------------------------------------
/** Sets (constant edges count as one) that have still to read it, 0 where nobody does. */
export const VALUE_READERS = 0;
export const VALUE_BITS = 1;
export const VALUE_WORDS = 2;

// --- tiles, 64 bits each ------------------------------------------------------------------------------
export const TILE_INPUT_BITS = 0;
export const TILE_INPUT_PEAK = 2;
export const TILE_OUTPUT_BITS = 4;
export const TILE_OUTPUT_PEAK = 6;
export const TILE_GPEU_BUSY = 8;
/** 32 bits: the first node that waits for room in the output buffer; the walk in which the input was blocked. */
export const TILE_ROOM_WAITERS = 10;
export const TILE_BLOCKED_IN = 11;
export const TILE_WORDS = 12;

// --- links, 64 bits each ------------------------------------------------------------------------------
export const LINK_FREE_CYCLE = 0;
export const LINK_BITS = 2;
export const LINK_BUSY = 4;
/** Of the last message: when it entered, its bits, and its number (32 bits). */
export const LINK_ENTRY = 6;
export const LINK_MESSAGE_BITS = 8;
export const LINK_MESSAGE = 10;
export const LINK_SIZED_MESSAGE = 11;
export const LINK_WORDS = 12;
