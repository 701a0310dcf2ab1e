import { describe, expect, test } from 'vitest';
import { NetworkBuilder } from '../../src/network/builder.ts';
import { reshape, transpose } from '../../src/network/operators/index.ts';
import { constant } from '../../src/network/tensor.ts';

test('a constant stays one: its values in other dimensions, and nothing else', () => {
  const b = new NetworkBuilder('test');
  const values = [1, 2, 3, 4, 5, 6];
  expect(reshape(b, 'shape', constant([2, 3], values), [3, 2])).toStrictEqual(constant([3, 2], values));
  expect(reshape(b, 'shape', constant([2, 3]), [6])).toStrictEqual(constant([6]));
});

test('H and W go with their axes where a tensor is transposed, and none stays none', () => {
  const b = new NetworkBuilder('test');
  const lies = (h: number, w: number) => transpose(b.input('x', { dims: [4, 5, 6], h, w }), [2, 0, 1]);
  expect(lies(0, 2)).toMatchObject({ dims: [6, 4, 5], h: 1, w: 0 });
  expect(lies(-1, 1)).toMatchObject({ h: -1, w: 2 });
  expect(lies(2, -1)).toMatchObject({ h: 0, w: -1 });
});

describe('the layer that an arrangement needs at last', () => {
  /** What the layers are called where a map of 5 x 4 is given these shapes, one after the other, and is the output. */
  const names = (...shapes: [name: string, dims: number[]][]) => {
    const b = new NetworkBuilder('test');
    const x = b.input('x', { dims: [1, 5, 4, 8], h: 1, w: 2 });
    b.output(shapes.reduce((tensor, [name, dims]) => reshape(b, name, tensor, dims), x));
    return b.build().layers.map(({ name }) => name);
  };

  test('has the name of the reshape that made it', () => {
    expect(names(['tokens', [1, 20, 8]])).toEqual(['x', 'tokens']);
    expect(names(['tokens', [1, 20, 8]], ['halves', [1, 20, 2, 4]])).toEqual(['x', 'halves']);
    expect(names(['tokens', [1, 20, 8]], ['pairs', [10, 2, 8]])).toEqual(['x', 'pairs']);
  });

  test('keeps it where axes of size 1 come and go', () => {
    expect(names(['tokens', [1, 20, 8]], ['squeeze', [20, 8]])).toEqual(['x', 'tokens']);
    expect(names(['tokens', [20, 8]], ['unsqueeze', [1, 20, 1, 8]])).toEqual(['x', 'tokens']);
  });

  test('keeps no name of sizes that happen to be as many axes of 1', () => {
    expect(names(['tokens', [1, 20, 8]], ['merge', [1, 160]])).toEqual(['x', 'merge']);
  });
});
