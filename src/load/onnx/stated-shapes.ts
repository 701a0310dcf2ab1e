import { ClsaCimError } from '../../errors.ts';
import type { Dimension, GraphInput } from './model.ts';
import { shown } from './node-context.ts';

/** The dimensions that the file states for the tensors of a graph, by name. */
export type StatedDims = ReadonlyMap<string, readonly Dimension[]>;

/** What the file says of a tensor's dimensions, and what its operators make of it. */
interface Difference {
  /** Where the tensor comes from, in words. */
  readonly where: string;
  readonly name: string;
  readonly stated: readonly Dimension[];
  readonly dims: readonly number[];
}

/**
 * Compares the shapes that a file states (`value_info`, the shapes of its outputs) with those that its operators
 * give. Exporters and tools that change a model leave old ones behind, so that the operators are right where the two
 * differ, and one warning says so; ONNX Runtime does the same. A shape that stands behind an operator that is not
 * known is another matter: there the guess is wrong.
 */
export class StatedShapes {
  readonly #batch: number;
  readonly #batchIsOpen: boolean;
  /** What was guessed, in words; empty while nothing was. */
  #guess = '';
  #first: Difference | undefined;
  #count = 0;

  /**
   * @param inputs those of the whole network, which say whether the batch is open.
   * @param batch what the file says the batch is; it counts as 1 (spec.md section 2).
   */
  constructor(inputs: readonly GraphInput[], batch: number) {
    this.#batch = batch;
    this.#batchIsOpen = inputs.some(({ dims = [] }) => dims.length > 1 && !isStated(dims[0]));
  }

  /** Says that the operator at `where` is not known, and what it is taken for is a guess. */
  guess(where: string): void {
    this.#guess ||= where;
  }

  /**
   * Compares the shape of an output of the node at `where` with the one that is stated for its name.
   *
   * @throws ClsaCimError where they differ behind a guess, and agreed so far.
   */
  compare(where: string, name: string, dims: readonly number[], statedDims: StatedDims): void {
    const stated = statedDims.get(name);
    if (stated === undefined || this.#agrees(stated, dims)) return;
    if (this.#guess !== '' && (this.#first === undefined || this.#guess === where)) {
      throw new ClsaCimError(
        `${this.#guess}: it cannot be element-wise: ${name} would have the shape ${shown(dims)}, and the file says ` +
          `${shownStated(stated)}; replace it by operators that are known`,
      );
    }
    this.#first ??= { where, name, stated, dims };
    this.#count += 1;
  }

  /** One sentence for the user where stated shapes are wrong. */
  warning(): string | undefined {
    if (this.#first === undefined) return undefined;
    const { where, name, stated, dims } = this.#first;
    const others = this.#count === 1 ? '' : `, and so for ${this.#count - 1} more`;
    return (
      `${where}: the file says that ${name} has the shape ${shownStated(stated)}, but its operators give ` +
      `${shown(dims)}, which is taken${others}; the file may have been changed since its shapes were written`
    );
  }

  /**
   * True where every size that is stated is the computed one, or that times the batch that the file gives. No
   * dimensions at all is how some exporters write that they know none.
   */
  #agrees(stated: readonly Dimension[], dims: readonly number[]): boolean {
    if (stated.length === 0) return true;
    if (stated.length !== dims.length) return false;
    return stated.every((dimension, axis) => {
      if (!isStated(dimension)) return true;
      const size = dims[axis]!;
      if (dimension.size === size || dimension.size === size * this.#batch) return true;
      return axis === 0 && size === 1 && this.#batchIsOpen;
    });
  }
}

function isStated(dimension: Dimension | undefined): dimension is Dimension & { size: number } {
  return dimension?.size !== undefined && dimension.size > 0;
}

function shownStated(dims: readonly Dimension[]): string {
  return `[${dims.map(({ size, name }) => size ?? name ?? '?').join(', ')}]`;
}
