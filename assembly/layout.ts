/**
 * How a problem lies in memory: the one description of it, for the engine and for the host alike.
 *
 * A problem is one block of 32-bit words: a header, then one record per layer in topological order, one
 * per edge, and the positions of `list` reads. It holds offsets only and no addresses, so it can be sent
 * to another thread or written to disk as it is. The engine keeps a copy of it and fills in the words
 * from `LAYER_SET_ROWS` on.
 */

// --- header -------------------------------------------------------------------------------------------
export const MAGIC = 0x434c5341; // "CLSA"
export const VERSION = 3;

export const HEADER_MAGIC = 0;
export const HEADER_VERSION = 1;
export const HEADER_LAYERS = 2;
export const HEADER_EDGES = 3;
export const HEADER_LIST_WORDS = 4;
export const HEADER_WORDS = 8;

// --- layers, base and non-base ------------------------------------------------------------------------
export const LAYER_HEIGHT = 0;
export const LAYER_WIDTH = 1;
/** 1 for a base layer: it has sets, and they take time. */
export const LAYER_IS_BASE = 2;
/** Height and width of a set; sets at the lower and right edge may be cut. 1 and 1 for non-base layers. */
export const LAYER_SET_HEIGHT = 3;
export const LAYER_SET_WIDTH = 4;
/** Copies of the layer's weights, at most the number of its sets. */
export const LAYER_COPIES = 5;
export const LAYER_FIRST_EDGE = 6;
export const LAYER_EDGE_COUNT = 7;
/** Number of rows and of columns of sets; of a stored join, of positions that differ in what they wait for. */
export const LAYER_SET_ROWS = 8;
export const LAYER_SET_COLUMNS = 9;
/** Address of the layer's sources (see below), and how many there are. */
export const LAYER_SOURCES = 10;
export const LAYER_SOURCE_COUNT = 11;
/** 1 where times are kept: base layers, and joins that are worth it. */
export const LAYER_IS_STORED = 12;
/** Address of the times: finish of each set, or when each position of a join is there. */
export const LAYER_TIMES = 13;
/** 1 where no set is cut, so that times never decrease along rows and along columns. */
export const LAYER_IS_UNIFORM = 14;
/** Number of layers that read this one. */
export const LAYER_READERS = 15;
/**
 * Address and number of the sources that the layer offers to those that read it: itself where times are
 * kept, otherwise its own sources.
 */
export const LAYER_OFFERS = 16;
export const LAYER_OFFER_COUNT = 17;
/** First start and last finish in cycles, 64 bits each. */
export const LAYER_START = 18;
export const LAYER_END = 20;
/**
 * Number of lines of sets, and of sets in a line: the runs of sets that the hot loops work on. A line is a
 * row of sets; where the layer and all that it waits for have one column of sets, it is that column.
 */
export const LAYER_LINES = 22;
export const LAYER_LINE_SETS = 23;
/**
 * For updates (updates.ts): the second buffer of times, which holds those before the last update where it
 * touched the layer; what the last update did to the layer; and the copies of both buffers' times.
 */
export const LAYER_OTHER_TIMES = 24;
export const LAYER_UPDATE = 25;
export const LAYER_TIMES_COPIES = 26;
export const LAYER_OTHER_COPIES = 27;
/** Last finish before the last update, 64 bits. */
export const LAYER_OTHER_END = 28;
/** Cycles that are known to pass from the layer's last finish to the end of the network, 64 bits; the host sets it. */
export const LAYER_TAIL = 30;
export const LAYER_WORDS = 32;

/** What an update did to a layer: nothing, new times that are the old ones, or other times. */
export const UPDATE_NONE = 0;
export const UPDATE_EQUAL = 1;
export const UPDATE_CHANGED = 2;

// --- edges --------------------------------------------------------------------------------------------
export const EDGE_FROM = 0;
/** Reads of the rows, then of the columns: a kind and its parameters. */
export const EDGE_ROWS = 1;
export const EDGE_COLUMNS = 6;
export const EDGE_WORDS = 12;

/** Words of a direction's reads, from EDGE_ROWS or EDGE_COLUMNS on. */
export const READS_KIND = 0;
export const READS_KERNEL = 1;
export const READS_STRIDE = 2;
export const READS_DILATION = 3;
export const READS_PADDING = 4;
/** `list`: offset of the positions from the start of the lists, in words, and how many each position has. */
export const READS_LIST = 1;
export const READS_TAPS = 2;

export const KIND_SAME = 0;
export const KIND_ALL = 1;
export const KIND_WINDOW = 2;
export const KIND_TRANSPOSED = 3;
export const KIND_LIST = 4;

// --- sources: what a layer waits for, found by the analysis -------------------------------------------
/** Index of the stored layer that is waited for. */
export const SOURCE_LAYER = 0;
/**
 * Tables from a row (column) of the layer that waits to the last row (column) of sets of the source that it
 * waits for, -1 for none. FULL is the last one that is not cut; where nothing is cut both are one table.
 */
export const SOURCE_ROWS = 1;
export const SOURCE_ROWS_FULL = 2;
export const SOURCE_COLUMNS = 3;
export const SOURCE_COLUMNS_FULL = 4;
/** The same two tables (where nothing is cut) by lines: from a line to one of the source, and along a line. */
export const SOURCE_LINES = 5;
export const SOURCE_ALONG = 6;
/** How the table along a line runs at its start, and for how many sets. */
export const SOURCE_PATTERN = 7;
export const SOURCE_RUN = 8;
export const SOURCE_WORDS = 10;

/** Entries `first + x`, `first + 2x`, `first + x/2`, or anything; `first` is the table's first entry. */
export const PATTERN_ANY = 0;
export const PATTERN_CONTIGUOUS = 1;
export const PATTERN_STRIDE_2 = 2;
export const PATTERN_DOUBLED = 3;
/** Contiguous from the first set on, line by line: times are read as one run. */
export const PATTERN_IDENTITY = 4;
/** Set beside a pattern where the entries of the table do decrease somewhere. */
export const PATTERN_DECREASING = 8;
