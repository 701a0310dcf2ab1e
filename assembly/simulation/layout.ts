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
export const SIMULATION_VERSION = 2;

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
export const SIMULATION_READ_BITS = 22;
/** Ports of the input buffer of a tile. */
export const SIMULATION_READ_PORTS = 24;
// state: addresses of the records of tiles and links, and of when inferences ended (64 bits each)
export const SIMULATION_TILE_RECORDS = 25;
export const SIMULATION_LINK_RECORDS = 26;
export const SIMULATION_INFERENCE_ENDS = 27;
/** 64 bits each. */
export const SIMULATION_CYCLES = 28;
/** When the last event was. */
export const SIMULATION_NOW = 30;
export const SIMULATION_EVENTS = 32;
export const SIMULATION_MESSAGES = 34;
export const SIMULATION_HEADER_WORDS = 36;

/** A size without a limit. */
export const UNLIMITED = -1;

// --- what nodes and tiles computed and waited for: cycles, 64 bits each -----------------------------------
export const WAITS_COMPUTE = 0;
/** Between the starts of two sets, by the condition that was met last. */
export const WAITS_DATA = 2;
export const WAITS_ROOM = 4;
export const WAITS_COPY = 6;
/** For ports of input buffers, in queues of GPEUs, for room in input buffers, for links. */
export const WAITS_READ = 8;
export const WAITS_GPEU = 10;
export const WAITS_SEND = 12;
export const WAITS_LINK = 14;
export const WAITS_WORDS = 16;

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
/** Tables by set. */
export const NODE_DURATIONS = 7;
export const NODE_GPEU_CYCLES = 8;
export const NODE_BITS = 9;
/** Table by set: bits that leave the chip; 0 where nothing goes to the off-chip port. */
export const NODE_OUTPUT_BITS = 10;
/** The most bits of a result: what the window of an output buffer holds. */
export const NODE_MOST_BITS = 11;
/** The edges to the node lie one behind the other: the index of the first, and their number. */
export const NODE_FIRST_IN = 12;
export const NODE_IN_COUNT = 13;
/** Table of the indices of the edges from the node. */
export const NODE_OUT = 14;
export const NODE_OUT_COUNT = 15;
/** 1 where no edge at all leaves the node. */
export const NODE_IS_SINK = 16;
/** Index of the base node before and behind a base node, -1 for none. */
export const NODE_BASE_BEFORE = 17;
export const NODE_BASE_BEHIND = 18;
/** Homes of the copies, each once: offset and number. */
export const NODE_HOMES = 19;
export const NODE_HOME_COUNT = 20;
/** How many tiles each of the copies has, 0 where they differ. */
export const NODE_COPY_TILES = 21;
/** Table by place of 64 bits each, filled in before it is played: windows of the streams in input buffers. */
export const NODE_WINDOWS = 22;
// state
export const NODE_INDEX = 23;
/** Number of the first instance among those of all nodes, and how many there are. */
export const NODE_FIRST_ID = 24;
export const NODE_INSTANCES = 25;
/** Per set: values that it reads, each on one tile. */
export const NODE_READS = 26;
/** With ports of input buffers: bits that each set reads, 64 bits each. */
export const NODE_READ_BITS = 27;
/** Per inference: its block, or {@link BLOCK_NONE} or {@link BLOCK_OVER}; blocks that may be used again. */
export const NODE_BLOCKS = 28;
export const NODE_UNUSED_BLOCK = 29;
/** Bytes of a block, and where the values start in it. */
export const NODE_BLOCK_BYTES = 30;
export const NODE_BLOCK_VALUES = 31;
/** The instance that starts next, also as set and inference, and its copy. Of a join: how many have started. */
export const NODE_NEXT = 32;
export const NODE_NEXT_SET = 33;
export const NODE_NEXT_INFERENCE = 34;
export const NODE_NEXT_COPY = 35;
/** Of a join: the instances that have everything and have not started, as a bit set. */
export const NODE_READY = 36;
/** The instance that is in turn: all before it are finished and sent. */
export const NODE_TURN = 37;
/** Events of results that wait to be injected, by instances. */
export const NODE_QUEUE_HEAD = 38;
export const NODE_QUEUE_TAIL = 39;
/** Per place: see `STREAM_…`. */
export const NODE_STREAMS = 40;
/** Per home: bits in the window of its output buffer, 64 bits each. */
export const NODE_OUTPUT_USED = 41;
/** 1 while the node waits for room in the output buffer of a tile, and the next one that does. */
export const NODE_WAITS_FOR_ROOM = 42;
export const NODE_ROOM_NEXT = 43;
/** 1 where a set was passed over for want of room since the last start. */
export const NODE_PASSED_OVER = 44;
/** Layer by layer: sets that are not finished yet, per inference. */
export const NODE_UNFINISHED = 45;
/** Where sets are kept: start and finish of every instance, 64 bits each. */
export const NODE_STARTS = 46;
export const NODE_FINISHES = 47;
/** 64 bits each: first and last start, last finish; -1 for none. */
export const NODE_START = 48;
export const NODE_LAST_START = 50;
export const NODE_END = 52;
/** Cycles that tasks stood in the queues of the off-chip port. */
export const NODE_WAIT_PORT = 54;
/** Bits: see NodeRun. */
export const NODE_INPUT_WRITTEN = 56;
export const NODE_OUTPUT_READ = 58;
export const NODE_HOP_BITS = 60;
export const NODE_OFF_CHIP = 62;
export const NODE_WAITS = 64;
export const NODE_WORDS = NODE_WAITS + WAITS_WORDS;

export const KIND_BASE = 0;
export const KIND_JOIN = 1;
export const KIND_INPUT = 2;

// --- blocks: the state of one inference at a node, while it is in flight -----------------------------------
/** In place of the address of a block. */
export const BLOCK_NONE = 0;
export const BLOCK_OVER = 1;

export const BLOCK_NODE = 0;
export const BLOCK_INFERENCE = 1;
/** The instance that is set 0, and its number among those of all nodes. */
export const BLOCK_FIRST = 2;
export const BLOCK_FIRST_ID = 3;
/** Sets whose results have not left (to the port: arrived) yet, and values not read by all. Over at 0. */
export const BLOCK_LEFT = 4;
/** The next block that may be used again. */
export const BLOCK_NEXT = 5;
/** Per set its state, see `SET_…`; then the counters of constant edges, then the values. */
export const BLOCK_SETS = 8;

/** Before a set starts its state is the number of values, each on each tile of the copy, that are still to come. */
/** It has started; the other bits are flags then. */
export const SET_STARTED = -0x80000000;
/** Its result is finished and injected, or goes nowhere. */
export const SET_SENT = 1;
/** Its result is in the window of the output buffer. */
export const SET_IN_WINDOW = 2;

// --- copies -------------------------------------------------------------------------------------------
/** Table of the tiles that hold the copy, and how many do; the last one is its home. */
export const COPY_TILES = 0;
export const COPY_TILE_COUNT = 1;
export const COPY_HOME = 2;
/** Index of the home among those of the node. */
export const COPY_HOME_INDEX = 3;
/** Number of the copy. */
export const COPY_INDEX = 4;
/** Table of routes from home to every place, and then to the off-chip port: offsets of routes. */
export const COPY_ROUTES = 5;
/** Table by tile but home: routes home. */
export const COPY_PARTIAL_ROUTES = 6;
/** Table by tile but home: bits per pixel; 0 for none at all. */
export const COPY_PARTIAL_BITS = 7;
// state
export const COPY_IS_BUSY = 8;
/** When the copy got free, 64 bits; -1 for not yet. */
export const COPY_FREE_CYCLE = 10;
export const COPY_WORDS = 12;

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
/**
 * Table by place of {@link EDGE_HELD_WORDS} words: a bit for each copy of the reader that it holds. Behind the last
 * copy the first ones come again, {@link HELD_AHEAD} in all, so that copies one behind the other are read at once.
 */
export const EDGE_HELD = 11;
export const EDGE_HELD_WORDS = 12;
// state
/** Of a constant edge: where its counters, by place, start in a block of the source, in bytes; see `SHARED_…`. */
export const EDGE_SHARED = 13;
export const EDGE_RECORD_WORDS = 14;

export const HELD_AHEAD = 24;

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

// --- values: a set at a place -----------------------------------------------------------------------------
/**
 * By place, one word per set each: first how many (constant edges count as one) have still to read it there,
 * 0 where nobody does; then its bits, and a flag: it is in the window of its stream.
 */
export const VALUE_WORDS = 2;
export const VALUE_IN_WINDOW = -0x80000000;
export const VALUE_SIZE = 0x7fffffff;

// --- streams: all that a node sends to a place ------------------------------------------------------------
/** 64 bits each: the size of its window in the input buffer, and what is in it. */
export const STREAM_WINDOW = 0;
export const STREAM_USED = 2;
/** The node; 1 while it waits for room at the place, and the next stream that does. */
export const STREAM_NODE = 4;
export const STREAM_WAITS = 5;
export const STREAM_NEXT = 6;
export const STREAM_WORDS = 8;

// --- tiles, 64 bits each ------------------------------------------------------------------------------
/** Bits in the buffer, the most that there were, those not in windows, room for such, and all windows. */
export const TILE_INPUT = 0;
export const TILE_OUTPUT = 10;
export const BUFFER_BITS = 0;
export const BUFFER_PEAK = 2;
export const BUFFER_SHARED = 4;
export const BUFFER_SHARED_ROOM = 6;
export const BUFFER_WINDOWS = 8;
export const TILE_GPEU_BUSY = 20;
/** Cycles in which a copy or the GPEU is at work, and since when the present ones are. */
export const TILE_BUSY = 22;
export const TILE_ACTIVE_SINCE = 24;
/** 32 bits: copies that are held and GPEU tasks. */
export const TILE_ACTIVE = 26;
/** 32 bits: the first node (stream) that waits for room in the output (input) buffer. */
export const TILE_ROOM_WAITERS = 27;
export const TILE_INPUT_WAITERS = 28;
/** Address of the cycles at which the ports of the input buffer get free, 64 bits each. */
export const TILE_READ_PORTS = 29;
export const TILE_WAITS = 30;
export const TILE_WORDS = TILE_WAITS + WAITS_WORDS;

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

// --- events -------------------------------------------------------------------------------------------
/** Number of the instance among those of all nodes; the other words are the engine's own. */
export const EVENT_ID = 7;
