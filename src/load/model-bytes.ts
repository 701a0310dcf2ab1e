/** Bytes that are read by position, so that what is not needed is never read. */
export interface ModelBytes {
  /** Bytes in all. */
  readonly size: number;
  /** The `length` bytes at `offset`; valid until the next call. The caller checks them against `size`. */
  read(offset: number, length: number): Uint8Array;
  /**
   * Fills `target` with the bytes at `offset`, without a copy in between; where this is missing, `read` does it.
   *
   * @throws ClsaCimError where the file ends before.
   */
  readInto?(target: Uint8Array, offset: number): void;
}

/** Bytes that lie in memory. */
export function bytesInMemory(bytes: Uint8Array): ModelBytes {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** Bytes as text, a character each. */
export function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}
