import { type Reads, SAME } from '../reads.ts';
import { listed } from './listed.ts';

/** A function that weighs the positions around a coordinate. */
interface Kernel {
  /** Positions as far away as this and farther weigh nothing. */
  readonly radius: number;
  /** Those at a whole distance other than 0 weigh nothing either. */
  readonly vanishesAtWhole: boolean;
}

const KERNELS = {
  linear: { radius: 1, vanishesAtWhole: true },
  cubic: { radius: 2, vanishesAtWhole: true },
  mitchell: { radius: 2, vanishesAtWhole: false },
  gaussian: { radius: 1.5, vanishesAtWhole: false },
  lanczos3: { radius: 3, vanishesAtWhole: true },
  lanczos5: { radius: 5, vanishesAtWhole: true },
} as const satisfies Record<string, Kernel>;

/** How the values between positions are found: the nearest one, or all around weighed by a kernel. */
export type Interpolation = 'nearest' | keyof typeof KERNELS;

/**
 * What the positions of a direction read that is resized (spec.md section 4), exactly: nearest
 * `floor(position / f)` with `f` = output / input; a kernel, which lies over half-pixel centres, the positions with a
 * weight other than 0.
 *
 * @param antialias Where a map shrinks, the kernel is as much wider.
 */
export function interpolated(
  name: string,
  sizes: { readonly input: number; readonly output: number },
  mode: Interpolation,
  antialias = false,
): Reads {
  const { input, output } = sizes;
  if (input === output) return SAME;
  if (mode === 'nearest') return listed(name, output, 1, (p) => [Math.floor((p * input) / output)]);
  const { radius, vanishesAtWhole } = KERNELS[mode];
  // Distances in units of 1 / (2 · output) positions of the input, which makes whole numbers of all of them.
  const whole = 2 * (antialias ? Math.max(input, output) : output);
  const reach = radius * whole;
  return listed(name, output, Math.ceil(reach / output), (p) => {
    const centre = (2 * p + 1) * input;
    const first = Math.max(0, Math.ceil((centre - reach) / (2 * output) - 0.5));
    const read: number[] = [];
    for (let q = first; q < input; q++) {
      const offset = (2 * q + 1) * output - centre;
      if (offset >= reach) break;
      const vanishes = vanishesAtWhole && offset !== 0 && offset % whole === 0;
      if (offset > -reach && !vanishes) read.push(q);
    }
    return read;
  });
}
