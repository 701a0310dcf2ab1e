import type { Point } from './point.ts';
import type { PlannedPoint, PointMaker } from './point-maker.ts';

/** Points as they are sent to a thread: by their indices in the grid of its sweep, or one by one. */
export type SentPoints = Uint32Array | readonly Point[];

/** Points in an order, which are not all made at once. */
export interface PointList<Listed extends Point = Point> {
  readonly length: number;
  /** As they are sent to a thread. */
  readonly sent: SentPoints;
  /** The point at a position. */
  at(position: number): Listed;
  /** Those at some positions. */
  pick(positions: readonly number[]): PointList<Listed>;
}

/** Points of a grid. */
export class GridPoints implements PointList<PlannedPoint> {
  readonly #maker: PointMaker;
  readonly sent: Uint32Array;

  /** @param indices Their numbers in the grid. */
  constructor(maker: PointMaker, indices: Uint32Array) {
    this.#maker = maker;
    this.sent = indices;
  }

  get length(): number {
    return this.sent.length;
  }

  at(position: number): PlannedPoint {
    return this.#maker.at(this.sent[position]!);
  }

  pick(positions: readonly number[]): GridPoints {
    return new GridPoints(
      this.#maker,
      Uint32Array.from(positions, (position) => this.sent[position]!),
    );
  }
}

/** Points of whatever grid, as they come from a queue. */
export class GivenPoints implements PointList {
  readonly sent: readonly Point[];

  constructor(points: readonly Point[]) {
    this.sent = points;
  }

  get length(): number {
    return this.sent.length;
  }

  at(position: number): Point {
    return this.sent[position]!;
  }

  pick(positions: readonly number[]): GivenPoints {
    return new GivenPoints(positions.map((position) => this.sent[position]!));
  }
}

/** All points of a list. */
export function pointsOf<Listed extends Point>(list: PointList<Listed>): Listed[] {
  return Array.from({ length: list.length }, (_, position) => list.at(position));
}
