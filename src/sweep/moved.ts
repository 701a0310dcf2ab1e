import { move, transferableSymbol, valueSymbol } from 'piscina';

/** What a thread returns, such that these bytes of it are handed over instead of copied, where that is possible. */
export function moved<Returned>(returned: Returned, bytes: readonly Uint8Array[]): Returned {
  // Small buffers share their memory with others.
  const own = bytes.filter(({ byteLength, buffer }) => byteLength > 0 && byteLength === buffer.byteLength);
  const wrapped = { [transferableSymbol]: own.map(({ buffer }) => buffer), [valueSymbol]: returned };
  // Piscina takes it apart again.
  return move(wrapped as never) as Returned;
}
