import { short } from './svg-element.ts';

/** So many shapes are told apart. */
const SHAPES = 6;

/** What a series looks like where there is no colour: square, disc, triangle, diamond, cross, triangle that stands on its tip. */
export function shapePath(number: number, x: number, y: number, radius: number): string {
  const polygon = (...corners: readonly (readonly [number, number])[]) =>
    `M${corners.map(([dx, dy]) => `${short(x + dx * radius)},${short(y + dy * radius)}`).join('L')}Z`;
  switch (number % SHAPES) {
    case 0:
      return `M${short(x - radius)},${short(y)}a${short(radius)},${short(radius)},0,1,0,${short(2 * radius)},0a${short(radius)},${short(radius)},0,1,0,${short(-2 * radius)},0Z`;
    case 1:
      return polygon([-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]);
    case 2:
      return polygon([0, -1.2], [1.1, 0.8], [-1.1, 0.8]);
    case 3:
      return polygon([0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]);
    case 4:
      return polygon(
        [-1.2, -0.4],
        [-0.4, -0.4],
        [-0.4, -1.2],
        [0.4, -1.2],
        [0.4, -0.4],
        [1.2, -0.4],
        [1.2, 0.4],
        [0.4, 0.4],
        [0.4, 1.2],
        [-0.4, 1.2],
        [-0.4, 0.4],
        [-1.2, 0.4],
      );
    default:
      return polygon([0, 1.2], [1.1, -0.8], [-1.1, -0.8]);
  }
}
