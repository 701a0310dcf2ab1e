import { constant, type Tensor } from '../../network/tensor.ts';
import { type ElementType, elementType, type TensorData } from './tensor-data.ts';

/** A tensor with the type of its values, where they are known. */
export interface Value extends Tensor {
  readonly type?: ElementType;
  /** Bits of a value, where it comes out of a quantiser that says so. */
  readonly bits?: number;
}

/**
 * What stands for a tensor of which nothing is known but who made it: its size depends on the data (the boxes
 * that a detector finds), or it comes out of a loop.
 */
export interface Unsized {
  /** The node that made it, in words. */
  readonly unsizedBy: string;
  /** Why nothing is known, to follow `and`. */
  readonly reason: string;
}

/** Tells the two apart. */
export function isUnsized(value: Value | Unsized | undefined): value is Unsized {
  return value !== undefined && 'unsizedBy' in value;
}

/** A constant with known values of a type. */
export function typedConstant(
  dims: readonly number[],
  values: readonly number[],
  type: ElementType = 'integer',
): Value {
  return { ...constant(dims, values), type };
}

/** A tensor of the file as a constant. */
export function fromTensorData(data: TensorData): Value {
  const type = elementType(data.dataType);
  if (data.values === undefined || type === undefined) return constant(data.dims);
  return typedConstant(data.dims, data.values, type);
}
