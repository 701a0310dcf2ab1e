import { describe, expect, test } from 'vitest';
import { paper } from '../../../src/architecture/presets.ts';
import { ClsaCimError } from '../../../src/errors.ts';
import { type Placement, simulate, snake } from '../../../src/simulate/index.ts';
import { zooNetwork } from '../../../src/zoo/index.ts';

const network = zooNetwork('tinyyolov4');
const mesh = { ...paper, chip: { meshRows: 4, meshColumns: 4, pesPerTile: 12, clockNs: 10 } };

function errorOf(placement: unknown): ClsaCimError {
  try {
    simulate(network, mesh, { granularity: 'row', placement: placement as Placement });
  } catch (error) {
    expect(error).toBeInstanceOf(ClsaCimError);
    if (error instanceof ClsaCimError) return error;
  }
  throw new Error('nothing was thrown');
}

describe('a placement of the user', () => {
  test('cannot change what it is given', () => {
    expect(
      errorOf((layers: object[], tiles: never) => {
        layers.reverse();
        return snake(layers as never, tiles);
      }).message,
    ).toMatch(/^the placement failed: .*; what it is given is read-only, so sort or change a copy of it$/);
    expect(
      errorOf((layers: never, tiles: { pesPerTile: number[] }) => {
        tiles.pesPerTile[0] = 1000;
        return snake(layers, tiles as never);
      }).message,
    ).toMatch(/^the placement failed: /);
  });

  test('that calls ours is as good as ours', () => {
    const own = simulate(network, mesh, { granularity: 'row', placement: (l, t) => snake(l, t) });
    expect(own.cycles).toBe(simulate(network, mesh, { granularity: 'row' }).cycles);
  });

  test('that gives what throws when it is looked at is at fault', () => {
    const get = () => {
      throw new Error('do not look');
    };
    expect(errorOf(() => new Proxy([], { get }))).toMatchObject({
      kind: 'input',
      message: 'the placement failed: do not look',
    });
  });

  test.each([
    [undefined, 'must give the base layers as a list, found nothing'],
    [[], 'has 0 of 21 base layers'],
    [new Array(21).fill(1), 'must give the copies of layer conv2d as a list, found 1'],
    [
      new Array(21).fill(new Array(1)),
      'must give the tiles of layer conv2d, copy 0 as a list, found nothing',
    ],
    [new Array(21).fill([[undefined]]), 'layer conv2d, copy 0: nothing is no tile'],
    [new Array(21).fill([[{ tile: 0, pes: '1' }]]), 'layer conv2d, copy 0: "1" PEs on tile 0'],
    [new Array(21).fill([[{ tile: 0, pes: 1 }]]), 'copy 0: has 1 of 2 PEs'],
  ])('that gives %j is refused', (given, message) => {
    expect(errorOf(() => given)).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(`the placement: `),
    });
    expect(errorOf(() => given).message).toContain(message);
  });
});
