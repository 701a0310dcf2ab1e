import type { SetLists } from '../../src/workload/set-lists.ts';

/** Lists of sets, one for each row (column). */
export const listsOf = (...lists: readonly number[][]): SetLists =>
  lists.map((list) => Int32Array.from(list));

/** The same as plain numbers. */
export const shown = (lists: SetLists): number[][] => lists.map((list) => [...list]);
