import { constant, elements, type Tensor } from '../../network/tensor.ts';
import { isRecord } from './model.ts';

/** More values than indices and shapes have are weights, of which only the shape matters. */
const MAX_VALUES = 65_536;

/** The constant that an argument is: a number, nested lists of numbers, or an array as Keras 3 writes it. */
export function readConstant(argument: unknown): Tensor | undefined {
  const isArray =
    isRecord(argument) && (argument.class_name === '__numpy__' || argument.class_name === '__tensor__');
  const value = isArray && isRecord(argument.config) ? argument.config.value : argument;
  const dims: number[] = [];
  let item: unknown = value;
  while (Array.isArray(item) && item.length > 0) {
    dims.push(item.length);
    item = item[0];
  }
  if (typeof item !== 'number' && typeof item !== 'boolean') return undefined;
  if (elements(dims) > MAX_VALUES) return constant(dims);
  const values = (Array.isArray(value) ? value.flat(dims.length) : [value]).map(Number);
  return values.length === elements(dims) ? constant(dims, values) : undefined;
}
