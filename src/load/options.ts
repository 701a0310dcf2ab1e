import { aFunction, flag, type OptionSchemas, optionsOf } from '../input/options.ts';
import { numbersByName } from '../input/validate.ts';
import type { OnProgress } from '../progress.ts';

/** What a user can say about a model file that the file itself leaves open. */
export interface LoadOptions {
  /**
   * Sizes of dimensions that the file leaves open, by name: the name the file gives them (`sequence`), or
   * `INPUT:AXIS` for one without a name (`input_1:1`). The batch is 1 and need not be given.
   */
  readonly dims?: Readonly<Record<string, number>>;
  /**
   * Take axis 0 of an ONNX input of rank 2 as the batch, which counts as 1, where the file fixes it above 1. By default such an
   * input is a sequence, one row a token, with a warning (spec.md section 2).
   */
  readonly batchAxis?: boolean;
  /**
   * Take an unknown operator as non-base and element-wise, with a warning; never one that may have weights or windows,
   * or whose output has another shape where the file states it.
   */
  readonly allowUnknown?: boolean;
  /** Is told now and then how much of the file has become layers. */
  readonly onProgress?: OnProgress | undefined;
}

const schemas: OptionSchemas<LoadOptions> = {
  dims: numbersByName,
  batchAxis: flag,
  allowUnknown: flag,
  onProgress: aFunction,
};

/**
 * The options of a function that loads models, checked.
 *
 * @param of Name of the function, for messages.
 * @throws ClsaCimError of kind `usage` where one is unknown or of the wrong type.
 */
export function checkedLoadOptions(of: string, options: LoadOptions): LoadOptions {
  return optionsOf<LoadOptions>(of, schemas)(options);
}
