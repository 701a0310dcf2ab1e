import type { ModelBytes } from './model-bytes.ts';

/** The files in which the values of a model's tensors lie. */
export interface WeightSource {
  /** The file of the model. */
  readonly model: ModelBytes;
  /**
   * Another file that the model names; the same object for the same file.
   *
   * @param location As the model writes it: a path from the folder of the model.
   * @throws ClsaCimError where it is no path within that folder, or cannot be read.
   */
  external(location: string): ModelBytes;
}
