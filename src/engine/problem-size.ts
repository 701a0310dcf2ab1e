import { Header, Layer } from '../../assembly/schedule/layout.ts';
import { ClsaCimError } from '../errors.ts';

/** Cycle counts below this are kept in 32 bits. A vector looks up to four sets ahead. */
const NARROW_LIMIT = 2 ** 31;
const LOOKAHEAD_SETS = 4;

/** What a problem comes to, over all base layers. */
export interface ProblemSize {
  /** MVMs of one inference. */
  readonly mvms: number;
  /** MVMs of the largest set. */
  readonly largestSet: number;
  /** Base layers. */
  readonly layers: number;
  /** Sets of one inference. */
  readonly sets: number;
}

/** Adds up a problem. */
export function problemSize(problem: Int32Array): ProblemSize {
  let [mvms, largestSet, layers, sets] = [0, 0, 0, 0];
  for (let layer = 0; layer < problem[Header.LAYERS]!; layer++) {
    const record = Header.WORDS + layer * Layer.WORDS;
    if (problem[record + Layer.IS_BASE] === 0) continue;
    const [height, width] = [problem[record + Layer.HEIGHT]!, problem[record + Layer.WIDTH]!];
    const [setHeight, setWidth] = [problem[record + Layer.SET_HEIGHT]!, problem[record + Layer.SET_WIDTH]!];
    mvms += height * width;
    largestSet = Math.max(largestSet, setHeight * setWidth);
    layers += 1;
    sets += Math.ceil(height / setHeight) * Math.ceil(width / setWidth);
  }
  return { mvms, largestSet, layers, sets };
}

/** No schedule of one inference takes longer than all MVMs one after another, and each layer's last result. */
export function mostCycles({ mvms, layers }: ProblemSize, resultDelay: number): number {
  return mvms + layers * resultDelay;
}

/**
 * True where a schedule of at most so many cycles may need more than 32 bits.
 *
 * @throws ClsaCimError where they may need more than the 53 bits of an exact number.
 */
export function isWide(cycles: number, { largestSet }: ProblemSize, resultDelay: number): boolean {
  if (!Number.isSafeInteger(cycles)) {
    throw new ClsaCimError(
      `the schedule may take ${cycles} cycles; more than 2^53 cannot be counted exactly`,
      'input',
      { code: 'TOO_LARGE' },
    );
  }
  return cycles + LOOKAHEAD_SETS * largestSet + resultDelay >= NARROW_LIMIT;
}
