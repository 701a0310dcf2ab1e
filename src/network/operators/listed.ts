import { ClsaCimError } from '../../errors.ts';
import { type ListReads, MAX_LISTED } from '../reads.ts';

/**
 * Reads that are listed one by one.
 *
 * @param name The layer, for the error.
 * @param size H or W of the layer.
 * @param taps How many positions each output position reads at most.
 * @param read The positions that output position `p` reads, each once.
 * @throws ClsaCimError where the list could have more than 2^22 positions.
 */
export function listed(
  name: string,
  size: number,
  taps: number,
  read: (p: number) => readonly number[],
): ListReads {
  if (size * taps > MAX_LISTED) {
    throw new ClsaCimError(
      `layer ${name}: ${size} positions that read up to ${taps} each cannot be listed one by one; at most ` +
        `${MAX_LISTED} can`,
      'input',
      { code: 'TOO_LARGE' },
    );
  }
  const lists = Array.from({ length: size }, (_, p) => read(p));
  const most = lists.reduce((count, { length }) => Math.max(count, length), 1);
  if (most === 1) return { kind: 'list', positions: lists.map(([position]) => position ?? -1) };
  const positions = lists.flatMap((list) => [...list, ...new Array<number>(most - list.length).fill(-1)]);
  return { kind: 'list', positions, taps: most };
}
