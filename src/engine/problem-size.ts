import { Header, Layer } from '../../assembly/schedule/layout.ts';
import { ClsaCimError } from '../errors.ts';

/** Cycle counts below this are kept in 32 bits. A vector looks up to four sets ahead. */
const NARROW_LIMIT = 2 ** 31;
const LOOKAHEAD_SETS = 4;

/**
 * True where cycles may need more than 32 bits. No schedule takes longer than all MVMs one after another.
 *
 * @throws ClsaCimError where they may need more than the 53 bits of an exact number.
 */
export function isWide(problem: Int32Array): boolean {
  let cycles = 0;
  let largestSet = 0;
  for (let layer = 0; layer < problem[Header.LAYERS]!; layer++) {
    const record = Header.WORDS + layer * Layer.WORDS;
    if (problem[record + Layer.IS_BASE] === 0) continue;
    cycles += problem[record + Layer.HEIGHT]! * problem[record + Layer.WIDTH]!;
    largestSet = Math.max(
      largestSet,
      problem[record + Layer.SET_HEIGHT]! * problem[record + Layer.SET_WIDTH]!,
    );
  }
  if (!Number.isSafeInteger(cycles)) {
    throw new ClsaCimError(
      `the network has ${cycles} MVMs; more than 2^53 cannot be counted exactly`,
      'input',
      { code: 'TOO_LARGE' },
    );
  }
  return cycles + LOOKAHEAD_SETS * largestSet >= NARROW_LIMIT;
}

/** Bytes of the times of all base layers' sets. */
export function timeBytes(problem: Int32Array, isWide: boolean): number {
  let sets = 0;
  for (let layer = 0; layer < problem[Header.LAYERS]!; layer++) {
    const record = Header.WORDS + layer * Layer.WORDS;
    if (problem[record + Layer.IS_BASE] === 0) continue;
    const rows = Math.ceil(problem[record + Layer.HEIGHT]! / problem[record + Layer.SET_HEIGHT]!);
    const columns = Math.ceil(problem[record + Layer.WIDTH]! / problem[record + Layer.SET_WIDTH]!);
    sets += rows * columns;
  }
  return sets * (isWide ? 8 : 4);
}
