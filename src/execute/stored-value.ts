import type { TensorData } from '../load/onnx/tensor-data.ts';
import { isInteger, isWide } from './data-types.ts';
import type { Operation } from './operation.ts';
import type { ValueLayout } from './value-layout.ts';

/** The values of a store: floats, integers as such, or integers that need more than 32 bits, as doubles. */
export type Values = Float32Array | Int32Array | Float64Array;

/** An array for values of a type. */
export function arrayOf(dataType: number, size: number): Values {
  if (isWide(dataType)) return new Float64Array(size);
  return isInteger(dataType) ? new Int32Array(size) : new Float32Array(size);
}

/** A store's values of one inference. */
export interface Slot {
  /** Cell by cell. */
  readonly values: Values;
  /** Per cell: the inference whose value lies there, from 1 on; 0 for none. */
  readonly epochs: Int32Array;
  /** Per cell: the inference whose sums have begun there. */
  readonly begun: Int32Array;
}

/** What a quantiser of the file says of values: `x = scale · (q − zero)` with whole numbers q. */
export interface FileCode {
  /** The scale: one number, or one of every value where these are constant. */
  readonly scale: StoredValue;
  /** The q of 0, likewise; undefined for 0. */
  readonly zero: StoredValue | undefined;
  /** Bits of q. */
  readonly bits: number;
  /** Whether q may be below 0. */
  readonly isSigned: boolean;
}

/** What the random values of a tensor without values are for. */
export type Role =
  | { readonly kind: 'weights'; readonly rows: number }
  | { readonly kind: 'scale' | 'bias' | 'table' };

/** Where values lie while a network runs: computed ones once per inference in flight, constants once. */
export class Store {
  /** Number of cells. */
  readonly cells: number;
  /** Values of a cell. */
  readonly channels: number;
  /** Element type, a number of TensorProto.DataType. */
  readonly dataType: number;
  /** What computes it; undefined for tensors of the file and inputs. */
  producer: Operation | undefined;
  /** The layer that publishes its cells, where it is a base layer, an input, or a join whose time is known. */
  layer: string | undefined;
  /** True where it does not depend on the inputs. */
  readonly isConstant: boolean;
  /** The tensor of the file that it is. */
  readonly tensor: TensorData | undefined;
  /** What it is for, where its values may have to be made up. */
  role: Role | undefined;
  /** Where a quantiser of the file has made its values: their code. */
  code: FileCode | undefined;
  /** Of a constant: its values, once they are known. */
  constant: Values | undefined;
  /** Of what is computed: one per inference in flight. */
  slots: Slot[] = [];

  constructor(
    layout: Pick<ValueLayout, 'cells' | 'channels'>,
    dataType: number,
    o: { readonly isConstant?: boolean; readonly tensor?: TensorData } = {},
  ) {
    this.cells = layout.cells;
    this.channels = layout.channels;
    this.dataType = dataType;
    this.isConstant = o.isConstant ?? false;
    this.tensor = o.tensor;
  }

  /** Number of values. */
  get size(): number {
    return this.cells * this.channels;
  }

  /** Its values, of an inference in flight or constant. */
  values(slot: number): Values {
    return this.isConstant ? this.constant! : this.slots[slot]!.values;
  }

  /** An array for its values. */
  array(): Values {
    return arrayOf(this.dataType, this.size);
  }
}

/** A tensor while a network runs. Several may share a store: views of the same values. */
export interface StoredValue {
  readonly layout: ValueLayout;
  readonly store: Store;
}
