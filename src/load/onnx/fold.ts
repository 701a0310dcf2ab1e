import { elements, isConstant } from '../../network/tensor.ts';
import type { NodeContext } from './node-context.ts';
import { gatherIndices, padAmounts, reducedAxes, sliceRanges, splitSizes } from './operators/arguments.ts';
import { type ElementType, elementType, MAX_VALUES } from './tensor-data.ts';
import type { Value } from './value.ts';

/**
 * Computes the values of the outputs, whose shapes are known already. Small constants only: this is for
 * the arithmetic that exporters do on shapes.
 */
type Folder = (node: NodeContext, outputs: readonly Value[]) => readonly (readonly number[])[];

/** Adds the values to outputs that are small constants computed from small constants with known values. */
export function fold(key: string, node: NodeContext, outputs: readonly Value[]): readonly Value[] {
  if (!Object.hasOwn(folders, key)) return outputs;
  const known = node.inputs.every((input) => input === undefined || input.values !== undefined);
  const wanted = outputs.every(
    (output) => isConstant(output) && output.values === undefined && elements(output.dims) <= MAX_VALUES,
  );
  if (!known || !wanted) return outputs.map((output) => withType(key, node, output));
  const results = folders[key]!(node, outputs);
  return outputs.map((output, i) => {
    const typed = withType(key, node, output);
    const values = results[i];
    return values === undefined ? typed : { ...typed, values: rounded(values, typed.type ?? 'float32') };
  });
}

/** The type of an output: that of the first input, but for the few that say otherwise. */
function withType(key: string, node: NodeContext, output: Value): Value {
  if (!isConstant(output) || output.type !== undefined) return output;
  const type = key in typeOf ? typeOf[key]!(node) : node.optional(0)?.type;
  return type === undefined ? output : { ...output, type };
}

const integer = (): ElementType => 'integer';

const typeOf: Readonly<Record<string, (node: NodeContext) => ElementType | undefined>> = {
  Cast: (node) => elementType(node.int('to', 1)),
  CastLike: (node) => node.optional(1)?.type,
  Where: (node) => node.optional(1)?.type,
  ...Object.fromEntries(
    [
      'Equal',
      'Greater',
      'GreaterOrEqual',
      'Less',
      'LessOrEqual',
      'Not',
      'And',
      'Or',
      'Xor',
      'ArgMax',
      'ArgMin',
    ]
      .concat(['IsNaN', 'IsInf'])
      .map((op) => [op, integer]),
  ),
};

/** Results as their type holds them. */
function rounded(values: readonly number[], type: ElementType): readonly number[] {
  if (type === 'float64') return values;
  return values.map(type === 'integer' ? Math.trunc : Math.fround);
}

/** Calls `at` with the index of every element of a tensor, in row-major order. */
function everyIndex(dims: readonly number[], at: (index: readonly number[]) => number): number[] {
  const index = new Array<number>(dims.length).fill(0);
  return Array.from({ length: elements(dims) }, (_, i) => {
    if (i > 0) {
      let axis = dims.length - 1;
      while (++index[axis]! === dims[axis]) index[axis--] = 0;
    }
    return at(index);
  });
}

/** Reads a tensor at an index of a result that it is broadcast to. */
function broadcastReader(value: Value): (index: readonly number[]) => number {
  const { dims } = value;
  const values = value.values!;
  return (index) => {
    let at = 0;
    const skipped = index.length - dims.length;
    for (let axis = 0; axis < dims.length; axis++) {
      at = at * dims[axis]! + (dims[axis] === 1 ? 0 : index[axis + skipped]!);
    }
    return values[at]!;
  };
}

/** A folder for an operator that works element by element on any number of broadcast operands. */
function perElement(compute: (...operands: number[]) => number): Folder {
  return (node, [output]) => {
    const readers = node.present().map(broadcastReader);
    return [everyIndex(output!.dims, (index) => compute(...readers.map((read) => read(index))))];
  };
}

const pairwise = (compute: (a: number, b: number) => number) =>
  perElement((...operands) => operands.reduce((a, b) => compute(a, b)));

const truth = (value: boolean) => (value ? 1 : 0);

/** Division of integers drops the rest. */
const divide: Folder = (node, outputs) => {
  const whole = node.input(0).type === 'integer';
  return perElement((a, b) => (whole ? Math.trunc(a / b) : a / b))(node, outputs);
};

/** With `fmod` the sign is the dividend's, otherwise the divisor's. */
const modulo: Folder = (node, outputs) =>
  perElement((a, b) => (node.int('fmod', 0) || a % b === 0 || a < 0 === b < 0 ? a % b : (a % b) + b))(
    node,
    outputs,
  );

/** Halves go to the even neighbour. */
function roundHalfEven(value: number): number {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}

/** The same values in the same order, in another shape. */
const keep: Folder = (node) => [node.input(0).values!];

/** Each element of the output is one of the first input: where, is said by its index. */
function picks(source: (node: NodeContext) => (index: readonly number[]) => readonly number[]): Folder {
  return (node, [output]) => {
    const read = broadcastReader(node.input(0));
    return [
      everyIndex(
        output!.dims,
        (
          (from) => (index) =>
            read(from(index))
        )(source(node)),
      ),
    ];
  };
}

/** Combines all values along the reduced axes. */
function reduction(combine: (values: readonly number[]) => number): Folder {
  return (node, [output]) => {
    const input = node.input(0);
    const axes = reducedAxes(node, input.dims.length);
    const groups = new Map<number, number[]>();
    const kept = input.dims.map((size, axis) => (axes.includes(axis) ? 1 : size));
    let i = 0;
    everyIndex(input.dims, (index) => {
      const group = index.reduce(
        (at, position, axis) => at * kept[axis]! + (kept[axis] === 1 ? 0 : position),
        0,
      );
      const values = groups.get(group) ?? [];
      values.push(input.values![i++]!);
      groups.set(group, values);
      return 0;
    });
    return [Array.from({ length: elements(output!.dims) }, (_, group) => combine(groups.get(group) ?? []))];
  };
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const product = (values: readonly number[]) => values.reduce((a, b) => a * b, 1);
const largest = (values: readonly number[]) =>
  values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
const smallest = (values: readonly number[]) =>
  values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);

const concatenation: Folder = (node, [output]) => {
  const parts = node.present();
  const axis = node.axis(node.int('axis', 1), output!.dims.length);
  const values = everyIndex(output!.dims, (index) => {
    let position = index[axis]!;
    const part = parts.find(({ dims }) => {
      if (position < dims[axis]!) return true;
      position -= dims[axis]!;
      return false;
    })!;
    return broadcastReader(part)(index.with(axis, position));
  });
  return [values];
};

const splitting: Folder = (node, outputs) => {
  const input = node.input(0);
  const axis = node.axis(node.int('axis', 0), input.dims.length);
  const read = broadcastReader(input);
  let start = 0;
  return splitSizes(node, input.dims[axis]!).map((size, i) => {
    const first = start;
    start += size;
    return everyIndex(outputs[i]!.dims, (index) => read(index.with(axis, index[axis]! + first)));
  });
};

const gathering: Folder = picks((node) => {
  const axis = node.axis(node.int('axis', 0), node.input(0).dims.length);
  const indices = node.input(1);
  const at = broadcastReader({ ...indices, values: gatherIndices(node, node.input(0).dims[axis]!) });
  const { length } = indices.dims;
  return (index) => [
    ...index.slice(0, axis),
    at(index.slice(axis, axis + length)),
    ...index.slice(axis + length),
  ];
});

const slicing: Folder = picks((node) => {
  const ranges = sliceRanges(node);
  return (index) => index.map((position, axis) => ranges[axis]!.start + position * ranges[axis]!.step);
});

const padding: Folder = (node, [output]) => {
  if (node.text('mode', 'constant') !== 'constant') return [];
  const input = node.input(0);
  const amounts = padAmounts(node);
  const read = broadcastReader(input);
  const fill = node.optional(2)?.values?.[0] ?? 0;
  const values = everyIndex(output!.dims, (index) => {
    const from = index.map((position, axis) => position - amounts[axis]!.before);
    return from.every((position, axis) => position >= 0 && position < input.dims[axis]!) ? read(from) : fill;
  });
  return [values];
};

const cast: Folder = (node) => {
  const BOOL = 9;
  const values = node.input(0).values!;
  return [node.int('to', 1) === BOOL ? values.map((value) => truth(value !== 0)) : values];
};

const folders: Readonly<Record<string, Folder>> = {
  Add: pairwise((a, b) => a + b),
  Sub: pairwise((a, b) => a - b),
  Mul: pairwise((a, b) => a * b),
  Div: divide,
  Mod: modulo,
  Pow: pairwise((a, b) => a ** b),
  Max: pairwise((a, b) => Math.max(a, b)),
  Min: pairwise((a, b) => Math.min(a, b)),
  Sum: pairwise((a, b) => a + b),
  Neg: perElement((a) => -a),
  Abs: perElement(Math.abs),
  Sign: perElement(Math.sign),
  Floor: perElement(Math.floor),
  Ceil: perElement(Math.ceil),
  Round: perElement(roundHalfEven),
  Sqrt: perElement(Math.sqrt),
  Exp: perElement(Math.exp),
  Log: perElement(Math.log),
  Reciprocal: perElement((a) => 1 / a),
  Clip: (node, outputs) => {
    const low = node.optional(1)?.values?.[0] ?? node.attribute('min')?.float ?? Number.NEGATIVE_INFINITY;
    const high = node.optional(2)?.values?.[0] ?? node.attribute('max')?.float ?? Number.POSITIVE_INFINITY;
    return perElement((a) => Math.min(Math.max(a, low), high))(node, outputs);
  },
  Equal: perElement((a, b) => truth(a === b)),
  Greater: perElement((a, b) => truth(a! > b!)),
  GreaterOrEqual: perElement((a, b) => truth(a! >= b!)),
  Less: perElement((a, b) => truth(a! < b!)),
  LessOrEqual: perElement((a, b) => truth(a! <= b!)),
  Not: perElement((a) => truth(a === 0)),
  And: perElement((a, b) => truth(a !== 0 && b !== 0)),
  Or: perElement((a, b) => truth(a !== 0 || b !== 0)),
  Xor: perElement((a, b) => truth((a !== 0) !== (b !== 0))),
  Where: perElement((condition, a, b) => (condition ? a : b)),
  IsNaN: perElement((a) => truth(Number.isNaN(a))),
  IsInf: perElement((a) => truth(Math.abs(a) === Number.POSITIVE_INFINITY)),
  Cast: cast,
  CastLike: keep,
  Identity: keep,
  Reshape: keep,
  Flatten: keep,
  Squeeze: keep,
  Unsqueeze: keep,
  Transpose: picks((node) => {
    const rank = node.input(0).dims.length;
    const permutation = node.ints('perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
    return (index) => Array.from({ length: rank }, (_, axis) => index[permutation.indexOf(axis)]!);
  }),
  Expand: picks(() => (index) => index),
  Tile: picks((node) => {
    const { dims } = node.input(0);
    return (index) => index.map((position, axis) => position % dims[axis]!);
  }),
  Concat: concatenation,
  Split: splitting,
  Gather: gathering,
  Slice: slicing,
  Pad: padding,
  ReduceSum: reduction(sum),
  ReduceProd: reduction(product),
  ReduceMax: reduction(largest),
  ReduceMin: reduction(smallest),
  ReduceMean: reduction((values) => sum(values) / values.length),
};
