/**
 * What a simulation makes while it is played, in memory that the engine takes for itself, beside the records of layout.ts: nobody
 * else sees it. Words of 64 bits are an enum of their own here, too.
 */

// --- blocks -------------------------------------------------------------------------------------------

/** In place of the address of a block: nothing has happened to the inference yet, or all has. */
export enum NoBlock {
  NOT_YET = 0,
  OVER = 1,
}

/** The state of one inference at a node, while it is in flight. */
export enum Block {
  NODE = 0,
  INFERENCE = 1,
  /** The firing that is set 0, and its id. */
  FIRST = 2,
  FIRST_ID = 3,
  /** Sets whose results have not left (to the port: arrived) yet, and values not read by all. Over at 0. */
  LEFT = 4,
  /** The next block that may be used again. */
  NEXT = 5,
  /** 1 where the readers of all its results are noted in its values, and not only those of sets that are finished. */
  HAS_READERS = 6,
  /** Per set its state, see {@link SetState}; then the barriers of constant edges, then the values. */
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

/** Counters of a constant edge at a destination: values still to come, and sets there that are not finished yet. */
export enum Barrier {
  VALUES = 0,
  SETS = 1,
  WORDS = 2,
}

/**
 * A value is the result of a set at a destination. By destination, one word per set each: first how many (constant
 * edges count as one) have still to read it there, 0 where nobody does; then its {@link ValueBits}.
 */
export enum Value {
  WORDS = 2,
}

/** Bits of a value, and a flag: it is in the window of its node. */
export enum ValueBits {
  IN_WINDOW = -0x80000000,
  SIZE = 0x7fffffff,
}

// --- values that spill --------------------------------------------------------------------------------

/** Where the value of a set is that goes to a spilled destination; otherwise the address of its {@link Entry}. */
export enum Spill {
  NONE = 0,
  /** It was sent there. */
  DIRECT = 1,
  /** It is in off-chip memory, or on its way to it. */
  STORED = 2,
}

/**
 * The shared room of an input buffer; 64 bits each: all of it, fetched values, those that sets need, what is left for what one set
 * reads, and what the next value takes of that where they come in pieces.
 */
export enum Pool {
  SIZE = 0,
  FETCHED = 2,
  NEEDED = 4,
  LARGEST_READS = 6,
  PIECES = 8,
  /** Fetched values that no set needs now: the one that was needed first ago, and last. */
  OLDEST = 10,
  NEWEST = 11,
  /** The first node that waits for room. */
  WAITING = 12,
  /** The {@link Grant} whose values come in pieces, 0 for none; 1 where the set that was asked for last would have to be that. */
  PIECES_OF = 13,
  WANTS_PIECES = 14,
  WORDS = 16,
}

/** A value that was fetched to a tile. */
export enum Entry {
  /** 64 bits each: its size, and what it takes of the pool. */
  BITS = 0,
  ROOM = 2,
  /** Address of its {@link Spill}. */
  SPILL = 4,
  /** The node that it is of, the destination and the tile. */
  NODE = 5,
  DESTINATION = 6,
  TILE = 7,
  /** Sets that need it: granted and not finished. */
  SETS = 8,
  /** 1: it has arrived; until then the first {@link Pin} of those that wait for it. */
  IS_THERE = 9,
  WAITING = 10,
  /** Its neighbours among those that no set needs. */
  OLDER = 11,
  NEWER = 12,
  /** The next one of the same message. */
  NEXT_FETCHED = 13,
  WORDS = 14,
}

/** A set that has all room that it needs until it is finished. */
export enum Grant {
  FIRING = 0,
  /** Values that it waits for. */
  LEFT = 1,
  /** The first and last of its {@link Pin}s. */
  FIRST_PIN = 2,
  LAST_PIN = 3,
  NODE = 4,
  NEXT = 5,
  /** 1 where something that it reads had to be fetched. */
  HAS_FETCHED = 6,
  WORDS = 8,
}

/** A grant needs an entry. */
export enum Pin {
  ENTRY = 0,
  GRANT = 1,
  /** The next one of the grant, and of those that wait for the entry. */
  NEXT = 2,
  NEXT_WAITING = 3,
  WORDS = 4,
}

// --- buffers ------------------------------------------------------------------------------------------

/** A part of a buffer that is kept free for one node; see {@link WindowWide}, too. */
export enum Window {
  NODE = 4,
  /** 1 while the node waits for room in the buffer, and the next window whose node does. */
  IS_WAITING = 5,
  NEXT_WAITING = 6,
  /** 1 where its values are charged in another way than in the state that is kept; address of its `Charges` (charges.ts), 0 for none. */
  DIFFERS = 7,
  CHARGES = 10,
  /** Address of the {@link Buffer} that it is part of. */
  BUFFER = 11,
  WORDS = 12,
}

/** Words of a window that are 64 bits each: its size, and what is in it. */
export enum WindowWide {
  SIZE = 0,
  USED = 2,
  /** What its node has in the shared room of the buffer. */
  SHARED = 8,
}
