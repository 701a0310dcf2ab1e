const MIB = 2 ** 20;

/** An input may take a second for every MiB, and one in any case, each time that it is read. */
export function limitMs(bytes: number, reads = 1): number {
  return 1000 * reads * Math.max(1, bytes / MIB);
}

/** And so much memory. */
export const LIMIT_BYTES = 1024 * MIB;

/** The stack of a program that Node starts is no larger, and that of a thread has to be given. */
export const STACK_MIB = 1;
