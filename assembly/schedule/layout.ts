/**
 * How a problem lies in memory: the one description of it, for the engine and for the host alike.
 *
 * A problem is one block of 32-bit words: a header, then one record per layer in topological order, one
 * per edge, and the positions of `list` reads. It holds offsets only and no addresses, so it can be sent
 * to another thread or written to disk as it is. The engine keeps a copy of it and fills in the words
 * from {@link Layer.SET_ROWS} on.
 */

// --- header -------------------------------------------------------------------------------------------

/** What tells these words from others. */
export enum Format {
  MAGIC = 0x434c5341, // "CLSA"
  VERSION = 4,
}

/** The header. */
export enum Header {
  MAGIC = 0,
  VERSION = 1,
  LAYERS = 2,
  EDGES = 3,
  LIST_WORDS = 4,
  /** Cycles from when a copy is done with a set to its result: λ - 1 of spec.md section 4; the host sets it. */
  RESULT_DELAY = 5,
  /** A {@link Templates}; the host sets it. */
  TEMPLATES = 6,
  WORDS = 8,
}

/** Of which layers lines are kept as templates (templates.ts). */
export enum Templates {
  /** Of those where that is faster. */
  WHERE_FASTER = 0,
  /** Of all that can, and of none: both for tests. */
  ALWAYS = 1,
  NEVER = 2,
}

// --- layers, base and non-base ------------------------------------------------------------------------

/** A layer; see {@link LayerWide}, too. */
export enum Layer {
  HEIGHT = 0,
  WIDTH = 1,
  /** 1 for a base layer: it has sets, and they take time. */
  IS_BASE = 2,
  /** Height and width of a set; sets at the lower and right edge may be cut. 1 and 1 for non-base layers. */
  SET_HEIGHT = 3,
  SET_WIDTH = 4,
  /** Copies of the layer's weights, at most the number of its sets. */
  COPIES = 5,
  FIRST_EDGE = 6,
  EDGE_COUNT = 7,
  /** Number of rows and of columns of sets; of a stored join, of positions that differ in what they wait for. */
  SET_ROWS = 8,
  SET_COLUMNS = 9,
  /** Address of the layer's sources (see below), and how many there are. */
  SOURCES = 10,
  SOURCE_COUNT = 11,
  /** 1 where times are kept: base layers, and joins that are worth it. */
  IS_STORED = 12,
  /** Address of the times: finish of each set, or when each position of a join is there; of one inference (FIRST_TIMES). */
  TIMES = 13,
  /** 1 where no set is cut, so that times never decrease along rows and along columns. */
  IS_UNIFORM = 14,
  /** Number of layers that read this one. */
  READERS = 15,
  /**
   * Address and number of the sources that the layer offers to those that read it: itself where times are
   * kept, otherwise its own sources.
   */
  OFFERS = 16,
  OFFER_COUNT = 17,
  /**
   * Number of lines of sets, and of sets in a line: the runs of sets that the hot loops work on. A line is a
   * row of sets; where the layer and all that it waits for have one column of sets, it is that column.
   */
  LINES = 22,
  LINE_SETS = 23,
  /**
   * For updates (updates.ts): TIMES before the last update where it touched the layer; what it did to the layer; and the copies
   * of both.
   */
  OTHER_TIMES = 24,
  UPDATE = 25,
  TIMES_COPIES = 26,
  OTHER_COPIES = 27,
  /** In groups (groups.ts): address of the times of the first inference; those of the others lie behind it. */
  FIRST_TIMES = 32,
  /** 1 where lines are likely to repeat (repeating.ts), and where TIMES is the address of line records because they may. */
  IS_REPEATING = 33,
  HAS_TEMPLATES = 34,
  /** How many cycles later the layer is than its times say, which are those of another layer or of before an update. */
  LATER = 35,
  /** The last layer before this one that is like it (alike.ts), -1 for none. */
  ALIKE = 36,
  /** 1 where all times are later by what all sources are later. */
  IS_SHIFTED = 37,
  /** For updates: LATER before the last one, and by how much all times became later. */
  OTHER_LATER = 38,
  MOVED_BY = 39,
  /** 1 where the layer runs at the pace of its source if it has as many copies (following.ts). */
  FOLLOWS = 40,
  /** For updates: addresses of two buffers of times. */
  BUFFER = 41,
  SPARE_BUFFER = 42,
  /** The most copies with which lines are kept as templates, where they are likely to repeat; 0 where they are not. */
  TEMPLATE_COPIES = 43,
  WORDS = 44,
}

/** Words of a layer that are 64 bits each. */
export enum LayerWide {
  /** First start and last finish in cycles. */
  START = 18,
  END = 20,
  /** Last finish before the last update. */
  OTHER_END = 28,
  /** Cycles that are known to pass from the layer's last finish to the end of the network; the host sets it. */
  TAIL = 30,
}

/** A line of a layer that has templates: address of the finishes of a line that it repeats, and how many cycles later it is. */
export enum Line {
  TEMPLATE = 0,
  LATER = 1,
  WORDS = 2,
}

/** What an update did to a layer: nothing; all its times are MOVED_BY later, which may be 0; or it has others. */
export enum Update {
  NONE = 0,
  MOVED = 1,
  CHANGED = 2,
}

// --- edges --------------------------------------------------------------------------------------------

/** An edge. */
export enum Edge {
  FROM = 0,
  /** Reads of the rows, then of the columns: see {@link Reads}. */
  ROWS = 1,
  COLUMNS = 6,
  WORDS = 12,
}

/** What is read in one direction: a kind and its parameters. */
export enum Reads {
  KIND = 0,
  KERNEL = 1,
  STRIDE = 2,
  DILATION = 3,
  PADDING = 4,
  WORDS = 5,
}

/** The parameters of `list`: offset of the positions from the start of the lists, in words, and how many each position has. */
export enum ListReads {
  POSITIONS = 1,
  TAPS = 2,
}

/** A kind of reads. */
export enum ReadsKind {
  SAME = 0,
  ALL = 1,
  WINDOW = 2,
  TRANSPOSED = 3,
  LIST = 4,
}

// --- sources: what a layer waits for, found by the analysis -------------------------------------------

/** A source. */
export enum Source {
  /** Index of the stored layer that is waited for. */
  LAYER = 0,
  /**
   * Tables from a row (column) of the layer that waits to the last row (column) of sets of the source that it
   * waits for, -1 for none. FULL is the last one that is not cut; where nothing is cut both are one table.
   */
  ROWS = 1,
  ROWS_FULL = 2,
  COLUMNS = 3,
  COLUMNS_FULL = 4,
  /** The same two tables (where nothing is cut) by lines: from a line to one of the source, and along a line. */
  LINES = 5,
  ALONG = 6,
  /** How the table along a line runs at its start, and for how many sets. */
  PATTERN = 7,
  RUN = 8,
  /** While a layer with templates is scheduled: TIMES and LATER of the source's layer, and bytes from line to line; 0 if that has templates, too. */
  TIMES = 9,
  LATER = 10,
  LINE_BYTES = 11,
  WORDS = 12,
}

/** Entries `first + x`, `first + 2x`, `first + x/2`, or anything; `first` is the table's first entry. */
export enum Pattern {
  ANY = 0,
  CONTIGUOUS = 1,
  STRIDE_2 = 2,
  DOUBLED = 3,
  /** Contiguous from the first set on, line by line: times are read as one run. */
  IDENTITY = 4,
  /** Set beside a pattern where the entries of the table do decrease somewhere. */
  DECREASING = 8,
}

// --- groups of inferences, on a chip that holds all weights or in which they take turns (groups.ts) -----

/** How weights are written. */
export enum WritingMode {
  /** All of them before the start. */
  NONE = 0,
  /** A round when the one before it is finished. */
  BARRIER = 1,
  /** A PE as soon as one is free. */
  ROLLING = 2,
}

/** What all groups have in common; see {@link TurnsWide}, too. The records of slices lie behind it. */
export enum Turns {
  SLICES = 0,
  /** A {@link WritingMode}. */
  MODE = 1,
  /** Most inferences of a group. */
  INFERENCES = 2,
  WORDS = 10,
}

/** Words of it that are 64 bits each. */
export enum TurnsWide {
  /** PEs of the chip, and how many of them are written at a time. */
  PES = 4,
  PARALLEL = 6,
  WRITE_CYCLES = 8,
}

/** A base layer, or a slice of one, in the order of layers; see {@link SliceWide}, too. */
export enum Slice {
  /** Index of the layer of the problem. */
  LAYER = 0,
  /** Index of its round. */
  ROUND = 1,
  /** Copies, and the most that there will be. */
  COPIES = 2,
  MOST_COPIES = 3,
  /** Address of the finishes of its sets, inference after inference; in front of them when copies are ready. */
  TIMES = 4,
  WORDS = 12,
}

/** Words of a slice that are 64 bits each. */
export enum SliceWide {
  /** PEs of a copy. */
  PES = 6,
  /** First start and last finish in the group, in cycles. */
  START = 8,
  END = 10,
}

/**
 * What the next group of `rolling` depends on, in 64 bits each: PEs that nobody has had yet, when the last PE began to be
 * written, how many runs follow of PEs that are free (in no order), and how many of PEs being written (in order). Runs
 * are two numbers each: a time, and how many PEs have it.
 */
export enum WriterState {
  UNTOUCHED = 0,
  LAST_START = 1,
  FREE_RUNS = 2,
  WINDOW_RUNS = 3,
  RUNS = 4,
}
