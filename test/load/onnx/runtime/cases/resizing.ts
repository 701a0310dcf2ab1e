import { floats, ints } from '../../onnx-writer.ts';
import type { OperatorCase } from '../case.ts';
import { combinations, one } from './one.ts';

const transformations = [
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_half_pixel_for_nn',
];
const roundings = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'];

/** Up and down, whole and broken, by scales and by sizes. */
const targets = {
  'up by 2 and 3': { scales: [2, 3] },
  'up by 4': { scales: [4, 4] },
  'up by 1.3 and 1.7': { scales: [1.3, 1.7] },
  'down by 0.5 and 0.7': { scales: [0.5, 0.7] },
  'down to 3 x 4': { sizes: [3, 4] },
  'up to 9 x 11': { sizes: [9, 11] },
  'to 1 x 8': { sizes: [1, 8] },
} as const;

const x = [1, 2, 5, 6];

function resize(
  target: keyof typeof targets,
  attributes: Record<string, string | number | { float: number }>,
  opset: number,
): OperatorCase {
  const { scales = [], sizes }: { scales?: readonly number[]; sizes?: readonly number[] } = targets[target];
  return one('Resize', attributes, {
    x,
    opset,
    note: target,
    inputs: sizes ? 'x _ _ s' : 'x _ s',
    initializers: { s: sizes ? ints(1, 2, ...sizes) : floats(1, 1, ...scales) },
  });
}

const names = Object.keys(targets) as (keyof typeof targets)[];

const nearest = combinations({
  target: names,
  coordinate_transformation_mode: transformations,
  nearest_mode: roundings,
})
  .filter(({ coordinate_transformation_mode: mode }) => mode !== 'half_pixel_symmetric')
  .map(({ target, ...attributes }) => resize(target, { mode: 'nearest', ...attributes }, 13));

const interpolated = combinations({
  target: names,
  mode: ['linear', 'cubic'],
  coordinate_transformation_mode: transformations,
})
  .filter(({ mode, coordinate_transformation_mode: t }) => t !== 'tf_half_pixel_for_nn' || mode === 'linear')
  .map(({ target, ...attributes }) =>
    resize(
      target,
      attributes,
      attributes.coordinate_transformation_mode === 'half_pixel_symmetric' ? 19 : 13,
    ),
  );

const newer = [
  ...combinations({ target: names, nearest_mode: roundings }).map(({ target, nearest_mode }) =>
    resize(
      target,
      { mode: 'nearest', coordinate_transformation_mode: 'half_pixel_symmetric', nearest_mode },
      19,
    ),
  ),
  ...combinations({ target: names, mode: ['linear', 'cubic'] }).map(({ target, mode }) =>
    resize(target, { mode, antialias: 1 }, 18),
  ),
  resize('up by 1.3 and 1.7', { mode: 'cubic', exclude_outside: 1 }, 13),
  resize('down by 0.5 and 0.7', { mode: 'cubic', exclude_outside: 1, cubic_coeff_a: { float: -0.5 } }, 13),
  ...combinations({ mode: ['nearest', 'linear'], policy: ['not_larger', 'not_smaller'] }).map(
    ({ mode, policy }) =>
      one(
        'Resize',
        { mode, keep_aspect_ratio_policy: policy, axes: [2, 3] },
        { x, opset: 18, inputs: 'x _ _ s', initializers: { s: ints(8, 8) } },
      ),
  ),
  one('Resize', { axes: [3] }, { x, opset: 18, inputs: 'x _ s', initializers: { s: floats(1.5) } }),
  one(
    'Resize',
    { axes: [3, 2], mode: 'linear' },
    { x, opset: 18, inputs: 'x _ s', initializers: { s: floats(1.5, 2) } },
  ),
  one(
    'Resize',
    { mode: 'linear', coordinate_transformation_mode: 'half_pixel' },
    { x, opset: 13, inputs: 'x _ s', initializers: { s: floats(1, 1, 1, 1) }, note: 'as large as before' },
  ),
  one(
    'Resize',
    { mode: 'nearest', coordinate_transformation_mode: 'half_pixel', nearest_mode: 'ceil' },
    { x, opset: 13, inputs: 'x _ s', initializers: { s: floats(1, 1, 1.1, 1.05) }, note: 'hardly larger' },
  ),
  one(
    'Resize',
    { mode: 'nearest' },
    { x, opset: 13, inputs: 'x _ s', initializers: { s: floats(1, 2, 1, 2) }, note: 'channels too' },
  ),
  ...['nearest', 'linear', 'cubic'].map((mode) =>
    one(
      'Resize',
      { mode, coordinate_transformation_mode: 'tf_crop_and_resize', extrapolation_value: { float: 9 } },
      {
        x,
        opset: 13,
        inputs: 'x roi _ s',
        initializers: { roi: floats(0, 0, 0.1, 0.2, 1, 1, 0.8, 1.1), s: ints(1, 2, 7, 4) },
      },
    ),
  ),
];

/** Before opset 11 a Resize was an Upsample that can also shrink. */
const older = combinations({
  mode: ['nearest', 'linear'],
  scales: [
    [2, 3],
    [1.3, 1.7],
    [0.5, 0.7],
  ],
}).map(({ mode, scales }) =>
  one(
    'Resize',
    { mode },
    { x, opset: 10, initializers: { s: floats(1, 1, ...scales) }, note: `by ${scales}` },
  ),
);

const upsampled = [
  ...combinations({
    mode: ['nearest', 'linear'],
    scales: [
      [2, 3],
      [1.3, 1.7],
    ],
  }).flatMap(({ mode, scales }) => [
    one(
      'Upsample',
      { mode },
      { x, opset: 9, initializers: { s: floats(1, 1, ...scales) }, note: `by ${scales}` },
    ),
    one('Upsample', { mode, scales: { floats: [1, 1, ...scales] } }, { x, opset: 7 }),
  ]),
];

const blocks = [
  one('DepthToSpace', { blocksize: 2 }, { x: [1, 8, 3, 4] }),
  one('DepthToSpace', { blocksize: 2, mode: 'CRD' }, { x: [1, 8, 3, 4] }),
  one('DepthToSpace', { blocksize: 3, mode: 'DCR' }, { x: [1, 9, 3, 2] }),
  one('SpaceToDepth', { blocksize: 2 }, { x: [1, 2, 4, 6] }),
  one('SpaceToDepth', { blocksize: 3 }, { x: [1, 2, 6, 9] }),
];

/** Other numbers of positions. */
export const resizing: readonly OperatorCase[] = [
  ...nearest,
  ...interpolated,
  ...newer,
  ...older,
  ...upsampled,
  ...blocks,
];
