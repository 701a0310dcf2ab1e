import { ClsaCimError } from '../../errors.ts';
import { oneLine } from '../../input/show.ts';
import { gatherIndices } from '../../load/onnx/operators/arguments.ts';
import { elements } from '../../network/tensor.ts';
import { ConstantValues } from '../constant-values.ts';
import { INT64 } from '../data-types.ts';
import { Elementwise } from '../elementwise.ts';
import { LookUp } from '../look-up.ts';
import { firstPlaces } from '../movement.ts';
import { unfit } from '../not-executable.ts';
import type { Lowering, Lowerings, StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { plainLayout, storedPlaces } from '../value-layout.ts';
import { type RowMajor, Whole } from '../whole.ts';
import { picked, stridesOf, upTo } from './rearrangement.ts';
import { placesOf } from './shape.ts';
import { byAxes, chosen, reshapedLayout } from './view.ts';

/** Constant indices move values; the rows of a constant table are looked up, and anything else needs all of the data. */
const gather: Lowering = (step) => {
  const [data, indices] = [step.input(0), step.input(1)];
  const { dims } = data.layout;
  const axis = step.node.axis(step.node.int('axis', 0), dims.length);
  if (indices.store.isConstant) return [gathered(step, data, axis)];
  const output = step.value(step.layout(), [data, indices], data.store.dataType);
  if (data.store.isConstant && axis === 0) {
    ConstantValues.use(data.store, { kind: 'table' });
    new LookUp(output, indices, rowByRow(step, data), step.values, step.step.where);
    return [output];
  }
  const inner = elements(dims.slice(axis + 1));
  const size = dims[axis]!;
  new Whole(output, [data, indices], ([from, at]) => {
    const count = at!.values.length;
    return Float64Array.from({ length: elements(output.layout.dims) }, (_, i) => {
      const [outer, k, rest] = [Math.floor(i / (count * inner)), Math.floor(i / inner) % count, i % inner];
      return from!.values[(outer * size + within(step, at!.values[k]!, size)) * inner + rest]!;
    });
  });
  return [output];
};

function gathered(step: StepContext, data: StoredValue, axis: number): StoredValue {
  const { dims } = data.layout;
  // Values of small constants are at the node; those of large ones are read.
  const given =
    step.node.inputs[1]?.values === undefined ? step.given(1) : gatherIndices(step.node, dims[axis]!);
  const indices = Int32Array.from(given, (index) => within(step, index, dims[axis]!));
  const view = chosen(data, axis, indices);
  const layout = reshapedLayout(view.layout, step.layout().dims);
  return step.arranged(layout === undefined ? view : { layout, store: data.store }, step.layout());
}

/** A table in the order of its rows, as one of the file is. */
function rowByRow(step: StepContext, table: StoredValue): StoredValue {
  return step.arranged(table, plainLayout(table.layout.dims));
}

const indexIn = (index: number, size: number) => (index < 0 ? index + size : index);

/**
 * An index along an axis of so many positions, counted from its start.
 *
 * @throws ClsaCimError where there is none of this index.
 */
function within({ step }: StepContext, index: number, size: number): number {
  const position = indexIn(index, size);
  if (Number.isInteger(position) && position >= 0 && position < size) return position;
  throw new ClsaCimError(`${oneLine(step.where)}: index ${index} is out of range for ${size} positions`);
}

/** Which value of some operands, counted through in row-major order, each value of the output is. */
type Selection = (indices: ArrayLike<number>) => Int32Array;

/** Moves values by indices: in place where they are constant, or when all is there. */
function selected(
  step: StepContext,
  operands: readonly StoredValue[],
  indices: number,
  select: Selection,
): StoredValue {
  if (step.input(indices).store.isConstant) {
    const firsts = firstPlaces(operands);
    const places = operands.flatMap(({ layout }, i) => [
      ...storedPlaces(layout).map((place) => place + firsts[i]!),
    ]);
    return step.moved(
      step.layout(),
      operands,
      select(step.given(indices)).map((i) => places[i] ?? unfit()),
    );
  }
  const all = [...operands, step.input(indices)];
  const output = step.value(step.layout(), all);
  new Whole(output, all, (parts) => {
    const values = parts.slice(0, -1).flatMap((part) => [...part.values]);
    return Float64Array.from(select(parts.at(-1)!.values), (i) => values[i]!);
  });
  return output;
}

const gatherElements: Lowering = (step) => {
  const data = step.input(0);
  const { dims } = step.input(1).layout;
  const axis = step.node.axis(step.node.int('axis', 0), dims.length);
  return [selected(step, [data], 1, elementsAt(step, data.layout.dims, dims, axis))];
};

/** Where each index points along an axis, at its own place along the others. */
function elementsAt(
  step: StepContext,
  data: readonly number[],
  dims: readonly number[],
  axis: number,
): Selection {
  const own = picked(
    { dims: data, places: upTo(elements(data)) },
    dims.map((size, at) => (at === axis ? new Int32Array(size) : upTo(size))),
    -1,
  );
  const [size, stride] = [data[axis]!, stridesOf(data)[axis]!];
  return (indices) => own.places.map((place, i) => place + within(step, indices[i]!, size) * stride);
}

/** Where the vectors of indices (batch…, more…, depth) of a GatherND or ScatterND point: to all values behind those axes. */
function vectorsAt(
  step: StepContext,
  data: readonly number[],
  dims: readonly number[],
  batch: number,
): Selection {
  const depth = dims.at(-1)!;
  const isInside = batch < dims.length && batch + depth <= data.length;
  if (!isInside || dims.slice(0, batch).some((size, axis) => size !== data[axis])) unfit();
  const strides = stridesOf(data);
  const perImage = batch === 0 ? 0 : strides[batch - 1]!;
  const length = elements(data.slice(batch + depth));
  const [count, perBatch] = [elements(dims.slice(0, -1)), elements(dims.slice(batch, -1))];
  const first = (indices: ArrayLike<number>, i: number) => {
    let place = perImage * Math.floor(i / perBatch);
    for (let k = 0; k < depth; k++)
      place += within(step, indices[i * depth + k]!, data[batch + k]!) * strides[batch + k]!;
    return place;
  };
  return (indices) => {
    const firsts = Int32Array.from({ length: count }, (_, i) => first(indices, i));
    return Int32Array.from(
      { length: count * length },
      (_, i) => firsts[Math.floor(i / length)]! + (i % length),
    );
  };
}

const gatherND: Lowering = (step) => {
  const data = step.input(0);
  const batch = step.node.int('batch_dims', 0);
  return [selected(step, [data], 1, vectorsAt(step, data.layout.dims, step.input(1).layout.dims, batch))];
};

const reductions: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  max: Math.max,
  min: Math.min,
  mul: (a, b) => a * b,
};

/** The data with some values overwritten, or with updates taken in. */
function scatter(targetsOf: (step: StepContext) => Selection): Lowering {
  return (step) => {
    const [data, updates] = [step.input(0), step.input(2)];
    const kind = step.node.text('reduction', 'none');
    const targets = targetsOf(step);
    const size = elements(data.layout.dims);
    if (kind === 'none') {
      return [
        selected(step, [data, updates], 1, (indices) => {
          const places = upTo(size);
          targets(indices).forEach((target, i) => {
            places[target] = size + i;
          });
          return places;
        }),
      ];
    }
    const reduce = reductions[kind] ?? step.fail(`its reduction ${kind} is not known`);
    const all = [data, step.input(1), updates];
    const output = step.value(step.layout(), all);
    new Whole(output, all, ([from, at, more]: readonly RowMajor[]) => {
      const values = Float64Array.from(from!.values);
      targets(at!.values).forEach((target, i) => {
        values[target] = reduce(values[target]!, more!.values[i]!);
      });
      return values;
    });
    return [output];
  };
}

const scatterElements = scatter((step) => {
  const { dims } = step.input(0).layout;
  const [indices, updates] = [step.input(1).layout.dims, step.input(2).layout.dims];
  if (elements(indices) < elements(updates)) unfit();
  return elementsAt(step, dims, updates, step.node.axis(step.node.int('axis', 0), dims.length));
});

const scatterND = scatter((step) => {
  const { dims } = step.input(0).layout;
  const [indices, updates] = [step.input(1).layout.dims, step.input(2).layout.dims];
  const targets = elements(indices.slice(0, -1)) * elements(dims.slice(indices.at(-1)));
  if (targets !== elements(updates)) unfit();
  return vectorsAt(step, dims, indices, 0);
});

/** The first values along the time axis of every batch, as many as its length says, in reverse. */
const reverseSequence: Lowering = (step) => {
  const data = step.input(0);
  const { dims } = data.layout;
  const [time, batch] = [
    step.node.axis(step.node.int('time_axis', 0), dims.length),
    step.node.axis(step.node.int('batch_axis', 1), dims.length),
  ];
  const strides = stridesOf(dims);
  return [
    selected(step, [data], 1, (lengths) =>
      upTo(elements(dims)).map((i) => {
        const at = Math.floor(i / strides[time]!) % dims[time]!;
        const length = lengths[Math.floor(i / strides[batch]!) % dims[batch]!]!;
        return at < length ? i + (length - 1 - 2 * at) * strides[time]! : i;
      }),
    ),
  ];
};

/** One-hot codes: 'on' where the index along the new axis is the id, which may count from the end. */
const oneHot: Lowering = (step) => {
  const ids = step.input(0);
  const layout = step.layout();
  const axis = step.node.axis(step.node.int('axis', -1), layout.dims.length);
  const depth = layout.dims[axis]!;
  const values = step.given(2);
  const [off, on] = [values[0]!, values[1]!];
  const { axes } = ids.layout;
  const spread = { layout: byAxes(ids.layout, axes.toSpliced(axis, 0, new Int32Array(1))), store: ids.store };
  const codes = step.constant(
    [depth, ...new Array<number>(layout.dims.length - axis - 1).fill(1)],
    upTo(depth),
    INT64,
  );
  const output = step.value(layout, [ids], step.input(2).store.dataType);
  new Elementwise(output, [spread, codes], (id, code) => (indexIn(id!, depth) === code ? on : off));
  return [output];
};

/** Keeps a triangle of the last two axes. */
const trilu: Lowering = (step) => {
  const input = step.input(0);
  const { dims } = input.layout;
  const shift = step.scalar(1, 0);
  const keeps =
    step.node.int('upper', 1) !== 0
      ? (row: number, column: number) => column - row >= shift
      : (row: number, column: number) => column - row <= shift;
  const [rows, columns] = [dims.at(-2)!, dims.at(-1)!];
  const places = placesOf(input).places.map((place, i) =>
    keeps(Math.floor(i / columns) % rows, i % columns) ? place : -1,
  );
  return [step.moved(step.layout(), [input], places)];
};

/** Positions by index. */
export const indexing: Lowerings = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  OneHot: oneHot,
  ReverseSequence: reverseSequence,
  Scatter: scatterElements,
  ScatterElements: scatterElements,
  ScatterND: scatterND,
  Trilu: trilu,
  'com.microsoft:Trilu': trilu,
};
