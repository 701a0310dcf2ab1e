import type { ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

/** Two heads at two sizes (TinyYOLOv3): leaky activations, pooling of stride 1, a map upsampled by repetition. */
export function tinyyolo(): ModelSpec {
  const net = new Net({ image: [1, 3, 32, 32] });
  const layer = (x: string, to: number, kernel: number) =>
    net.add('LeakyRelu', [net.convNorm(x, to, kernel)], { alpha: { float: 0.1 } });
  const half = (x: string) => net.pool('MaxPool', x, 2, 2);
  const route = layer(half(layer(half(layer('image', 8, 3)), 12, 3)), 16, 3);
  const pooled = net.pool('MaxPool', layer(half(route), 24, 3), 2, 1, [0, 0, 1, 1]);
  const neck = layer(layer(pooled, 24, 3), 16, 1);
  const coarse = net.conv(layer(neck, 24, 3), 21, 1);
  const upsampled = net.add(
    'Resize',
    [layer(neck, 8, 1), '_', net.tensor({ dims: [4], floats: [1, 1, 2, 2] })],
    {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    },
  );
  const fine = net.conv(layer(net.concat([upsampled, route]), 16, 3), 21, 1);
  return net.spec([coarse, fine]);
}
