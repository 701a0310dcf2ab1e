import type { ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

/** Blocks of a gated MLP (Shazeer, 2020) without biases, with root mean square norms written out. */
export function swiglu(): ModelSpec {
  const [tokens, size, wide] = [12, 40, 104];
  const net = new Net({ x: [1, tokens, size] }, [size]);
  const dense = (x: string, to: number) =>
    net.add('MatMul', [x, net.weights([net.channels(x), to], net.channels(x))], {}, to);
  const norm = (x: string) => {
    const squares = net.add('ReduceMean', [net.add('Pow', [x, net.scalar(2)])], { axes: [-1], keepdims: 1 });
    const root = net.add('Sqrt', [net.add('Add', [squares, net.scalar(1e-6)])]);
    const normed = net.add('Mul', [x, net.add('Reciprocal', [root])], {}, size);
    return net.add('Mul', [normed, net.uniform([size], 0.5, 1.5)]);
  };
  let x = 'x';
  for (let block = 0; block < 2; block++) {
    const normed = norm(x);
    const gated = net.add('Mul', [net.swish(dense(normed, wide)), dense(normed, wide)]);
    x = net.add('Add', [x, dense(gated, size)]);
  }
  return net.spec([norm(x)]);
}
