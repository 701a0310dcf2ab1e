/** Something that grows, and what is done at each of its sizes. */
export interface Axis {
  /** What is done, and what grows: one word each, joined by a hyphen. */
  readonly name: string;
  /** What is counted, in the plural. */
  readonly unit: string;
  /** What is measured, from where to where, for the document. */
  readonly does: string;
  /** Sizes in rising order; what they mean is up to `prepare`. */
  readonly sizes: readonly number[];
  /** Sizes of a smoke run, small ones. */
  readonly quickSizes: readonly number[];
  /** Puts on disk what is read; in a process of its own, so that its memory does not count. */
  readonly write?: (size: number, folder: string) => void;
  /** Makes what comes before the work. Its time does not count, its memory does: the work needs it. */
  readonly prepare: (size: number, folder: string) => Subject | Promise<Subject>;
}

/** What is measured at one size. */
export interface Subject {
  /** How many of the axis's unit it has. */
  readonly count: number;
  /** The work; it may be done again and again. */
  readonly run: () => void | Promise<void>;
}

/** Sizes from 10^`from` to 10^`to`, two in a decade: 1 and 3. */
export function decades(from: number, to: number): number[] {
  const sizes: number[] = [];
  for (let decade = from; decade <= to; decade++) {
    sizes.push(10 ** decade);
    if (decade < to) sizes.push(3 * 10 ** decade);
  }
  return sizes;
}
