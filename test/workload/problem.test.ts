import { describe, expect, test } from 'vitest';
import * as layout from '../../assembly/schedule/layout.ts';
import type { Edge, Layer, Network } from '../../src/network/network.ts';
import { ALL, type Reads, SAME } from '../../src/network/reads.ts';
import { lower, type Problem } from '../../src/workload/problem.ts';

const edge = (from: number, rows: Reads, columns: Reads): Edge => ({ from, rows, columns });

function layerOf(op: string, [height, width]: readonly [number, number], ...inputs: readonly Edge[]): Layer {
  const weights = op === 'Conv2D' ? { weights: { rows: 1, columns: 1, groups: 1 } } : {};
  return { name: op.toLowerCase(), op, shape: { height, width, channels: 1 }, inputs, ...weights };
}

const networkOf = (...layers: readonly Layer[]): Network => ({
  ...{ name: 'by hand', layers, outputs: [], warnings: [] },
});

const windows: Reads = { kind: 'window', kernel: 3, stride: 2, dilation: 1, padding: 4 };
const transposed: Reads = { kind: 'transposed', kernel: 5, stride: 3, dilation: 2, padding: -6 };

/** What one direction of an edge says, by the words of the layout. */
function readsAt(words: Int32Array, at: number): readonly number[] {
  const kind = words[at + layout.Reads.KIND]!;
  if (kind === layout.ReadsKind.LIST) {
    return [kind, words[at + layout.ListReads.POSITIONS]!, words[at + layout.ListReads.TAPS]!];
  }
  const { KERNEL, STRIDE, DILATION, PADDING } = layout.Reads;
  return [kind, ...[KERNEL, STRIDE, DILATION, PADDING].map((word) => words[at + word]!)];
}

/** The problem, word by word as assembly/schedule/layout.ts says. */
function read({ words }: Problem) {
  const { MAGIC, VERSION, LAYERS, EDGES, LIST_WORDS } = layout.Header;
  const [magic, version, layerCount, edgeCount, listWords] = [MAGIC, VERSION, LAYERS, EDGES, LIST_WORDS].map(
    (word) => words[word]!,
  );
  const { HEIGHT, WIDTH, IS_BASE, SET_HEIGHT, SET_WIDTH, COPIES, FIRST_EDGE, EDGE_COUNT } = layout.Layer;
  const edgesAt = layout.Header.WORDS + layerCount! * layout.Layer.WORDS;
  return {
    format: [magic, version],
    layers: Array.from({ length: layerCount! }, (_, i) =>
      [HEIGHT, WIDTH, IS_BASE, SET_HEIGHT, SET_WIDTH, COPIES, FIRST_EDGE, EDGE_COUNT].map(
        (word) => words[layout.Header.WORDS + i * layout.Layer.WORDS + word]!,
      ),
    ),
    edges: Array.from({ length: edgeCount! }, (_, i) => {
      const at = edgesAt + i * layout.Edge.WORDS;
      const from = words[at + layout.Edge.FROM]!;
      return [from, readsAt(words, at + layout.Edge.ROWS), readsAt(words, at + layout.Edge.COLUMNS)];
    }),
    lists: [...words.subarray(words.length - listWords!)],
    size: words.length - edgesAt - edgeCount! * layout.Edge.WORDS - listWords!,
  };
}

const { SAME: same, ALL: all, WINDOW: window, TRANSPOSED: reverse, LIST: list } = layout.ReadsKind;

describe('a problem is the network as the engine takes it', () => {
  /** Layers 1, 4 and 7 to 8 are read by no base layer. */
  const network = networkOf(
    layerOf('Input', [9, 8]),
    layerOf('Relu', [9, 8], edge(0, SAME, SAME)),
    layerOf('Conv2D', [5, 7], edge(0, windows, transposed)),
    layerOf('Up', [2, 3], edge(2, { kind: 'list', positions: [4, 3, 2, 1, 0, 0], taps: 2 }, ALL)),
    layerOf('Pool', [1, 1], edge(2, ALL, ALL)),
    layerOf('Add', [2, 3], edge(3, SAME, SAME), edge(2, ALL, { kind: 'list', positions: [6, 5] })),
    layerOf('Conv2D', [2, 3], edge(5, SAME, ALL)),
    layerOf('Relu', [2, 3], edge(6, SAME, SAME)),
    layerOf('Tanh', [2, 3], edge(7, SAME, SAME)),
  );

  test('with all layers that a base layer depends on, and what they read', () => {
    const problem = lower(network, { height: 2, width: 4 });
    expect(problem.granularity).toEqual({ height: 2, width: 4 });
    expect(problem.baseLayers).toEqual([1, 4]);
    expect(read(problem)).toEqual({
      format: [layout.Format.MAGIC, layout.Format.VERSION],
      // Height, width, base or not, height and width of sets, copies, first edge, edges.
      layers: [
        [9, 8, 0, 1, 1, 1, 0, 0],
        [5, 7, 1, 2, 4, 1, 0, 1],
        [2, 3, 0, 1, 1, 1, 1, 1],
        [2, 3, 0, 1, 1, 1, 2, 2],
        [2, 3, 1, 2, 3, 1, 4, 1],
      ],
      edges: [
        [0, [window, 3, 2, 1, 4], [reverse, 5, 3, 2, -6]],
        [1, [list, 0, 2], [all, 0, 0, 0, 0]],
        [2, [same, 0, 0, 0, 0], [same, 0, 0, 0, 0]],
        [1, [all, 0, 0, 0, 0], [list, 4, 1]],
        [3, [same, 0, 0, 0, 0], [all, 0, 0, 0, 0]],
      ],
      // Two rows of two positions each, of which the list has more; three columns, of which it has two.
      lists: [4, 3, 2, 1, 6, 5, -1],
      size: 0,
    });
  });

  test('with as many listed positions as there are rows, though the last list has more', () => {
    const rows: Reads = { kind: 'list', positions: [3, 2, 1, 0] };
    const layers = [layerOf('Input', [4, 4]), layerOf('Conv2D', [2, 4], edge(0, rows, SAME))];
    expect(read(lower(networkOf(...layers), 'pixel')).lists).toEqual([3, 2]);
  });

  test('with nothing where nothing has weights', () => {
    const problem = lower(networkOf(layerOf('Input', [2, 2])), 'pixel');
    expect(problem.baseLayers).toEqual([]);
    expect(read(problem)).toMatchObject({ layers: [], edges: [], lists: [], size: 0 });
  });
});

describe('figures of windows are whole numbers of 32 bits', () => {
  const most = 2 ** 31 - 1;
  const lowered = (figures: Partial<typeof windows>) => {
    const rows = { ...windows, ...figures } as Reads;
    return read(
      lower(networkOf(layerOf('Input', [4, 4]), layerOf('Conv2D', [4, 4], edge(0, rows, SAME))), 'row'),
    );
  };

  test('up to the largest, and padding down to the least', () => {
    expect(lowered({ kernel: most, stride: most, dilation: most, padding: most }).edges[0]![1]).toEqual([
      ...[window, most, most, most, most],
    ]);
    expect(lowered({ kernel: 1, stride: 1, dilation: 1, padding: -most }).edges[0]![1]).toEqual([
      ...[window, 1, 1, 1, -most],
    ]);
  });

  test.each([
    ...['kernel', 'stride', 'dilation'].flatMap((figure) =>
      [0, -1, 1.5, most + 1, Number.NaN].map((value) => [figure, value] as const),
    ),
    ...[-most - 1, 0.5, most + 1, Number.NaN].map((value) => ['padding', value] as const),
  ])('a %s of %d is refused', (figure, value) => {
    expect(() => lowered({ [figure]: value })).toThrow(
      expect.objectContaining({
        ...{ kind: 'input', code: 'INVALID_INPUT' },
        message: expect.stringMatching(new RegExp(`^layer conv2d .* its ${figure} is ${value};`)),
      }),
    );
  });
});
