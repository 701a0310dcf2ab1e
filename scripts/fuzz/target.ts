/** A sound input, of which others are made. */
export interface Sample {
  /** What it is called in messages. */
  readonly name: string;
  /** Its content. */
  readonly bytes: Uint8Array;
}

/** Something that takes bytes from outside, and must end with a result or a `ClsaCimError` whatever they are. */
export interface Target {
  /** What the command line calls it. */
  readonly name: string;
  /** How the names of its files end, with the dot. */
  readonly suffix: string;
  /** The sound inputs; `isWithRealFiles`: also model files beside the project, where they are. */
  corpus(isWithRealFiles: boolean): readonly Sample[];
  /**
   * An input, the same for the same seed and corpus.
   *
   * @param keeps Which of its edits are made, by number; all by default.
   */
  mutate(seed: number, corpus: readonly Sample[], keeps?: (edit: number) => boolean): Uint8Array;
  /** The input without some of its parts, or undefined where it has none behind `first`. */
  without(bytes: Uint8Array, first: number, count: number): Uint8Array | undefined;
  /** How often a run reads its input: so many times the time that an input may take is allowed. */
  readonly reads?: number;
  /** Takes the input. */
  run(bytes: Uint8Array): void;
}

/** How inputs of one kind are written, and changed one edit at a time. */
export interface Format<Tree> {
  /** @throws where the bytes are none of this kind; what is thrown does not matter. */
  parse(bytes: Uint8Array): Tree;
  write(tree: Tree): Uint8Array;
  /** Changes the tree in place, or gives another; `donor` is one of another sample, of which parts may be taken. */
  edit(tree: Tree, donor: Tree, random: import('./random.ts').Random): Tree;
  /** The tree without parts `first` to below `first + count`; undefined where it has none from `first` on. */
  without(tree: Tree, first: number, count: number): Tree | undefined;
}
