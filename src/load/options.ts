/** What a user can say about a model file that the file itself leaves open. */
export interface LoadOptions {
  /**
   * Sizes of dimensions that the file leaves open, by name: the name the file gives them (`sequence`), or
   * `INPUT:AXIS` for one without a name (`input_1:1`). The batch is 1 and need not be given.
   */
  readonly dims?: Readonly<Record<string, number>>;
  /**
   * Take an unknown operator as non-base and element-wise, with a warning; never one that may have weights or windows,
   * or whose output has another shape where the file states it.
   */
  readonly allowUnknown?: boolean;
}
