import { LONG_TEXT, NUMBERS, ODD_NUMBERS, TEXTS } from './interesting.ts';
import type { Random } from './random.ts';
import type { Format } from './target.ts';

/** What JSON can say. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/** JSON documents and what is like them, as trees of values. */
export const json = valueTree(
  (text): Value => JSON.parse(text),
  (value) => JSON.stringify(value),
);

/** A format whose texts are trees of values. */
export function valueTree(read: (text: string) => Value, write: (value: Value) => string): Format<Value> {
  return {
    parse: (bytes) => read(new TextDecoder().decode(bytes)),
    write: (value) => new TextEncoder().encode(write(value) ?? 'null'),
    edit,
    without(tree, first, count) {
      const slots = slotsOf(tree).slice(1);
      if (first >= slots.length) return undefined;
      // From behind, so that numbers of elements of lists stay what they are.
      for (const slot of slots.slice(first, first + count).reverse()) remove(slot);
      return tree;
    },
  };
}

/** Where a value is. */
interface Slot {
  readonly holder: Value[] | { [key: string]: Value };
  readonly key: string | number;
}

/** So many bytes come of a value that is repeated often. */
const MAX_REPEATED = 300_000;

/** Trees are not made larger than this. */
const MAX_SLOTS = 200_000;

/** All places of values in a tree, from the outermost on; the first one is of the tree itself. */
function slotsOf(tree: Value): Slot[] {
  const slots: Slot[] = [{ holder: [tree], key: 0 }];
  for (let i = 0; i < slots.length && slots.length < MAX_SLOTS; i++) {
    const value = valueAt(slots[i]!);
    if (value === null || typeof value !== 'object') continue;
    const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
    for (const key of keys) slots.push({ holder: value, key });
  }
  return slots;
}

function valueAt({ holder, key }: Slot): Value {
  return Array.isArray(holder) ? holder[Number(key)]! : holder[key]!;
}

function put({ holder, key }: Slot, value: Value): void {
  if (Array.isArray(holder)) holder[Number(key)] = value;
  // Assigned, `__proto__` would be no key.
  else Object.defineProperty(holder, key, { value, ...DATA });
}

const DATA = { writable: true, enumerable: true, configurable: true };

function remove({ holder, key }: Slot): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

function edit(tree: Value, donor: Value, random: Random): Value {
  const root = [tree];
  const slots = slotsOf(tree);
  slots[0] = { holder: root, key: 0 };
  // Leaves are many, and what is around them matters as much.
  const slot = random.once(8) ? slots[random.below(Math.min(8, slots.length))]! : random.pick(slots);
  const others = slotsOf(donor);
  random.pick(edits)({ slot, slots, others, random });
  return root[0] ?? null;
}

interface Place {
  readonly slot: Slot;
  readonly slots: readonly Slot[];
  readonly others: readonly Slot[];
  readonly random: Random;
}

const edits: readonly ((place: Place) => void)[] = [
  replaceByOwnKind,
  replaceByOwnKind,
  replaceByOwnKind,
  replaceByAny,
  ({ slot, slots, random }) => put(slot, copyOf(random.pick(slots))),
  ({ slot, others, random }) => put(slot, copyOf(random.pick(others))),
  ({ slot }) => remove(slot),
  ({ slot }) => remove(slot),
  repeatIt,
  renameKey,
  addKey,
  swapTwo,
  wrapIt,
];

function copyOf(slot: Slot): Value {
  return structuredClone(valueAt(slot));
}

function replaceByOwnKind(place: Place): void {
  const { slot, slots, random } = place;
  const value = valueAt(slot);
  if (typeof value === 'number') {
    const near = [value + 1, value - 1, -value, value * 2, value / 2, value * 1000];
    put(slot, random.pick([...near, ...near, ...NUMBERS, ...ODD_NUMBERS]));
  } else if (typeof value === 'string') put(slot, someText(slots, random));
  else if (typeof value === 'boolean') put(slot, !value);
  else if (Array.isArray(value) && value.length > 0) {
    if (random.once(2)) value.pop();
    else value.push(structuredClone(random.pick(value)));
  } else replaceByAny(place);
}

/** A text of the tree, or an odd one. */
function someText(slots: readonly Slot[], random: Random): string {
  if (random.once(300)) return LONG_TEXT;
  if (random.once(3)) return random.pick(TEXTS);
  for (let tries = 0; tries < 20; tries++) {
    const { holder, key } = random.pick(slots);
    const value = valueAt({ holder, key });
    if (typeof value === 'string') return value;
    if (typeof key === 'string' && random.once(4)) return key;
  }
  return random.pick(TEXTS);
}

function replaceByAny({ slot, random }: Place): void {
  const simple: Value[] = [null, true, false, [], {}, [[]], [null], { a: 1 }, [1, 2], 'text', ''];
  put(slot, random.pick([...simple, random.pick(NUMBERS), random.pick(ODD_NUMBERS), random.pick(TEXTS)]));
}

function repeatIt({ slot, random }: Place): void {
  const value = copyOf(slot);
  const size = JSON.stringify(value)?.length ?? 1;
  const times = random.once(10) ? Math.min(20_000, Math.ceil(MAX_REPEATED / size)) : random.few() + 1;
  const { holder, key } = slot;
  const all = Array.from({ length: times }, () => structuredClone(value));
  if (Array.isArray(holder)) holder.splice(Number(key), 0, ...all);
  else put(slot, all);
}

function renameKey({ slot, slots, random }: Place): void {
  const { holder, key } = slot;
  if (Array.isArray(holder)) return;
  const value = valueAt(slot);
  delete holder[key];
  put({ holder, key: someText(slots, random) }, value);
}

function addKey({ slot, slots, others, random }: Place): void {
  const { holder } = slot;
  const { key } = random.pick(others);
  const value = copyOf(random.pick(random.once(2) ? slots : others));
  if (Array.isArray(holder)) holder.push(value);
  else put({ holder, key: typeof key === 'string' ? key : someText(slots, random) }, value);
}

function swapTwo({ slot, slots, random }: Place): void {
  const other = random.pick(slots);
  const [a, b] = [copyOf(slot), copyOf(other)];
  put(slot, b);
  put(other, a);
}

function wrapIt({ slot, random }: Place): void {
  const depth = random.once(10) ? 500 : random.few();
  let value = copyOf(slot);
  for (let i = 0; i < depth; i++)
    value = random.once(2) ? [value] : { [random.pick(['a', 'config', 'layers'])]: value };
  put(slot, value);
}
