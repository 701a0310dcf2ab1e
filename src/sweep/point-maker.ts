import { createGrid, digitsOf, type Grid, valuesAt } from './grid.ts';
import { keyMaker } from './key.ts';
import type { Manifest } from './manifest.ts';
import { isLoadParameter } from './parameters.ts';
import type { Point, Values } from './point.ts';

/** A point and its number in the grid. */
export interface PlannedPoint extends Point {
  readonly index: number;
}

/** Makes the points of a sweep from their numbers in its grid. Whoever has the manifest makes the same. */
export class PointMaker {
  readonly #grid: Grid;
  readonly #keyOf: ReturnType<typeof keyMaker>;
  /** Axes that say which network it is: that of models, and those that models are loaded with. */
  readonly #networkAxes: readonly number[];
  readonly #digits: Int32Array;

  constructor(manifest: Manifest) {
    this.#grid = createGrid(manifest.axes);
    this.#keyOf = keyMaker(manifest);
    this.#networkAxes = manifest.axes.flatMap(({ names }, i) =>
      i === 0 || names.some(isLoadParameter) ? [i] : [],
    );
    this.#digits = new Int32Array(manifest.axes.length);
  }

  /** The point of this number. */
  at(index: number): PlannedPoint {
    const parameters = this.parametersAt(index);
    const digits = this.#digits;
    let network = 0;
    for (const axis of this.#networkAxes) {
      network = network * this.#grid.axes[axis]!.rows.length + digits[axis]!;
    }
    const architecture = digits[1]!;
    return { index, network, architecture, parameters, key: this.#keyOf(network, architecture, parameters) };
  }

  /** Its parameters alone. */
  parametersAt(index: number): Values {
    digitsOf(this.#grid, index, this.#digits);
    return valuesAt(this.#grid, this.#digits);
  }
}
