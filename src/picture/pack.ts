import { ByteReader, ByteWriter } from './bytes.ts';
import { through } from './compress.ts';

/**
 * Plain data as compact bytes: JSON, with the numbers of typed arrays beside it as differences, deflated. What is one object
 * in several places stays one where it is a typed array. Whole numbers and all that is in no typed array are exact; other
 * numbers in typed arrays are rounded to single precision.
 *
 * @param value What JSON can say, and typed arrays.
 */
export async function pack(value: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const arrays = new Map<Numbers, number>();
  const indexOf = (numbers: Numbers) => {
    const index = arrays.get(numbers) ?? arrays.size;
    arrays.set(numbers, index);
    return index;
  };
  const json = JSON.stringify(value, (_, each: unknown) => {
    // Strings that begin as references do are marked, since names are anybody's text.
    if (typeof each === 'string') return each.startsWith(MARK) ? MARK + each : each;
    if (isNumbers(each)) return MARK + indexOf(each);
    return isListOfNumbers(each) ? LIST + indexOf(Int32Array.from(each, indexOf)) : each;
  });
  const bytes = new ByteWriter();
  bytes.text(json);
  bytes.varint(arrays.size);
  let before: Float64Array | undefined;
  for (const numbers of arrays.keys()) {
    // One kind of arrays is read several times as fast as all of them.
    const values = numbers instanceof Float64Array ? numbers : new Float64Array(numbers);
    const areWhole = numbers instanceof Int32Array || isWhole(values);
    bytes.varint(KINDS.findIndex((kind) => numbers instanceof kind));
    writeNumbers(bytes, values, areWhole ? formOf(values, before) : 'singles', before);
    before = areWhole ? values : undefined;
  }
  return through(bytes.written(), new CompressionStream('deflate-raw'));
}

/** What {@link pack} has packed. */
export async function unpack(packed: Uint8Array<ArrayBuffer>): Promise<unknown> {
  const bytes = new ByteReader(await through(packed, new DecompressionStream('deflate-raw')));
  const json = bytes.text();
  const arrays: Numbers[] = [];
  for (let left = bytes.varint(); left > 0; left--) arrays.push(readNumbers(bytes, arrays.at(-1)));
  return JSON.parse(json, (_, each: unknown) => {
    if (typeof each !== 'string' || !each.startsWith(MARK)) return each;
    if (each.startsWith(LIST)) return Array.from(arrays[Number(each.slice(2))]!, (index) => arrays[index]);
    return each.startsWith(MARK, 1) ? each.slice(1) : arrays[Number(each.slice(1))];
  });
}

/** Begins a string that stands for a typed array; two of them one that begins so itself. */
const MARK = '~';
/** Begins a string that stands for a list of typed arrays, such as what each row of sets reads: of their indices. */
const LIST = '~[';

/** The kinds of arrays, by the number that stands for each. */
const KINDS = [Float64Array, Float32Array, Int32Array, Uint32Array, Uint16Array, Uint8Array] as const;
type Numbers = InstanceType<(typeof KINDS)[number]>;

function isNumbers(value: unknown): value is Numbers {
  return ArrayBuffer.isView(value) && KINDS.some((kind) => value instanceof kind);
}

function isListOfNumbers(value: unknown): value is Numbers[] {
  return Array.isArray(value) && value.length > 0 && value.every(isNumbers);
}

/** How numbers are written: as differences to the one before, as changes of the difference to another array, or as they are. */
const FORMS = ['steps', 'beside', 'singles'] as const;
type Form = (typeof FORMS)[number];

/** Differences of whole numbers up to this one, and of those, are exact. */
const MOST = 2 ** 50;

function writeNumbers(
  bytes: ByteWriter,
  numbers: Float64Array,
  form: Form,
  before: Float64Array | undefined,
): void {
  bytes.varint(FORMS.indexOf(form));
  bytes.varint(numbers.length);
  if (form === 'singles') {
    bytes.singles(numbers);
    return;
  }
  const beside = form === 'beside' ? before : undefined;
  for (let i = 0, last = 0; i < numbers.length; i++) {
    const value = beside === undefined ? numbers[i]! : numbers[i]! - beside[i]!;
    bytes.signed(value - last);
    last = value;
  }
}

function readNumbers(bytes: ByteReader, before: Numbers | undefined): Numbers {
  const kind = KINDS[bytes.varint()]!;
  const form = FORMS[bytes.varint()]!;
  const numbers = new kind(bytes.varint());
  if (form === 'singles') {
    bytes.singles(numbers);
    return numbers;
  }
  const beside = form === 'beside' ? before! : undefined;
  for (let i = 0, value = 0; i < numbers.length; i++) {
    value += bytes.signed();
    numbers[i] = value + (beside?.[i] ?? 0);
  }
  return numbers;
}

/** The form of whole numbers; those before are whole, too. */
function formOf(numbers: Float64Array, before: Float64Array | undefined): Form {
  if (before?.length !== numbers.length) return 'steps';
  let steps = 0;
  let beside = 0;
  for (let i = 1; i < numbers.length; i++) {
    const step = numbers[i]! - numbers[i - 1]!;
    steps += Math.abs(step);
    beside += Math.abs(step - (before[i]! - before[i - 1]!));
  }
  return beside < steps ? 'beside' : 'steps';
}

function isWhole(numbers: Float64Array): boolean {
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i]!;
    if (!Number.isInteger(value) || Math.abs(value) > MOST || Object.is(value, -0)) return false;
  }
  return true;
}
