import type { ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

/** Down and up again (Ronneberger et al., 2015): by a transposed convolution first, then by interpolation. */
export function unet(): ModelSpec {
  const net = new Net({ image: [1, 3, 24, 24] });
  const twice = (x: string, to: number) => net.relu(net.convNorm(net.relu(net.convNorm(x, to, 3)), to, 3));
  const top = twice('image', 8);
  const middle = twice(net.pool('MaxPool', top, 2, 2), 12);
  const bottom = twice(net.pool('MaxPool', middle, 2, 2), 16);
  const kernels = net.weights([16, 12, 2, 2], 16);
  const transposed = net.add(
    'ConvTranspose',
    [bottom, kernels, net.uniform([12], -0.2, 0.2)],
    { strides: [2, 2] },
    12,
  );
  const up = twice(net.concat([middle, transposed]), 12);
  const resized = net.add('Resize', [up, '_', net.tensor({ dims: [4], floats: [1, 1, 2, 2] })], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  });
  return net.spec([net.conv(twice(net.concat([top, resized]), 8), 2, 1)]);
}
