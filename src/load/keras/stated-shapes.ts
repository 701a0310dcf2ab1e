import { ClsaCimError } from '../../errors.ts';
import type { Tensor } from '../../network/tensor.ts';

/** A shape as the file gives it: axis 0 is the batch, and open dimensions are null. */
export type OpenShape = readonly (number | null)[];

/**
 * Compares the shapes that a file states (of the tensors that a layer reads, and those that it was built for) with
 * those that its layers give. Keras itself does not look at them, and leaves old ones where a layer is used a second
 * time or a file was edited: the layers are right, and one warning says so. Behind a layer that is not known and was
 * taken to work position by position they show that this guess was wrong.
 */
export class StatedShapes {
  /** The first layer that was guessed. */
  #guess: string | undefined;
  #difference: string | undefined;

  /** Says that what the layer at `where` does is a guess. */
  guess(where: string): void {
    this.#guess ??= where;
  }

  /**
   * Compares a tensor with the shape that the file states for it, if it does.
   *
   * @param what the tensor in words: `conv1`
   * @throws ClsaCimError where they differ behind a guess, and agreed so far
   */
  compare(what: string, { dims }: Tensor, stated: OpenShape | undefined): void {
    if (stated === undefined || this.#difference !== undefined) return;
    const fits = stated.every((size, axis) => axis === 0 || size === null || size === dims[axis]);
    if (fits && stated.length === dims.length) return;
    const shape = `[${stated.map((size) => size ?? '?').join(', ')}]`;
    if (this.#guess !== undefined) {
      throw new ClsaCimError(
        `${this.#guess}: it cannot work position by position: ${what} would have the shape ` +
          `[${dims.join(', ')}], and the file says ${shape}; replace it by layers that are known`,
      );
    }
    this.#difference =
      `the file says that ${what} has the shape ${shape}, but its layers give [${dims.join(', ')}], which is ` +
      'taken; the file may have been changed, or its layers built for another input';
  }

  /** One sentence for the user where stated shapes are wrong. */
  warning(): string | undefined {
    return this.#difference;
  }
}

/** What the file gives as a shape, if it is one. */
export function statedShape(value: unknown): OpenShape | undefined {
  const isShape =
    Array.isArray(value) && value.every((size: unknown) => size === null || typeof size === 'number');
  return isShape ? (value as OpenShape) : undefined;
}
