import { ClsaCimError } from '../../errors.ts';

/** Pixels of an image, at most: these take some seconds and less than a gibibyte, and a file of a hundred kilobytes may claim to have them. */
export const MOST_PIXELS = 2 ** 24;

/**
 * Refuses images that are empty, or that take too long to decode.
 *
 * @throws ClsaCimError that says their size.
 */
export function checkSize(width: number, height: number): void {
  if (width === 0 || height === 0)
    throw new ClsaCimError(`the image has ${width} x ${height} pixels, which are none`);
  if (width * height <= MOST_PIXELS) return;
  throw new ClsaCimError(
    `the image has ${width} x ${height} pixels, and ${MOST_PIXELS} are the most that are decoded; make it smaller first`,
  );
}

/** The error for an image that is not complete. */
export function truncated(format: string): ClsaCimError {
  return new ClsaCimError(`the ${format} image ends before all of it is there; copy it once more`);
}

/** Decodes: what the library throws is told as damage of the file. */
export function decoding<T>(format: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw damaged(format, error instanceof Error ? error.message : String(error));
  }
}

/** The error for an image that no decoder takes. */
export function damaged(format: string, reason: string): ClsaCimError {
  return new ClsaCimError(`the ${format} image cannot be decoded (${reason}); write it once more`);
}
